import { access } from "node:fs/promises";
import path from "node:path";
import { createInterface, type Interface } from "node:readline/promises";
import { writeWhole } from "../disk/write.ts";
import { appNamed, appNames } from "../model/apps.ts";
import { OperatorError } from "../model/errors.ts";
import type { Population } from "../people/population.ts";
import type { Kit } from "../wiring.ts";
import { proposeGroups } from "./init/proposals.ts";
import { initFiles, type InitAnswers } from "./init/templates.ts";
import { writeSchemas } from "./schema.ts";
import { readOrganization } from "./sync.ts";

export interface InitFlags {
  readonly name?: string;
  readonly time?: InitAnswers["time"];
  readonly apps?: string;
  readonly unused?: string;
  readonly action?: InitAnswers["action"];
  readonly show?: InitAnswers["show"];
}

const usual = {
  time: "weekly",
  apps: "jira-software,confluence",
  unused: "90d",
  action: "report",
  show: "names",
} as const;

/**
 * `seatwright init`: writes a new policy repository, never over a file that is there. On a terminal it asks what the flags
 * do not say; with a key it reads the organisation and proposes access groups and identity providers.
 */
export async function runInit(kit: Kit, flags: InitFlags): Promise<number> {
  const organizationId = await idFor(kit);
  const population = kit.hasKey ? await readOrganization(kit, organizationId) : null;
  const answers = await answersFor(kit, flags, organizationId, population);
  const files = initFiles(answers);
  const present: string[] = [];
  for (const file of files) {
    await access(path.join(kit.repo, file.path)).then(
      () => present.push(file.path),
      () => undefined,
    );
  }
  if (present.length > 0) {
    throw new OperatorError(
      "usage",
      `${kit.repo} already has ${present.join(", ")}.`,
      "Nothing was written. Run init in an empty folder, or move these away first.",
    );
  }
  for (const file of files) await writeWhole(path.join(kit.repo, file.path), [file.text], "anyone");
  await writeSchemas(path.join(kit.repo, "schemas"));
  const written = [...files.map((file) => file.path), "schemas/"];
  const { terminal } = kit;
  if (kit.json) terminal.out(`${JSON.stringify({ repository: kit.repo, written })}\n`);
  else {
    terminal.out(`Wrote ${written.join(", ")} in ${kit.repo}.\n\nNext:\n`);
    terminal.out("  seatwright validate                 check what you wrote\n");
    terminal.out("  seatwright plan                     see what it would change; nothing is changed\n");
    terminal.out("The organisation file says `power: observe`: apply refuses until you change that.\n");
  }
  return 0;
}

async function idFor(kit: Kit): Promise<string> {
  if (kit.organizationId !== null) return kit.organizationId;
  if (!kit.terminal.interactive) {
    throw new OperatorError(
      "usage",
      "Which organisation this is for is not known.",
      "Give --org-id, or set SEATWRIGHT_ORG_ID.",
    );
  }
  return withQuestions(kit, (ask) => ask.question("Organisation id (from admin.atlassian.com): "));
}

async function answersFor(
  kit: Kit,
  flags: InitFlags,
  organizationId: string,
  population: Population | null,
): Promise<InitAnswers> {
  const proposals = population === null ? { accessGroups: [], identityProviders: [] } : proposeGroups(population);
  const known = {
    organizationId,
    organizationName: flags.name ?? population?.header.organization.name ?? "acme",
    ...proposals,
  };
  if (!kit.terminal.interactive) {
    return {
      ...known,
      time: flags.time ?? usual.time,
      apps: appsOf(flags.apps ?? usual.apps),
      unused: flags.unused ?? usual.unused,
      action: flags.action ?? usual.action,
      show: flags.show ?? usual.show,
    };
  }
  return withQuestions(kit, async (ask): Promise<InitAnswers> => {
    const choose = async <const Choice extends string>(
      question: string,
      choices: readonly Choice[],
      standard: NoInfer<Choice>,
    ): Promise<Choice> => {
      for (;;) {
        const answer = (await ask.question(`${question} (${choices.join(" | ")}) [${standard}]: `)).trim();
        if (answer === "") return standard;
        const chosen = choices.find((choice) => choice === answer);
        if (chosen !== undefined) return chosen;
        kit.terminal.err(`Please answer one of: ${choices.join(", ")}\n`);
      }
    };
    const time =
      flags.time ??
      (await choose(
        "1. Time: when should the scheduled run look?",
        ["daily", "weekly", "monthly", "by-hand"],
        usual.time,
      ));
    const apps =
      flags.apps ?? ((await ask.question(`2. People: seats of which apps? [${usual.apps}]: `)).trim() || usual.apps);
    const unused =
      flags.unused ?? ((await ask.question(`   Unused for how long? [${usual.unused}]: `)).trim() || usual.unused);
    const action =
      flags.action ??
      (await choose("3. Actions: what happens to them?", ["report", "revoke", "suspend"], usual.action));
    const show =
      flags.show ??
      (await choose(
        "4. Reporting: what may summaries show of people?",
        ["names", "names-and-emails", "ids"],
        usual.show,
      ));
    return { ...known, time, apps: appsOf(apps), unused, action, show };
  });
}

function appsOf(text: string): readonly string[] {
  return text.split(",").map((part) => {
    const name = appNamed(part.trim());
    if (name !== null) return name;
    throw new OperatorError("usage", `There is no app called ${part.trim()}.`, `Choose among: ${appNames.join(", ")}.`);
  });
}

async function withQuestions<Answer>(kit: Kit, work: (ask: Interface) => Promise<Answer>): Promise<Answer> {
  const ask = createInterface({ input: kit.terminal.input, output: kit.terminal.errStream });
  try {
    return await work(ask);
  } finally {
    ask.close();
  }
}
