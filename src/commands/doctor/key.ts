import { type Check, checkOf, passed } from "../../model/check-up.ts";
import type { OrganizationFile } from "../../model/documents.generated.ts";
import { OperatorError } from "../../model/errors.ts";
import { DAY, momentOf, type Seconds } from "../../model/time.ts";
import { momentBefore, parseDuration } from "../../policy/duration.ts";
import type { Asked, KeyFacts, KeyRefusal } from "../../model/setup-facts.ts";
import type { KeyInspector } from "../../review-ports.ts";
import type { Connection, Kit } from "../../wiring.ts";

/** When the end of the key is told, where `key: {warn}` says nothing. */
export const WARN_BEFORE: readonly string[] = ["30d", "14d", "7d"];

const NEW_KEY =
  "Have an organisation admin make an organisation API key without scopes at admin.atlassian.com, put it where the old one is, and name it in `key: {label}`.";

/** What kind of key this is, whether it works, when it ends and whether whoever made it is still an admin. */
export async function checkKey(
  kit: Kit,
  organizationId: string | null,
  organization: OrganizationFile | null,
): Promise<readonly Check[]> {
  if (!kit.hasKey) {
    return [
      checkOf(
        "key.works",
        "not known",
        "There is no API key here, so nothing of it could be looked at.",
        "Run this where the key is, with SEATWRIGHT_API_KEY set: in a job of the environment that has it.",
      ),
    ];
  }
  if (organizationId === null) {
    return [
      checkOf(
        "key.works",
        "not known",
        "Which organisation is meant is not known, so the key could not be tried.",
        "Set SEATWRIGHT_ORG_ID, give --org-id, or name a policy repository with --repo.",
      ),
    ];
  }
  let connection: Connection;
  try {
    connection = kit.connect(organizationId);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return [checkOf("key.kind", "failed", error.message, error.remedy)];
  }
  try {
    return await checksOf(kit, connection.key, organizationId, organization);
  } finally {
    await connection.close();
  }
}

async function checksOf(
  kit: Kit,
  key: KeyInspector,
  organizationId: string,
  organization: OrganizationFile | null,
): Promise<readonly Check[]> {
  const works = await worksCheck(key, organizationId);
  if (works.state !== "passed") return [works];
  const searches = await key.maySearch();
  const { checks } = await keyOutlook(key, organization, kit.clock.now());
  return [kindCheck(searches), works, ...checks];
}

/** How long the key that `key: {label}` names will last. */
export interface KeyOutlook {
  /** Null where it is not known, or never. */
  readonly endsAt: Seconds | null;
  /** `key.expiry`, and `key.creator` where the key is known. */
  readonly checks: readonly Check[];
}

/** When the key ends, told as early as `key: {warn}` says, and whether whoever made it is still there as an organisation admin. */
export async function keyOutlook(
  key: KeyInspector,
  organization: OrganizationFile | null,
  now: Seconds,
): Promise<KeyOutlook> {
  const keys = await key.keys();
  const found = keyOf(keys, organization?.key?.label ?? null);
  return {
    endsAt: found === null || found.revoked ? null : found.expiresAt,
    checks: [expiryCheck(keys, found, organization, now), ...(found === null ? [] : [await creatorCheck(key, found)])],
  };
}

function kindCheck(searches: Asked<KeyRefusal | null>): Check {
  if (!searches.known) return checkOf("key.kind", "not known", searches.why, searches.remedy);
  if (searches.value !== null) return checkOf("key.kind", "failed", searches.value.why, searches.value.remedy);
  return passed("key.kind", "The key may search people, which only an organisation API key without scopes may.");
}

async function worksCheck(key: KeyInspector, organizationId: string): Promise<Check> {
  try {
    const opened = await key.opens();
    if (opened.includes(organizationId)) return passed("key.works", `The key opens organisation ${organizationId}.`);
    return checkOf(
      "key.works",
      "failed",
      `The key does not open organisation ${organizationId}; it opens ${opened.join(", ") || "none"}.`,
      "Use the key and the policies of one organisation.",
    );
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    const state = error.reason === "credentials" ? "failed" : "not known";
    return checkOf("key.works", state, error.message, error.remedy);
  }
}

