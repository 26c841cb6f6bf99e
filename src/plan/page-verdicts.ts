import { countBits } from "../model/bits.ts";
import type { PageColumn, PageColumns } from "../model/page-data.ts";
import { pageColumn } from "../model/page-data.ts";
import { compareText } from "../model/order.ts";
import type { Verdict } from "../model/verdict.ts";
import { grantsOn, isPaidInstance } from "../people/seats.ts";
import type { Evaluator } from "../policy/evaluate.ts";
import { questionId } from "../policy/questions.ts";
import type { Filter, Test } from "../policy/types.ts";
import { deliberate, type Matter } from "./deliberate.ts";
import { matchesOf } from "./wishes.ts";

export interface VerdictsForPage {
  readonly roles: readonly string[];
  /** By role, the paid instances on which it is given to anybody. */
  readonly roleInstances: readonly (readonly number[])[];
  readonly columns: PageColumns;
}

/**
 * Who holds a seat, whose is unused and who has which role, as the evaluator of plans answers it: by app instance, and of the
 * unused also everywhere. `matter` holds the policies of `unusedSeatQuestions` for these thresholds.
 */
export function verdictsForPage(matter: Matter, thresholds: readonly string[]): VerdictsForPage {
  const { population, policies } = matter;
  const { seats, evaluator } = deliberate({ ...matter, policies: { ...policies, policies: [] } });
  const columns = new Map<string, PageColumn>();
  const put = (nameOf: (part: "yes" | "unknown") => string, { yes, unknown }: Verdict): void => {
    if (countBits(yes) > 0) columns.set(nameOf("yes"), yes);
    if (countBits(unknown) > 0) columns.set(nameOf("unknown"), unknown);
  };
  const paid = population.header.instances.flatMap((_, at) => (isPaidInstance(population, at) ? [at] : []));
  for (const instance of paid) {
    const held = seats.holders[instance];
    if (held !== undefined) put((part) => pageColumn.seat(instance, part), held);
  }
  for (const [at, threshold] of thresholds.entries()) {
    const question = policies.policies.find(({ id }) => id === questionId(threshold));
    if (question === undefined) continue;
    for (const instance of paid) {
      put(
        (part) => pageColumn.unused(at, instance, part),
        matchesOf({ population, seats, evaluator }, question, instance),
      );
    }
    const everywhere = leaf({ key: "unused", before: momentIn(question.filter), reach: { kind: "everywhere" } });
    put((part) => pageColumn.unused(at, "everywhere", part), evaluator.evaluate(everywhere, null));
  }
  for (const [group, proved] of population.groupProved.entries()) {
    if (proved) continue;
    const { unknown } = evaluator.evaluate(leaf({ key: "memberOf", groups: [group] }), null);
    columns.set(pageColumn.member(group), unknown);
  }
  return { ...rolesInto(put, matter, evaluator), columns };
}

function rolesInto(
  put: (nameOf: (part: "yes" | "unknown") => string, verdict: Verdict) => void,
  { population }: Matter,
  evaluator: Evaluator,
): Pick<VerdictsForPage, "roles" | "roleInstances"> {
  const given = population.header.instances.map(
    (_, at) =>
      new Set(
        !isPaidInstance(population, at)
          ? []
          : [
              ...grantsOn(population, at).map(({ role }) => role),
              ...[...population.direct.values()].flat().flatMap(([instance, role]) => (instance === at ? [role] : [])),
            ],
      ),
  );
  const roles = [...new Set(given.flatMap((of) => [...of]))].sort(compareText);
  const roleInstances = roles.map((role) => given.flatMap((of, at) => (of.has(role) ? [at] : [])));
  for (const [position, role] of roles.entries()) {
    for (const instance of roleInstances[position] ?? []) {
      const held = evaluator.evaluate(leaf({ key: "role", roles: [role], instances: [instance] }), null);
      put((part) => pageColumn.role(position, instance, part), held);
    }
  }
  return { roles: roles.map((role) => role.replace("atlassian/", "")), roleInstances };
}

/** The moment of the question's own test, so that one length of time is one moment everywhere. */
function momentIn(filter: Filter): number {
  if (filter.kind === "leaf" && filter.test.key === "unused") return filter.test.before;
  if (filter.kind === "all") for (const part of filter.of) return momentIn(part);
  throw new Error("the question does not ask for unused seats");
}

function leaf(test: Test): Filter {
  return { kind: "leaf", test, words: test.key, place: { file: "report", line: 1, column: 1 } };
}
