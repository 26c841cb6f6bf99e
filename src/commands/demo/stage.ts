import { cp, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { OperatorError } from "../../model/errors.ts";
import { DAY, dayOf, type Seconds } from "../../model/time.ts";
import type { World } from "../../simulator/world.ts";

/** The folders and files of a demo. */
export interface Stage {
  readonly folder: string;
  readonly repo: string;
  readonly ledger: string;
  readonly snapshot: string;
  readonly hr: string;
  file(name: string): string;
}

const marker = ".seatwright-demo";

/**
 * An empty demo folder with a copy of the example policies. A folder that an earlier demo made is emptied; any other that
 * is there is refused.
 */
export async function setStage(folder: string, organizationId: string, now: Seconds): Promise<Stage> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  const ours = await stat(path.join(folder, marker)).then(
    () => true,
    () => false,
  );
  if (there && !ours) {
    throw new OperatorError(
      "usage",
      `${folder} exists and no demo made it.`,
      "Name another folder with --out, or move it away.",
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, marker), "Made by `seatwright demo`; the next demo empties this folder.\n");
  const repo = path.join(folder, "policies");
  await cp(await examplePolicies(), repo, { recursive: true });
  await adapt(path.join(repo, "seatwright.yaml"), (text) => text.replace(/^ {2}id: .*$/m, `  id: ${organizationId}`));
  // The example's dates would lie in the past some day; a demo is always of today.
  await adapt(path.join(repo, "exemptions.yaml"), (text) =>
    text.replace(/until: \d{4}-\d{2}-\d{2}/g, `until: ${dayOf(now + 200 * DAY)}`),
  );
  return {
    folder,
    repo,
    ledger: path.join(folder, "ledger"),
    snapshot: path.join(folder, "snapshot.json"),
    hr: path.join(folder, "hr.csv"),
    file: (name) => path.join(folder, name),
  };
}

async function adapt(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, "utf8")));
}

/** The example policies beside the program: one folder up from the bundle, two from the sources. */
async function examplePolicies(): Promise<string> {
  for (const up of ["..", "../..", "../../.."]) {
    const folder = fileURLToPath(new URL(`${up}/policies.example`, import.meta.url));
    const found = await stat(folder).then(
      () => true,
      () => false,
    );
    if (found) return folder;
  }
  throw new OperatorError(
    "usage",
    "The example policies are missing from this installation.",
    "Install Seatwright again.",
  );
}

/**
 * The list that HR would write: most people stay, a few have left, one of them an organisation admin, whom no policy can
 * touch: that duty stays owed.
 */
export function hrList(world: World, now: Seconds): string {
  const staff = world.listing.filter(
    ({ managed, email, emailHidden, accountStatus }) =>
      managed && email !== undefined && emailHidden !== true && accountStatus === "active",
  );
  const isActive = (accountId: string): boolean =>
    [...(world.memberships.get(accountId)?.values() ?? [])].includes("active");
  const isAdmin = (accountId: string): boolean =>
    (world.directRoles.get(accountId) ?? []).some(({ role }) => role === "atlassian/org-admin");
  const people = staff.filter(({ accountId }) => isActive(accountId));
  const plain = people.filter(
    ({ accountId, email }) => !isAdmin(accountId) && !/bot|backup|monitoring|sync|automation|break/.test(email ?? ""),
  );
  const synced = plain.filter(({ managementSource }) => managementSource === "synced");
  const invited = plain.filter(({ managementSource }) => managementSource === "invited");
  const leavers = new Map<string, string>();
  const leave = (person: (typeof people)[number] | undefined, day: string): void => {
    if (person?.email !== undefined) leavers.set(person.email, day);
  };
  leave(invited[7], dayOf(now - 2 * DAY));
  leave(invited[19], dayOf(now - 5 * DAY));
  leave(synced[11], dayOf(now - 2 * DAY));
  leave(synced[23], dayOf(now + 12 * DAY));
  leave(people.filter(({ accountId }) => isAdmin(accountId)).at(-1), dayOf(now - 3 * DAY));
  const rows = [...leavers.keys(), ...plain.slice(30, 230).map(({ email }) => email ?? "")];
  const lines = [...new Set(rows)].sort().map((email) => `${email},${leavers.get(email) ?? ""}`);
  return `work_email,last_day\n${lines.join("\n")}\n`;
}
