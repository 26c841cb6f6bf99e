import { alwaysFalse, type Verdict } from "../model/verdict.ts";
import { type Answer, answerAt, bothAnswers, eitherAnswer, FALSE, type Judge, notAnswer, TRUE } from "./answers.ts";
import type { Seats } from "./seats.ts";

/** Who holds a paid seat on an instance, or may. */
export function heldOn({ holders, population }: Seats, instance: number): Verdict {
  return holders[instance] ?? alwaysFalse(population.size);
}

/** True where it holds on every one of these instances on which the person holds a seat, and there is one. */
export function onEachHeld(seats: Seats, instances: readonly number[], judgeOn: (instance: number) => Judge): Judge {
  const parts = instances.map((instance) => ({ held: heldOn(seats, instance), judge: judgeOn(instance) }));
  const [only] = parts;
  if (only !== undefined && parts.length === 1) {
    const { held, judge } = only;
    // On one instance, it is what it is there; who perhaps holds the seat, perhaps.
    return (person) => {
      const holds = answerAt(held, person);
      return holds === FALSE ? FALSE : bothAnswers(holds, judge(person));
    };
  }
  return (person) => {
    let some: Answer = FALSE;
    let each: Answer = TRUE;
    for (const { held, judge } of parts) {
      const holds = answerAt(held, person);
      if (holds === FALSE) continue;
      const answer = judge(person);
      some = eitherAnswer(some, bothAnswers(holds, answer));
      each = bothAnswers(each, eitherAnswer(notAnswer(holds), answer));
    }
    return bothAnswers(some, each);
  };
}
