import type { Approval } from "../model/documents.generated.ts";
import { type Seconds, secondsOf } from "../model/time.ts";
import type { RowCell, RowColumn, RowTable } from "../people/rows.ts";
import type { AuditRecord } from "./audit-records.ts";

interface AuditCell extends RowColumn {
  readonly of: (record: AuditRecord) => RowCell;
}

function text(name: string, about: string, of: (record: AuditRecord) => string | null | undefined): AuditCell {
  return { name, kind: "text", empty: "maybe", about, of: (record) => of(record) ?? null };
}

const cells: readonly AuditCell[] = [
  {
    name: "kind",
    kind: "text",
    empty: "never",
    about: "`plan`, `run`, `change` or `operation`",
    of: ({ kind }) => kind,
  },
  {
    name: "happened_at",
    kind: "moment",
    empty: "maybe",
    about: "of the snapshot, the beginning, the outcome, the answer; empty: the log is gone",
    of: ({ at }) => secondsOf(at),
  },
  text("run", "the run", ({ run }) => run),
  text("chain", "`verified`, or what is wrong with the run's log; empty: not a run", ({ chain }) => chain),
  text("plan_digest", "the plan's digest", ({ planDigest }) => planDigest),
  text("policy_digest", "of the policy files", ({ policyDigest }) => policyDigest),
  text("snapshot_digest", "of the snapshot file", ({ snapshotDigest }) => snapshotDigest),
  text("tool", "the version of Seatwright", ({ tool }) => tool),
  text("certificate", "how far the snapshot could be trusted", ({ certificate }) => certificate),
  text("origin", "what a plan was made of", ({ origin }) => origin),
  text("approved_by", "who approved, with semicolons between", (record) =>
    several(record, ({ approvers }) => approvers),
  ),
  text("approval", "how it was approved", (record) => several(record, ({ made }) => [made])),
  text("approval_reason", "why it was approved", (record) => several(record, ({ reason }) => [reason])),
  {
    name: "break_glass",
    kind: "boolean",
    empty: "maybe",
    about: "whether nobody else had approved; empty: not a run",
    of: ({ breakGlass }) => breakGlass ?? null,
  },
  text("overrides", "limits that were let pass, with who did", ({ overrides }) => overrides?.join("; ")),
  text("limits_tripped", "with semicolons between", ({ limitsTripped }) => limitsTripped?.join("; ")),
  {
    name: "finished_at",
    kind: "moment",
    empty: "maybe",
    about: "when a run ended or stopped; empty: it did not, or not a run",
    of: ({ finishedAt }): Seconds | null => (finishedAt === undefined ? null : secondsOf(finishedAt)),
  },
  { name: "exit", kind: "integer", empty: "maybe", about: "the exit code", of: ({ exit }) => exit ?? null },
  text("counts", "how many of what, as JSON", ({ counts }) => json(counts)),
  text("applied_by", "the run that used the plan up; empty: none did, or not a plan", ({ appliedBy }) => appliedBy),
  text("audit_head", "the hash of the log's last event", ({ auditHead }) => auditHead),
  text("change", "the change's id", ({ change }) => change),
  text("account_id", "whom it is about", ({ accountId }) => accountId),
  text("action", "what the change does, as in policies", ({ action }) => action),
  text("policies", "with blanks between", ({ policies }) => policies?.join(" ")),
  text("operation", "as JSON", ({ operation }) => json(operation)),
  {
    name: "puts_back",
    kind: "boolean",
    empty: "maybe",
    about: "whether the operation puts back an earlier one; empty: not an operation",
    of: ({ kind, inverse }) => (kind === "operation" ? inverse === true : null),
  },
  text("result", "the outcome, or the answer", ({ result }) => result),
  { name: "http", kind: "integer", empty: "maybe", about: "the HTTP status", of: ({ http }) => http ?? null },
  text("code", "a word for the outcome, or for Atlassian's answer", ({ code }) => code),
  text("request_id", "by which Atlassian knows the call", ({ requestId }) => requestId),
  text("reason", "why, in words", ({ reason }) => reason),
];

/** What runs and plans of a ledger did and decided; account ids only. */
export const auditTable: RowTable = {
  name: "audit",
  about: "a plan, a run, what became of a change, or the answer to an operation",
  key: [],
  columns: cells.map(({ name, kind, empty, about }) => ({ name, kind, empty, about })),
};

/** The rows of records, in their order. */
export function* auditRows(records: Iterable<AuditRecord>): Generator<readonly RowCell[]> {
  for (const record of records) {
    yield cells.map(({ of }) => {
      const cell = of(record);
      return cell === "" ? null : cell;
    });
  }
}

function several({ approvals = [] }: AuditRecord, of: (approval: Approval) => readonly string[]): string {
  return [...new Set(approvals.flatMap(of))].join("; ");
}

function json(value: object | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
