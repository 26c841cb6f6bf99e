import type { Change, HeldBack } from "../model/documents.generated.ts";
import { compareText } from "../model/order.ts";
import { dayOf } from "../model/time.ts";
import { changeId } from "./digest.ts";
import { gives } from "./operations.ts";
import { heldInverse, type Inverse } from "./undo-change.ts";
import { chooseForUndo, type ProvedOperation, type UndoSelection } from "./undo-selection.ts";

/** The selected operations as changes: one for each that is the inverse of one, equal ones united. */
export function inversesOf({
  proved,
  selection,
}: {
  readonly proved: readonly ProvedOperation[];
  readonly selection: UndoSelection;
}): {
  readonly inverses: readonly Inverse[];
  readonly skipped: readonly HeldBack[];
  readonly runs: readonly string[];
} {
  const byId = new Map<string, Inverse>();
  const skipped: HeldBack[] = [];
  const runs = new Set<string>();
  const withoutGift = new Set<string>();
  for (const chosen of chooseForUndo(proved, selection)) {
    const { change, run, at } = chosen.proved;
    runs.add(run);
    const fact = { filter: `undo of ${change.action}`, at: run, result: "true" as const, value: dayOf(at) };
    const policies = change.policies.map(({ policy }) => ({ policy, facts: [fact] }));
    const head = { ...inverseHead(change), accountId: change.accountId, seat: change.seat, policies };
    const id = changeId(head);
    if (chosen.kind === "skip") {
      const isGift = head.direction === "give" && !gives(chosen.proved.operation);
      if (isGift && chosen.isBack !== true) withoutGift.add(id);
      const kind = chosen.code === "cannot-be-undone" ? "blocked" : chosen.code === "not-proved" ? "unknown" : "held";
      const empty: Inverse = { ...head, operations: [], mayGive: [] };
      skipped.push(heldInverse(empty, { kind, code: chosen.code, reason: chosen.reason, owner: null }));
      continue;
    }
    const same = byId.get(id);
    byId.set(id, {
      ...head,
      operations: [...(same?.operations ?? []), chosen.inverse],
      policies: united(same?.policies ?? [], policies),
      mayGive: [...new Set([...(same?.mayGive ?? []), ...change.before.seats])].sort(),
    });
  }
  // What stood in for something is taken back only where that something comes back.
  const inverses = [...byId].flatMap(([id, inverse]) => {
    const operations = withoutGift.has(id) ? inverse.operations.filter(gives) : inverse.operations;
    return operations.length === 0 ? [] : [{ ...inverse, operations }];
  });
  return { inverses, skipped: oncePerReason(skipped), runs: [...runs].sort() };
}

/** What the inverse of a change is called. */
function inverseHead({ action, direction, target }: Change): Pick<Inverse, "action" | "direction" | "target"> {
  const back = direction === "take" ? "give" : "take";
  // The target of a setRole is the role it left people with, which is not what its inverse gives.
  return { action: inverseActions[action], direction: back, target: action === "setRole" ? null : target };
}

const inverseActions: Readonly<Record<Change["action"], Change["action"]>> = {
  revoke: "grant",
  grant: "revoke",
  setRole: "grant",
  addToGroup: "removeFromGroup",
  removeFromGroup: "addToGroup",
  suspend: "restore",
  restore: "suspend",
  deactivate: "activate",
  activate: "deactivate",
  removeFromOrg: "restore",
};

function united(a: Change["policies"], b: Change["policies"]): Change["policies"] {
  const known = new Set(a.map(({ policy }) => policy));
  return [...a, ...b.filter(({ policy }) => !known.has(policy))].sort((x, y) => compareText(x.policy, y.policy));
}

/** A change with several operations that are skipped for one reason is listed once. */
function oncePerReason(heldBack: readonly HeldBack[]): readonly HeldBack[] {
  return [...new Map(heldBack.map((held) => [JSON.stringify(held), held])).values()];
}
