import { access } from "node:fs/promises";
import path from "node:path";
import { createInterface, type Interface } from "node:readline/promises";
import { writeWhole } from "../disk/write.ts";
import { appNamed, appNames } from "../model/apps.ts";
import { OperatorError } from "../model/errors.ts";
import { parseDuration } from "../policy/duration.ts";
import { readRepository } from "../policy/repository.ts";
import { terminalText } from "../report/escape.ts";
import type { Population } from "../people/population.ts";
import type { Kit } from "../wiring.ts";
import { botsIn } from "./init/bots.ts";
import { layoutOf, repositoryAbove } from "./init/folders.ts";
import { proposeGroups } from "./init/proposals.ts";
import { initFiles, initPaths, type InitAnswers, type InitFile } from "./init/templates.ts";
import { WORKFLOW_PATH } from "./init/workflow.ts";
import { pinned, tellPlaceholder, writeWorkflow } from "./init/workflow-alone.ts";
import { writeSchemas } from "./schema.ts";
import { readOrganization } from "./sync.ts";

export interface InitFlags {
  readonly name?: string;
  readonly time?: InitAnswers["time"];
  readonly apps?: string;
  readonly unused?: string;
  readonly action?: InitAnswers["action"];
  readonly show?: InitAnswers["show"];
  readonly uses?: string;
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
 * do not say; with a key it reads the organisation and proposes access groups and identity providers. In a folder of a
 * repository it leaves out the workflow, which GitHub reads at the root only; where organisation files are there and the
 * workflow is not, it writes that alone, for all of them.
 */
export async function runInit(kit: Kit, flags: InitFlags): Promise<number> {
  const above = await repositoryAbove(kit.repo);
  const layout = await layoutOf(kit.repo);
  if (layout !== null && above === null && !(await isThere(path.join(kit.repo, WORKFLOW_PATH)))) {
    return writeWorkflow(kit, { time: flags.time ?? usual.time, uses: flags.uses, layout });
  }
  const own = initPaths.filter((file) => above === null || file !== WORKFLOW_PATH);
  await requireNoFiles(kit.repo, own);
  const uses = flags.uses === undefined ? null : pinned(flags.uses);
  const organizationId = await idFor(kit);
  const population = kit.hasKey ? await readOrganization(kit, organizationId) : null;
  const answers = await answersFor(kit, flags, { organizationId, uses }, population);
  const files = initFiles(answers).filter((file) => own.some((each) => each === file.path));
  requireSound(files);
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
    tellOfBots(kit, population === null ? [] : botsIn(population));
    if (above !== null) {
      terminal.out(
        `This is a folder of the repository ${above}. GitHub reads workflows at the root only: when every organisation has its folder, run \`seatwright init --repo ${above}\`, which writes the workflow for all of them.\n`,
      );
      return 0;
    }
    terminal.out("On GitHub, docs/github.md says what the workflow needs: environments, the key, branch protection.\n");
    tellPlaceholder(kit, answers.uses);
  }
  return 0;
}

/** How many are named. */
const SHOWN_BOTS = 6;

/** Says before the first plan what surprises people in it. */
function tellOfBots({ terminal }: Kit, bots: readonly string[]): void {
  terminal.out(
    "Bots and service accounts seldom show as active, so a first plan tends to begin with them: exempt them in exemptions.yaml.\n",
  );
  if (bots.length === 0) return;
  const more = bots.length > SHOWN_BOTS ? `, and ${bots.length - SHOWN_BOTS} more` : "";
  const names = bots.slice(0, SHOWN_BOTS).map(terminalText);
  terminal.out(`By their names these may be some: ${names.join(", ")}${more}.\n`);
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function requireNoFiles(repo: string, files: readonly string[]): Promise<void> {
  const present: string[] = [];
  for (const file of files) if (await isThere(path.join(repo, file))) present.push(file);
  if (present.length === 0) return;
  throw new OperatorError(
    "usage",
    `${repo} already has ${present.join(", ")}.`,
    "Nothing was written. Run init in an empty folder, or move these away first.",
  );
}

/** What was answered may not be what a policy can say, for example a duration without a unit. */
function requireSound(files: readonly InitFile[]): void {
  const bytes = files.map((file) => ({ path: file.path, bytes: Buffer.from(file.text) }));
  const [first] = readRepository(bytes).findings.filter(({ severity }) => severity === "error");
  if (first === undefined) return;
  throw new OperatorError("usage", `Nothing was written: ${first.message}`, first.remedy);
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
  given: Pick<InitAnswers, "organizationId" | "uses">,
  population: Population | null,
): Promise<InitAnswers> {
  const proposals = population === null ? { accessGroups: [], identityProviders: [] } : proposeGroups(population);
  const known = {
    ...given,
    organizationName: flags.name ?? population?.header.organization.name ?? "acme",
    ...proposals,
  };
  const paid = paidApps(population);
  if (!kit.terminal.interactive) {
    return {
      ...known,
      time: flags.time ?? usual.time,
      apps: appsOf(flags.apps ?? paid),
      unused: flags.unused ?? usual.unused,
      action: flags.action ?? usual.action,
      show: flags.show ?? usual.show,
    };
  }
  return withQuestions(kit, async (ask): Promise<InitAnswers> => {
    /** Asks until there is an answer that can be used; an empty one is the usual one. */
    const until = async <Answer>(
      question: string,
      standard: string,
      read: (text: string) => Answer,
    ): Promise<Answer> => {
      for (;;) {
        try {
          return read((await ask.question(`${question} [${standard}]: `)).trim() || standard);
        } catch (error) {
          if (!(error instanceof OperatorError)) throw error;
          kit.terminal.err(`${error.message} ${error.remedy}\n`);
        }
      }
    };
    const choose = <const Choice extends string>(
      question: string,
      choices: readonly Choice[],
      standard: NoInfer<Choice>,
    ): Promise<Choice> =>
      until(`${question} (${choices.join(" | ")})`, standard, (text) => {
        const chosen = choices.find((choice) => choice === text);
        if (chosen !== undefined) return chosen;
        throw new OperatorError("usage", `${text} is not among the answers.`, `Choose one of: ${choices.join(", ")}.`);
      });
    const time =
      flags.time ??
      (await choose(
        "1. Time: when should the scheduled run look?",
        ["daily", "weekly", "monthly", "by-hand"],
        usual.time,
      ));
    const apps =
      flags.apps === undefined ? await until("2. People: seats of which apps?", paid, appsOf) : appsOf(flags.apps);
    const unused = flags.unused ?? (await until("   Unused for how long?", usual.unused, durationOf));
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
    return { ...known, time, apps, unused, action, show };
  });
}

/** The usual apps, as far as the organisation has them: a policy about an app that is not there is not sound. */
function paidApps(population: Population | null): string {
  const there = new Set(population?.header.instances.map(({ app }) => app));
  const ours = usual.apps.split(",").filter((app) => there.has(app));
  return ours.length === 0 ? usual.apps : ours.join(",");
}

function durationOf(text: string): string {
  if (parseDuration(text) !== null) return text;
  throw new OperatorError(
    "usage",
    `${text} is not a length of time.`,
    "Write it with its unit, for example 90d or P3M.",
  );
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
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    throw new OperatorError(
      "usage",
      "The questions were not answered to the end. Nothing was written.",
      "Run init again, or answer by flags: --time, --apps, --unused, --action, --show.",
      { cause: error },
    );
  } finally {
    ask.close();
  }
}
