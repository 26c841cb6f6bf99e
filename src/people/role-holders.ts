import { isBillable } from "../model/apps.ts";
import { clearBit, hasBit, noBits, setBit } from "../model/bits.ts";
import type { PersonDetail } from "../model/documents.generated.ts";
import type { Verdict } from "../model/verdict.ts";
import { FALSE, type PeopleTest, TRUE, UNKNOWN } from "./answers.ts";
import type { Members } from "./members.ts";
import type { Population } from "./population.ts";
import { directHolders } from "./direct.ts";
import { grantsOn } from "./seats.ts";
import { standingOf } from "./standing.ts";

/**
 * Whether people hold one of these roles on one of these instances, by a group or directly. Where a call for one person
 * told their roles, it decides.
 *
 * Direct roles are seen by comparing Atlassian's counts of active people with what groups explain. Where that was not done
 * (a free role without a count, somebody who is not active), not being seen with the role is unknown. So is having it for
 * somebody in several directories, as long as it is not known in which of them access is open.
 */
export function roleTest(
  population: Population,
  members: Members,
  instances: readonly number[],
  roles: readonly string[],
): PeopleTest {
  const { header, direct, detail } = population;
  const isWanted = (instance: number, role: string): boolean => instances.includes(instance) && roles.includes(role);
  const byGroup = members.test(groupsGranting(population, instances, roles));
  const isCounted = instances.every((instance) =>
    roles.every(
      (role) => isBillable(role) || header.holders.some((count) => count.instance === instance && count.role === role),
    ),
  );
  const isTold = ({ roles: told }: PersonDetail): boolean =>
    told.some(([instance, role, how]) => how !== "inferred" && isWanted(instance, role));
  const holdsDirectly = (held: readonly (readonly [number, string])[]): boolean =>
    held.some(([instance, role]) => isWanted(instance, role));

  const { active, inSeveral } = standingOf(population);
  return {
    judge(person) {
      const known = detail.size === 0 ? undefined : detail.get(person);
      if (known !== undefined) return isTold(known) ? TRUE : FALSE;
      const isActive = hasBit(active, person);
      const member = byGroup.judge(person);
      if (member === TRUE || holdsDirectly(direct.get(person) ?? none)) {
        return isActive && hasBit(inSeveral, person) ? UNKNOWN : TRUE;
      }
      return member === UNKNOWN || !isCounted || !isActive ? UNKNOWN : FALSE;
    },
    verdict() {
      const inGroups = byGroup.verdict();
      const seen = inGroups.yes.slice();
      for (const person of directHolders(population, instances, roles)) setBit(seen, person);
      const verdict = judgedSeen(population, { yes: seen, unknown: inGroups.unknown }, isCounted ? "counted" : "open");
      for (const [person, known] of detail) {
        clearBit(verdict.yes, person);
        clearBit(verdict.unknown, person);
        if (isTold(known)) setBit(verdict.yes, person);
      }
      return verdict;
    },
    ...(byGroup.isReady === undefined ? {} : { isReady: byGroup.isReady }),
  };
}

/** The groups that give one of these roles on one of these instances, each once. */
export function groupsGranting(
  population: Population,
  instances: readonly number[],
  roles: readonly string[],
): readonly number[] {
  const granting = instances.flatMap((instance) =>
    grantsOn(population, instance).flatMap(({ group, role }) => (roles.includes(role) ? [group] : [])),
  );
  return [...new Set(granting)];
}

const none: readonly (readonly [number, string])[] = [];

/** What it tells of people to have been seen with a role or not, where no call for them told more. */
function judgedSeen(population: Population, seen: Verdict, others: "counted" | "open"): Verdict {
  const { size } = population;
  const { active, inSeveral } = standingOf(population);
  const yes = noBits(size);
  const unknown = noBits(size);
  const rest = size & 31;
  for (let word = 0; word < yes.length; word++) {
    const holds = seen.yes[word] ?? 0;
    const isActive = active[word] ?? 0;
    const everybody = word === yes.length - 1 && rest !== 0 ? 0xffffffff >>> (32 - rest) : -1;
    const perhaps = others === "counted" ? (seen.unknown[word] ?? 0) | ~isActive : -1;
    const doubtful = holds & isActive & (inSeveral[word] ?? 0);
    yes[word] = holds & ~doubtful;
    unknown[word] = doubtful | (~holds & perhaps & everybody);
  }
  return { yes, unknown };
}
