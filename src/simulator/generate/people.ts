import type { AccountFacts, MembershipState } from "../facts.ts";
import type { Random } from "../random.ts";
import type { Job } from "./jobs.ts";
import { pickJob } from "./jobs.ts";
import type { Kind } from "./kinds.ts";
import { hostileNames, personName } from "./names.ts";
import type { Shape } from "./shape.ts";

export interface DraftPerson {
  readonly kind: Kind;
  readonly account: AccountFacts;
  readonly job: Job;
  readonly memberships: ReadonlyMap<string, MembershipState>;
}

export interface PeopleState {
  readonly now: number;
  readonly handles: Map<string, number>;
  readonly used: { services: number; hostile: number };
}

const day = 86_400_000;

const services: readonly string[] = ["ci-bot", "backup", "monitoring", "jira-automation", "release-bot", "status-sync"];
const externalDomains: readonly (readonly [string, number])[] = [
  ["northwind-consulting.example", 4],
  ["freelance.example", 3],
  ["mail.example", 3],
];

/** Makes one person: who they are and which directories they are in. */
export function makePerson(random: Random, shape: Shape, kind: Kind, state: PeopleState): DraftPerson {
  const job = pickJob(random);
  const isExternal = ["contractor", "guest", "customer", "hostile"].includes(kind);
  const isLabs = kind === "site-admin" || (kind === "employee" && random.chance(0.08));
  const domain = isExternal ? random.weighted(externalDomains) : isLabs ? "labs.acme.example" : "acme.example";
  const named = nameOf(random, kind, state);
  const email = `${uniqueHandle(`${named.handle}@${domain}`, named.handle, state)}@${domain}`;
  const added = state.now - ageOf(random, kind) * day;
  const account: AccountFacts = {
    accountId: accountId(random),
    name: named.name,
    ...(named.nickname === undefined ? {} : { nickname: named.nickname }),
    email,
    ...(random.chance(isExternal ? 0.25 : 0.01) ? { emailHidden: true } : {}),
    emailVerified: kind !== "invited",
    managed: !isExternal,
    managementSource: isExternal ? null : sourceOf(random, kind),
    ...(isExternal ? {} : { mfaEnabled: kind !== "service" && random.chance(0.85) }),
    addedToOrg: new Date(added).toISOString(),
    ...statusFields(random, kind, { added, now: state.now }),
    ...(kind === "service" || kind === "break-glass" ? {} : profileFields(random, job, isExternal)),
  };
  return { kind, account, job, memberships: membershipsOf(random, shape, kind, isLabs ? "labs" : "main") };
}

function nameOf(
  random: Random,
  kind: Kind,
  { used }: PeopleState,
): { readonly name: string; readonly nickname?: string; readonly handle: string } {
  if (kind === "service") {
    const base = services[used.services % services.length] ?? "service";
    const round = Math.floor(used.services++ / services.length);
    return { name: base, handle: round === 0 ? base : `${base}-${round + 1}` };
  }
  if (kind === "break-glass") return { name: "Break Glass", handle: "break-glass" };
  if (kind === "hostile") {
    const at = used.hostile++;
    return { name: hostileNames[at % hostileNames.length] ?? "", handle: `guest.${at + 1}` };
  }
  const { name, nickname, handle } = personName(random);
  return random.chance(0.05) ? { name, handle } : { name, nickname, handle };
}

/** Two people of one name get a number, as they do everywhere. */
function uniqueHandle(email: string, handle: string, { handles }: PeopleState): string {
  const before = handles.get(email) ?? 0;
  handles.set(email, before + 1);
  return before === 0 ? handle : `${handle}${before + 1}`;
}

function accountId(random: Random): string {
  const shape = random.fraction();
  if (shape < 0.2) return `557058:${random.uuid()}`;
  return shape < 0.8 ? `712020:${random.uuid()}` : random.hex(24);
}

/** Days since somebody was added: recent for new people, up to eight years for others. */
function ageOf(random: Random, kind: Kind): number {
  if (kind === "hire") return random.fraction() * 13;
  if (kind === "invited") return 5 + random.fraction() * 200;
  if (kind === "service" || kind === "break-glass" || kind === "org-admin") return 900 + random.fraction() * 1500;
  return 15 + 2900 * random.fraction() ** 1.6;
}

function sourceOf(random: Random, kind: Kind): "synced" | "invited" | null {
  if (kind === "service" || kind === "break-glass" || kind === "invited") return "invited";
  if (kind === "synced-seat") return "synced";
  if (kind === "deactivated" || kind === "for-deletion") return random.chance(0.3) ? "synced" : "invited";
  return random.weighted([
    ["synced", 58],
    ["invited", 40],
    [null, 2],
  ]);
}

function statusFields(
  random: Random,
  kind: Kind,
  { added, now }: { readonly added: number; readonly now: number },
): Partial<AccountFacts> {
  const since = (days: number): number => Math.min(days * day, now - added);
  if (kind === "deactivated") {
    const at = now - random.fraction() * since(300);
    return { accountStatus: "inactive", deactivatedOn: new Date(at).toISOString() };
  }
  if (kind === "for-deletion") {
    const at = new Date(now - random.fraction() * since(12)).toISOString();
    return { accountStatus: "inactive", deactivatedOn: at, deletionRequestedAt: at };
  }
  return {};
}

/** Fields that people or an identity provider fill in, some of them left empty. */
function profileFields(random: Random, job: Job, isExternal: boolean): Partial<AccountFacts> {
  const isShown = (share: number): boolean => random.chance(isExternal ? share / 3 : share);
  return {
    ...(isShown(0.9) ? { jobTitle: job.title } : {}),
    ...(isShown(0.94) ? { department: job.department.name } : {}),
    ...(isShown(0.5) ? { organization: "Acme" } : {}),
    ...(isShown(0.85) ? { location: job.location } : {}),
    ...(isShown(0.9) ? { timeZone: job.timeZone } : {}),
  };
}

function membershipsOf(
  random: Random,
  { main, labs }: Shape,
  kind: Kind,
  home: "main" | "labs",
): ReadonlyMap<string, MembershipState> {
  if (kind === "unattached") return new Map();
  if (kind === "suspended-in-one") {
    const isMain = random.chance(0.5);
    return new Map([
      [main.id, isMain ? "suspended" : "active"],
      [labs.id, isMain ? "active" : "suspended"],
    ]);
  }
  if (kind === "two-directories") {
    return new Map([
      [main.id, "active"],
      [labs.id, "active"],
    ]);
  }
  return new Map([[home === "labs" ? labs.id : main.id, kind === "suspended" ? "suspended" : "active"]]);
}
