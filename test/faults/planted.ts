import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { buildWorld, builtOrganizationId } from "../../src/simulator/build.ts";
import type { World } from "../../src/simulator/world.ts";

/** The key that is planted. Nothing of it occurs anywhere else. */
export const plantedKey = "ATCTT-planted-KEY-4f1c9a7e2b";

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

/** Everybody has a name, an address and a place that occur nowhere else. */
const people = Array.from({ length: 24 }, (_, at) => ({
  email: plantedAddress(at),
  name: `Plantedname${at} Surplanted${at}`,
  jobTitle: `Plantedtitle${at}`,
  department: at % 2 === 0 ? `Planteddepartment` : "Other",
  location: `Plantedtown${at}`,
}));

/** The address of one of the planted people. */
export function plantedAddress(at: number): string {
  return `planted-mail-${at}@people.example`;
}

/** Who holds their seat through a group that an identity provider keeps. */
export const synced: readonly number[] = [6, 7];

/** An organisation in which eight have an unused seat: one is a VIP, two are in a synced group. */
export function plantedWorld(): World {
  return buildWorld({
    groups: [
      { name: "jira-users", grants: [["jira@acme", "user"]] },
      { name: "okta-jira", grants: [["jira@acme", "user"]], synced: true },
      { name: "vips" },
    ],
    people: people.map((person, at) => ({
      ...person,
      groups: at === 5 ? ["jira-users", "vips"] : [synced.includes(at) ? "okta-jira" : "jira-users"],
      active: { "jira@acme": daysAgo(at < 8 ? 200 + at : 2) },
    })),
  });
}

/** What settings say of personal data. */
export interface Privacy {
  readonly show: "names" | "names-and-emails" | "ids";
  readonly history: "counts" | "accounts";
}

/** A policy repository that speaks of planted people by address, in every place where one may stand. */
export function plantedFiles(privacy: Privacy): Readonly<Record<string, string>> {
  return {
    "seatwright.yaml": `version: 1
organization: {id: ${builtOrganizationId}, name: Acme}
power: act
accessGroups: ["jira-*"]
identityProviders: [{name: Okta, groups: ["okta-*"], owner: "@acme/iam"}]
protect: {people: [${plantedAddress(23)}], minOrgAdmins: 1}
sources: {hr: {csv: data/hr.csv, key: {email: work_email}, minRows: 1, maxAge: 36h, maxShrink: 20%}}
privacy: {show: ${privacy.show}, history: ${privacy.history}}
limits: {perRun: {percent: 100}, perApp: {percent: 100}, perGroup: {percent: 100}, per30Days: {percent: 100}}
`,
    "exemptions.yaml": `version: 1
exemptions:
  - {id: EX-1, person: ${plantedAddress(0)}, from: [saving], reason: A machine, owner: "@acme/it", until: ${day(100)}}
`,
    "data/hr.csv": `work_email,manager,town\n${[8, 9, 10]
      .map((at) => `${plantedAddress(at)},${plantedAddress(11)},Plantedtown${at}`)
      .join("\n")}\n`,
    "policies/a.yaml": `version: 1
policies:
  - id: unused
    description: For the test
    owner: "@acme/it"
    for: seat
    mode: enforce
    where: {app: jira-software, unused: 90d, not: {jobTitle: "Chief*"}, email: "*@people.example", name: "P*"}
    except: {groups: [vips], people: [${plantedAddress(12)}]}
    then: [{revoke: {ifBlocked: handoff}}]
    limits: {percent: 100}
  - id: listed
    description: For the test
    owner: "@acme/it"
    for: person
    mode: enforce
    where: {people: [${[13, 14, 15].map(plantedAddress).join(", ")}], email: ${plantedAddress(13)}}
    then: [{suspend: {}}]
    limits: {percent: 100}
  - id: reports-to
    description: For the test
    owner: "@acme/it"
    for: person
    mode: enforce
    where: {in: hr, fact: {hr.manager: ${plantedAddress(11)}, hr.town: "Planted*"}}
    then: [{suspend: {}}]
    limits: {percent: 100}
`,
  };
}

function day(daysFromNow: number): string {
  return daysAgo(-daysFromNow).slice(0, 10);
}

/** What nothing may hold, wherever it stands: the key, as it is and in other clothes. */
export const secrets: readonly string[] = [
  plantedKey,
  Buffer.from(plantedKey).toString("base64"),
  encodeURIComponent(plantedKey),
  "4f1c9a7e2b",
];

/** What stands where a setting allows names. */
export const names: readonly string[] = people.flatMap(({ name }) => name.split(" "));

/** What stands where a setting allows names and addresses. */
export const addresses: readonly string[] = people.map(({ email }) => email);

/** Everything else that is personal. */
export const personal: readonly string[] = [
  ...people.flatMap(({ jobTitle, location }) => [jobTitle, location]),
  "Planteddepartment",
];

/** All of them: what stands in snapshots, and in files that say that they hold personal data. */
export const everything: readonly string[] = [...secrets, ...names, ...addresses, ...personal];

/** A text, and where it was found. */
export type Named = readonly [where: string, text: string];

/** Which of these words stand somewhere in these texts. */
export function found(words: readonly string[], texts: readonly Named[]): readonly string[] {
  return texts.flatMap(([where, text]) => {
    const low = text.toLowerCase();
    return words.flatMap((word) => (low.includes(word.toLowerCase()) ? [`${word} in ${where}`] : []));
  });
}

/** Every file below a folder, with its path as a part of its text. */
export function textsBelow(folder: string): readonly Named[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => [name, `${name}\n${readFileSync(join(folder, name), "utf8")}`] as const);
}
