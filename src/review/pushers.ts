import type { Account, Push } from "../review-ports.ts";

/**
 * Everybody who made this branch or pushed to it, up to this commit, the last first: of a branch that was deleted and made
 * again of something else, since then. Null where that is not told: no activity, none of this commit, an account that is
 * gone, or no sign of how the branch began.
 */
export function pushersOf(pushes: readonly Push[] | null, commit: string): readonly Account[] | null {
  const sets = pushes?.filter(({ what }) => what !== "deleted") ?? [];
  const last = sets.findIndex(({ after }) => after === commit);
  if (last < 0) return null;
  const upTo = sets.slice(last);
  // A branch that is made of what it held before was restored: its pushes are those before, too.
  const first = upTo.findIndex(
    ({ what, after }, at) => what === "made" && upTo.slice(at + 1).every((earlier) => earlier.after !== after),
  );
  if (first < 0) return null;
  const found: Account[] = [];
  for (const { by } of upTo.slice(0, first + 1)) {
    if (by === null) return null;
    if (!found.some(({ login }) => isSameLogin(login, by.login))) found.push(by);
  }
  return found;
}

/**
 * Who brought this commit into a branch that only ever grows. `contains` tells whether the branch held it when it was at the
 * given commit. Null where that is not told.
 */
export async function bringerOf(
  pushes: readonly Push[] | null,
  commit: string,
  contains: (tip: string) => Promise<boolean>,
): Promise<Account | null> {
  let bringer: Push | null = null;
  for (const push of pushes ?? []) {
    if (push.what === "deleted") break;
    if (push.after === commit) return push.by;
    if (!(await contains(push.after))) return bringer?.by ?? null;
    bringer = push;
    if (push.what === "made") return push.by;
  }
  return null;
}

/** Logins are the same whatever their capitals. */
export function isSameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
