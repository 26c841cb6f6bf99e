import type { ActivityFacts } from "../facts.ts";
import type { Random } from "../random.ts";
import type { DraftPerson } from "./people.ts";
import type { Shape } from "./shape.ts";

const day = 86_400_000;

/**
 * When somebody last used each of their instances. Most people were there within days, a long tail wasn't for months or
 * years, some never; machines and invited people never, because only pages that are looked at count. Bitbucket says
 * next to nothing.
 */
export function lastUse(
  random: Random,
  shape: Shape,
  person: DraftPerson,
  instances: readonly string[],
  now: number,
): readonly ActivityFacts[] {
  const { accountId, addedToOrg } = person.account;
  if (person.kind === "invited" || (person.kind === "hire" && random.chance(0.55)) || random.chance(0.05)) return [];
  const added = Date.parse(addedToOrg ?? new Date(now).toISOString());
  const left = Date.parse(person.account.deactivatedOn ?? new Date(now).toISOString());
  const latest = Math.min(now, person.kind === "suspended" ? now - (20 + random.below(300)) * day : left);
  const isFaithful = random.chance(0.8);
  const rows: ActivityFacts[] = [];
  for (const name of instances) {
    const instance = shape.instances.get(name);
    if (instance === undefined || random.chance(name === "bitbucket" ? 0.9 : 0.02)) continue;
    const idleDays = isFaithful && random.chance(0.94) ? recent(random) : long(random);
    const at = Math.max(latest - idleDays * day, added + random.fraction() * Math.max(latest - added, 0) * 0.3);
    const moment = Math.max(added, Math.floor(Math.min(at, now - 60_000) / 1000) * 1000);
    rows.push({ accountId, instanceId: instance.id, at: new Date(moment).toISOString() });
  }
  return rows;
}

function recent(random: Random): number {
  return Math.min(60, 0.9 * Math.exp(1.1 * random.normal()));
}

function long(random: Random): number {
  return Math.min(1800, 40 * (1 - random.fraction()) ** (-1 / 0.9));
}