/** The key of this label that lasts longest: one that was renewed under its old label is the one in use. */
function keyOf(keys: Asked<readonly KeyFacts[]>, label: string | null): KeyFacts | null {
  if (!keys.known || label === null) return null;
  const end = ({ expiresAt, revoked }: KeyFacts): Seconds => (revoked ? -1 : (expiresAt ?? Number.MAX_SAFE_INTEGER));
  return keys.value
    .filter((each) => each.label === label)
    .reduce<KeyFacts | null>((best, each) => (best === null || end(each) > end(best) ? each : best), null);
}

function expiryCheck(
  keys: Asked<readonly KeyFacts[]>,
  found: KeyFacts | null,
  organization: OrganizationFile | null,
  now: Seconds,
): Check {
  if (!keys.known)
    return checkOf("key.expiry", "not known", `When the key ends cannot be read. ${keys.why}`, keys.remedy);
  const label = organization?.key?.label;
  if (label === undefined) {
    return checkOf(
      "key.expiry",
      "not known",
      `Atlassian does not tell which key is asking, so when this one ends is not known. ${soonest(keys.value, now)}`,
      "Name the key in seatwright.yaml by the label it has at admin.atlassian.com: `key: {label: ...}`.",
    );
  }
  if (found === null) {
    return checkOf(
      "key.expiry",
      "failed",
      `The organisation has no API key with the label ${label}, so nobody is warned of this one's end. ${soonest(keys.value, now)}`,
      "Write the label in `key: {label}` exactly as admin.atlassian.com has it.",
    );
  }
  const { expiresAt, revoked } = found;
  if (revoked || (expiresAt !== null && expiresAt <= now)) {
    return checkOf(
      "key.expiry",
      "failed",
      `The key ${label} ${revoked ? "was revoked" : `ended on ${dayOf(expiresAt ?? 0)}`}; the one in use is another.`,
      "Write the label of the key that is in use in `key: {label}`, so that its end is told in time.",
    );
  }
  if (expiresAt === null) return passed("key.expiry", `The key ${label} has no end.`);
  const left = `The key ${label} ends on ${dayOf(expiresAt)}, in ${daysUntil(expiresAt, now)}.`;
  const [narrowest] = (organization?.key?.warn ?? WARN_BEFORE)
    .flatMap((text) => {
      const duration = parseDuration(text);
      return duration === null ? [] : [{ text, from: momentBefore(expiresAt, duration) }];
    })
    .filter(({ from }) => now >= from)
    .sort((a, b) => b.from - a.from);
  if (narrowest === undefined) return passed("key.expiry", left);
  return checkOf(
    "key.expiry",
    "warning",
    `${left} That is less than ${narrowest.text} away. Without a key nothing is read or applied.`,
    NEW_KEY,
  );
}

function soonest(keys: readonly KeyFacts[], now: Seconds): string {
  const ends = keys.flatMap(({ expiresAt, revoked }) =>
    revoked || expiresAt === null || expiresAt <= now ? [] : [expiresAt],
  );
  return ends.length === 0 ? "" : `The first of the organisation's keys to end does so on ${dayOf(Math.min(...ends))}.`;
}

async function creatorCheck(key: KeyInspector, { label, createdBy }: KeyFacts): Promise<Check> {
  if (createdBy === null) {
    return checkOf(
      "key.creator",
      "not known",
      `Atlassian does not tell who made the key ${label}.`,
      "Look at admin.atlassian.com whether that person is still an organisation admin.",
    );
  }
  const found = await key.creator(createdBy);
  if (!found.known) return checkOf("key.creator", "not known", found.why, found.remedy);
  const warn = (what: string): Check =>
    checkOf(
      "key.creator",
      "warning",
      `Whoever made the key ${label} (account ${createdBy}) ${what}. Atlassian advises to revoke such keys.`,
      NEW_KEY,
    );
  if (found.value === null || outside.has(found.value.status)) return warn("is not in the organisation any more");
  if (found.value.status !== "active") return warn(`is ${found.value.status.replaceAll("_", " ")}`);
  if (!found.value.orgAdmin) return warn("is not an organisation admin any more");
  return passed("key.creator", `Whoever made the key ${label} is active and an organisation admin.`);
}

/** Statuses of people whom the organisation knows, and who are in none of its directories. */
const outside: ReadonlySet<string> = new Set(["not_invited", "no_membership"]);

function dayOf(moment: Seconds): string {
  return momentOf(moment).slice(0, 10);
}

function daysUntil(moment: Seconds, now: Seconds): string {
  const days = Math.floor((moment - now) / DAY);
  return days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
}
