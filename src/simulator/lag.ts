import { applyChange } from "./change.ts";
import type { Change, ChangeRecord } from "./facts.ts";
import type { World } from "./world.ts";
import { createWorld, partsOf } from "./world.ts";

/** A world as reads show it: the same history, each change arriving later than it happened. */
export interface LaggingView {
  at(now: Date): World;
}

/**
 * A view of the world that trails it. `secondsOf` says by how much for each change; changes of one person or one group
 * stay in order. What somebody changed outside the API arrives at once, unless an earlier change of theirs is waiting.
 */
export function lagBehind(world: World, secondsOf: (change: Change) => number): LaggingView {
  const copy = copyOf(world);
  const lastDue = new Map<string, number>();
  let seen = world.changes.length;
  let waiting: { readonly due: number; readonly record: ChangeRecord }[] = [];
  return {
    at(now) {
      for (; seen < world.changes.length; seen++) {
        const record = world.changes[seen];
        if (record === undefined) break;
        const { change, at } = record;
        const own = at === undefined ? now.getTime() : Date.parse(at) + secondsOf(change) * 1000;
        const subjects = subjectsOf(change);
        const due = Math.max(own, ...subjects.map((subject) => lastDue.get(subject) ?? own));
        for (const subject of subjects) lastDue.set(subject, due);
        waiting.push({ due, record });
      }
      const arrived = waiting.filter(({ due }) => due <= now.getTime());
      if (arrived.length > 0) waiting = waiting.filter(({ due }) => due > now.getTime());
      for (const { record } of arrived) applyChange(copy, record.change);
      return copy;
    },
  };
}

/** An independent copy of a world as it is. */
export function copyOf(world: World): World {
  const copy = createWorld(partsOf(world));
  for (const [accountId, byInstance] of world.activity) copy.activity.set(accountId, new Map(byInstance));
  return copy;
}

function subjectsOf(change: Change): readonly string[] {
  const subjects = [];
  if ("accountId" in change) subjects.push(`account ${change.accountId}`);
  if ("groupId" in change) subjects.push(`group ${change.groupId}`);
  if (change.kind === "account.add") subjects.push(`account ${change.account.accountId}`);
  if (change.kind === "group.create") subjects.push(`group ${change.group.id}`);
  return subjects;
}
