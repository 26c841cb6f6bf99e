import { readSnapshotFile } from "../../src/disk/snapshot-file.ts";
import { type Bits, countBits, hasBit } from "../../src/model/bits.ts";
import { emptyLedgerView } from "../../src/model/ledger-view.ts";
import { secondsOf } from "../../src/model/time.ts";
import type { Verdict } from "../../src/model/verdict.ts";
import { inDirectories, membersIn } from "../../src/people/members.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { signalsOf } from "../../src/people/signals.ts";
import { covers } from "../../src/plan/left-alone.ts";
import { matchesOf, questionsOf, scopesOf } from "../../src/plan/wishes.ts";
import { createEvaluator, type Evaluator } from "../../src/policy/evaluate.ts";
import type { ExemptionRule, Policy } from "../../src/policy/types.ts";
import { type Found, questionOf } from "../selection.ts";
import { compiled } from "./compiled.ts";
import type { Peer, PeerInput } from "./peer.ts";

/** Seatwright's own engine on its own population, compiled from the YAML by its own public path. */
export async function loadSeatwright({ snapshot, policies }: PeerInput): Promise<Peer> {
  const { population } = await readSnapshotFile(snapshot);
  const set = await compiled(policies, population);
  // What is worked out once for a snapshot, whatever is asked of it.
  const before = performance.now();
  inDirectories(population, [...population.header.directories.keys()]);
  membersIn(population).seenIn([...population.header.groups.keys()]);
  const turned = performance.now() - before;
  return {
    answer() {
      // What an earlier answer has kept is not there for this one.
      const fresh = { ...population };
      const start = performance.now();
      const seats = seatsOf(fresh);
      const signals = signalsOf(fresh, seats, null);
      const counted = performance.now();
      const evaluator = createEvaluator(fresh, seats, {
        asOf: secondsOf(fresh.header.asOf) ?? 0,
        sources: set.sources,
        seatHistory: emptyLedgerView.seat,
        unseenSeats: "older",
        signals,
      });
      evaluator.expect(questionsOf(set));
      const found = set.policies.flatMap((policy) =>
        scopesOf(policy).map((scope): Found => {
          const { yes, unknown } = matchesOf({ population: fresh, seats, evaluator }, policy, scope);
          const exempt = exempting(evaluator, set.exemptions, policy, scope);
          return { question: questionOf(policy.id, scope), selected: without(yes, exempt), unknown: eachOf(unknown) };
        }),
      );
      const milliseconds = performance.now() - counted;
      return {
        milliseconds,
        parts: { "who is in which group": turned, "who holds which seat": counted - start, verdicts: milliseconds },
        found: () => found,
      };
    },
  };
}

/** Who is exempt from a policy, or perhaps is. */
function exempting(
  evaluator: Evaluator,
  exemptions: readonly ExemptionRule[],
  policy: Policy,
  scope: number | null,
): readonly Verdict[] {
  const filters = exemptions.filter((rule) => covers(rule, policy)).map(({ filter }) => filter);
  if (policy.except !== null) filters.push(policy.except);
  return filters.map((filter) => evaluator.evaluate(filter, scope));
}

/** Those who are certainly not exempt, ascending. */
function without(bits: Bits, exempt: readonly Verdict[]): Uint32Array {
  const people = new Uint32Array(countBits(bits));
  let used = 0;
  for (let word = 0; word < bits.length; word++) {
    let rest = bits[word] ?? 0;
    if (rest === 0) continue;
    for (const who of exempt) rest &= ~((who.yes[word] ?? 0) | (who.unknown[word] ?? 0));
    for (; rest !== 0; rest &= rest - 1) people[used++] = (word << 5) + 31 - Math.clz32(rest & -rest);
  }
  return people.subarray(0, used);
}

/** The members of a set, one after another when they are asked for. */
function* eachOf(bits: Bits): Generator<number> {
  for (let person = 0; person < bits.length * 32; person++) if (hasBit(bits, person)) yield person;
}
