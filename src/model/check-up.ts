/**
 * What a look at one part of a set-up came to. `not known`: it could not be asked or was not answered, which proves nothing
 * and is never as good as `passed`.
 */
export type CheckState = "passed" | "warning" | "failed" | "not known";

export type CheckArea = "machine" | "policies" | "key" | "ledger" | "github";

export interface Check {
  /** Stable, for scripts: `key.expiry`. docs/doctor.md lists them. */
  readonly id: string;
  readonly area: CheckArea;
  readonly state: CheckState;
  /** What was found, and what it means; sentences. */
  readonly found: string;
  /** What to do; null where there is nothing to do. */
  readonly remedy: string | null;
}

/** Every check that `doctor` can give, in the order it gives them. */
export const checkIds = [
  "machine.node",
  "machine.git",
  "machine.ssh-keygen",
  "policies.sound",
  "policies.power",
  "key.kind",
  "key.works",
  "key.expiry",
  "key.creator",
  "ledger.reachable",
  "ledger.lock",
  "ledger.last-run",
  "ledger.unfinished",
  "ledger.stop",
  "github.token",
  "github.pull-requests",
  "github.approvals",
  "github.code-owners",
  "github.stale-approvals",
  "github.last-push",
  "github.check",
  "github.up-to-date",
  "github.history",
  "github.bypass",
  "github.secret",
  "github.environments",
  "github.key-reach",
  "github.opens-pull-requests",
  "github.default-rights",
  "github.ledger-branch",
  "github.workflow",
  "github.job-rights",
  "github.pinned-actions",
] as const;

export type CheckId = (typeof checkIds)[number];

/** A check with nothing to do. */
export function passed(id: CheckId, found: string): Check {
  return { ...headOf(id), state: "passed", found, remedy: null };
}

/** A check that came to something else. */
export function checkOf(id: CheckId, state: Exclude<CheckState, "passed">, found: string, remedy: string): Check {
  return { ...headOf(id), state, found, remedy };
}

function headOf(id: CheckId): Pick<Check, "id" | "area"> {
  return { id, area: id.slice(0, id.indexOf(".")) as CheckArea };
}

/** How often each state occurs. */
export function tallied(checks: readonly Check[]): Readonly<Record<CheckState, number>> {
  const count = (state: CheckState): number => checks.filter((check) => check.state === state).length;
  return {
    passed: count("passed"),
    warning: count("warning"),
    failed: count("failed"),
    "not known": count("not known"),
  };
}
