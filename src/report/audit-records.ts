import type { Approval, AuditEvent, EventBody, Plan, RunResult } from "../model/documents.generated.ts";
import { renderCsv } from "./csv.ts";

/** A run as a ledger proves it. */
export interface ProvedRun {
  readonly run: string;
  readonly events: readonly AuditEvent[];
  readonly result: RunResult | null;
  readonly auditHead: string | null;
  readonly problem: string | null;
}

/** One row of an audit export. Fields that its kind does not have are absent. */
export interface AuditRecord {
  readonly kind: "plan" | "run" | "change" | "operation";
  /** A moment: of the snapshot, of the beginning, of the outcome, of the answer. */
  readonly at: string;
  readonly run?: string;
  /** `verified`, or what is wrong with the run's audit log. */
  readonly chain?: string;
  readonly planDigest?: string;
  readonly policyDigest?: string;
  readonly snapshotDigest?: string;
  readonly tool?: string;
  readonly certificate?: string;
  readonly origin?: string;
  readonly approvals?: readonly Approval[];
  readonly breakGlass?: boolean;
  readonly overrides?: readonly string[];
  readonly limitsTripped?: readonly string[];
  readonly finishedAt?: string;
  readonly exit?: number;
  readonly reason?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly appliedBy?: string | null;
  readonly events?: number;
  readonly auditHead?: string | null;
  readonly change?: string;
  readonly accountId?: string;
  /** Only where a snapshot was given. */
  readonly name?: string;
  readonly action?: string;
  readonly policies?: readonly string[];
  readonly operation?: EventBody["operation"];
  readonly inverse?: boolean;
  readonly result?: string;
  readonly http?: number;
  readonly code?: string;
  readonly requestId?: string;
}

/** Who an account is, or null: names are not asked for, or the snapshot does not have the account. */
export type NameOf = (accountId: string) => string | null;

/** A plan that was made, also one that found nothing. */
export function planRecord(plan: Plan, appliedBy: string | null): AuditRecord {
  const { origin, changes, quarantined, heldBack } = plan;
  return {
    kind: "plan",
    at: plan.asOf,
    planDigest: plan.digest,
    policyDigest: plan.policyDigest,
    snapshotDigest: plan.snapshotDigest,
    tool: toolWords(plan.tool),
    certificate: plan.certificate.state,
    origin: origin.kind === "undo" ? `undo of ${[origin.run ?? [], origin.runs ?? []].flat().join(", ")}` : "policies",
    limitsTripped: plan.limits.filter(({ tripped }) => tripped).map(({ limit, scope }) => `${limit} ${scope}`.trim()),
    counts: { changes: changes.length, quarantined: quarantined.length, heldBack: heldBack.length },
    appliedBy,
  };
}

/** A run, then its changes and operations in the order in which they were settled and answered. */
export function runRecords(proved: ProvedRun, nameOf: NameOf): readonly AuditRecord[] {
  const policies = new Map(
    proved.events.flatMap(({ event }) =>
      event.type === "change.started"
        ? [[event.change ?? "", event.policies?.map(({ policy }) => policy)] as const]
        : [],
    ),
  );
  return [
    runRecord(proved),
    ...proved.events.flatMap((event) => eventRecord(event, nameOf, policies.get(event.event.change ?? "")) ?? []),
  ];
}

function runRecord({ run, events, result, auditHead, problem }: ProvedRun): AuditRecord {
  const started = events.find(({ event }) => event.type === "run.started");
  const ended = events.findLast(({ event }) => event.type === "run.finished" || event.type === "run.stopped");
  const approvals = events.flatMap(({ event }) => event.approval ?? []);
  const { tool, planDigest = result?.planDigest, policyDigest, snapshotDigest, certificate } = started?.event ?? {};
  return {
    kind: "run",
    at: events[0]?.at ?? result?.startedAt ?? "",
    run,
    chain: problem ?? "verified",
    ...given({ planDigest, policyDigest, snapshotDigest, certificate, tool: tool && toolWords(tool) }),
    approvals,
    breakGlass: approvals.some(({ breakGlass }) => breakGlass === true),
    overrides: [
      ...new Set(approvals.flatMap((approval) => approval.overrides.map(({ limit, by }) => `${limit} by ${by}`))),
    ],
    ...given({
      finishedAt: ended?.at,
      exit: ended?.event.exit,
      reason: ended?.event.reason,
      counts: ended?.event.counts,
    }),
    events: events.length,
    auditHead,
  };
}

function eventRecord(
  { at, run, event }: AuditEvent,
  nameOf: NameOf,
  policies: readonly string[] | undefined,
): AuditRecord | null {
  const { type, change, accountId, reason, code } = event;
  const name = accountId === undefined ? null : nameOf(accountId);
  const who = given({ change, accountId, name: name ?? undefined });
  if (type === "change.outcome") {
    return {
      kind: "change",
      at,
      run,
      ...who,
      ...given({ action: event.action, policies, result: event.outcome, reason, code }),
    };
  }
  if (type !== "operation.result" && type !== "operation.readback") return null;
  const { operation, inverse, http, requestId } = event;
  const answer = type === "operation.result" ? event.result : `read back: ${event.readback ?? "unknown"}`;
  return {
    kind: "operation",
    at,
    run,
    ...who,
    ...given({ operation, inverse, result: answer, http, code, requestId, reason }),
  };
}

const columns = [
  "kind",
  "at",
  "run",
  "chain",
  "plan digest",
  "policy digest",
  "snapshot digest",
  "tool",
  "certificate",
  "origin",
  "approved by",
  "approval",
  "approval reason",
  "break-glass",
  "overrides",
  "limits tripped",
  "finished at",
  "exit",
  "counts",
  "applied by",
  "audit head",
  "change",
  "account id",
  "name",
  "action",
  "policies",
  "operation",
  "puts back",
  "result",
  "http",
  "code",
  "request id",
  "reason",
] as const;

/** Records as one CSV table. */
export function renderAuditCsv(records: readonly AuditRecord[]): string {
  return renderCsv(columns, records.map(cellsOf));
}

/** Records as JSON Lines, one object to a line. */
export function renderAuditLines(records: readonly AuditRecord[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

function cellsOf(record: AuditRecord): readonly string[] {
  const { approvals = [], counts = {}, operation, breakGlass, inverse } = record;
  const several = (of: (approval: Approval) => readonly string[]): string =>
    [...new Set(approvals.flatMap(of))].join("; ");
  const list = (values: readonly string[] | undefined): string => (values ?? []).join("; ");
  return [
    record.kind,
    record.at,
    record.run ?? "",
    record.chain ?? "",
    record.planDigest ?? "",
    record.policyDigest ?? "",
    record.snapshotDigest ?? "",
    record.tool ?? "",
    record.certificate ?? "",
    record.origin ?? "",
    several(({ approvers }) => approvers),
    several(({ made }) => [made]),
    several(({ reason }) => [reason]),
    breakGlass === undefined ? "" : breakGlass ? "yes" : "no",
    list(record.overrides),
    list(record.limitsTripped),
    record.finishedAt ?? "",
    record.exit === undefined ? "" : String(record.exit),
    Object.entries(counts)
      .map(([what, count]) => `${what}: ${count}`)
      .join("; "),
    record.appliedBy ?? "",
    record.auditHead ?? "",
    record.change ?? "",
    record.accountId ?? "",
    record.name ?? "",
    record.action ?? "",
    list(record.policies),
    operation === undefined ? "" : JSON.stringify(operation),
    inverse === true ? "yes" : "",
    record.result ?? "",
    record.http === undefined ? "" : String(record.http),
    record.code ?? "",
    record.requestId ?? "",
    record.reason ?? "",
  ];
}

function toolWords({ name, version }: Plan["tool"]): string {
  return `${name} ${version}`;
}

type Given<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** The fields that have a value. */
function given<Fields extends object>(fields: Fields): Given<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<Fields>;
}
