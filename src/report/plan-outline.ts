import { everyChange } from "../model/plan-changes.ts";
import type { Change, Hazard, HeldBack, LimitReading, Plan, PolicySummary } from "../model/documents.generated.ts";
import { type ChangeGroup, groupChanges } from "./change-groups.ts";
import { hazardWords, limitWords } from "./change-words.ts";
import { groupHeldBack, type HeldKind } from "./held-groups.ts";
import { createLabels, type Labels } from "./labels.ts";
import { type Names, tellApart } from "./people.ts";
import { adminCheck } from "./surprise.ts";
import { capital, durationWords, figure, listed, many, momentWords, people, shellWord } from "./words.ts";

/** A plan arranged for readers: what every renderer shows, in the order in which it shows it. */
export interface PlanOutline {
  readonly plan: Plan;
  /** Tells everybody in the plan apart. */
  readonly names: Names;
  readonly labels: Labels;
  /** Different people whom a change concerns. */
  readonly people: number;
  /** Different people held back from something. */
  readonly held: number;
  /** Duties that this plan does not do. */
  readonly owed: readonly HeldBack[];
  readonly hazards: readonly { readonly hazard: Hazard; readonly changes: number; readonly meaning: string }[];
  readonly tripped: readonly LimitReading[];
  readonly groups: readonly ChangeGroup[];
  readonly quarantined: readonly ChangeGroup[];
  readonly heldBack: readonly HeldKind[];
  /** Policies that show and never act. */
  readonly reporting: readonly PolicySummary[];
  /** Policies whose changes are all held. */
  readonly holding: readonly PolicySummary[];
  /** Whether a mark on what the plan before did not have tells anything: not where all is new, or nothing. */
  readonly markFresh: boolean;
  readonly isAdmin: (change: Change) => boolean;
}

/** Files that the commands which apply a plan name. */
export interface PlanFiles {
  /** Where the plan was written; null where it was not, or where a review approves it. */
  readonly planPath: string | null;
  /** The snapshot that the plan was made from, which gives the result of a run people's names. */
  readonly snapshotPath?: string;
}

/** Arranges a plan. Nothing is left out: every change, everybody held back and every conflict is in it. */
export function outlinePlan(plan: Plan, names: Names): PlanOutline {
  const { population } = names;
  const labels = createLabels(plan, population);
  const fresh = plan.changes.filter((change) => change.fresh).length;
  const because = new Map(plan.policies.map((policy) => [policy.id, policy.because]));
  const becauseOf = (policy: string): string | null => because.get(policy) ?? null;
  return {
    plan,
    names: tellApart(names, everybodyIn(plan)),
    labels,
    people: new Set(plan.changes.map(({ accountId }) => accountId)).size,
    held: new Set(plan.heldBack.map(({ accountId }) => accountId)).size,
    owed: plan.heldBack.filter(({ owed }) => owed),
    hazards: hazardsOf(plan),
    tripped: plan.limits.filter(({ tripped }) => tripped),
    groups: groupChanges(plan.changes, population, labels, becauseOf),
    quarantined: groupChanges(plan.quarantined, population, labels, becauseOf),
    heldBack: groupHeldBack(plan.heldBack, plan.quarantined, labels),
    reporting: plan.policies.filter(({ mode }) => mode === "report"),
    holding: plan.policies.filter(({ mode, holds }) => mode === "enforce" && holds.length > 0),
    markFresh: fresh > 0 && fresh < plan.changes.length,
    isAdmin: adminCheck(population),
  };
}

function* everybodyIn(plan: Plan): Iterable<string> {
  for (const list of [everyChange(plan), plan.heldBack, plan.conflicts])
    for (const { accountId } of list) yield accountId;
}

function hazardsOf({ changes }: Plan): PlanOutline["hazards"] {
  const counts = new Map<Hazard, number>();
  for (const { hazards } of changes) for (const hazard of hazards) counts.set(hazard, (counts.get(hazard) ?? 0) + 1);
  return (Object.keys(hazardWords) as Hazard[]).flatMap((hazard) => {
    const changes = counts.get(hazard);
    return changes === undefined ? [] : [{ hazard, changes, meaning: hazardWords[hazard].meaning }];
  });
}

/** `3 changes for 2 people: 2 take something away and 1 gives something.` With nothing to do, that everything is as it should be. */
export function headlineWords(outline: PlanOutline): string {
  const { plan, people: concerned, owed, reporting } = outline;
  if (plan.changes.length === 0) {
    if (plan.quarantined.length > 0) return "Nothing can be applied: a limit was tripped.";
    const reported = reportWords(outline);
    if (owed.length > 0 || plan.heldBack.some(({ policy }) => !reporting.some(({ id }) => id === policy))) {
      return ["Nothing to do by this plan.", ...reported].join(" ");
    }
    if (reported.length > 0) return reported.join(" ");
    return plan.heldBack.length > 0
      ? "Nothing to do by this plan."
      : "Nothing to do: everything is as the policies say.";
  }
  const size = `${many(plan.changes.length, "change")} for ${people(concerned)}`;
  const takes = plan.changes.filter(({ direction }) => direction === "take").length;
  const gives = plan.changes.length - takes;
  const all = plan.changes.length === 1 ? "it" : "each";
  if (gives === 0) return `${size}: ${all} takes something away.`;
  if (takes === 0) return `${size}: ${all} gives something.`;
  return `${size}: ${figure(takes)} ${takes === 1 ? "takes" : "take"} something away and ${figure(gives)} ${gives === 1 ? "gives" : "give"} something.`;
}

/** Policies beyond this many are counted in a headline. */
const mostPolicies = 3;

/** Whom policies that only report would concern, and how that becomes a proposal; none where they matched nobody. */
function reportWords({ plan, reporting }: PlanOutline): readonly string[] {
  const shown = plan.heldBack.filter(({ code }) => code === "report-mode");
  if (shown.length === 0) return [];
  const policies = reporting.map(({ id }) => id).filter((id) => shown.some(({ policy }) => policy === id));
  const more = policies.length - mostPolicies;
  const named = [...policies.slice(0, mostPolicies), ...(more > 0 ? [`${figure(more)} more`] : [])];
  return [
    `Report only: ${people(new Set(shown.map(({ accountId }) => accountId)).size)} would be concerned. ` +
      `To propose it, set mode: enforce in the ${policies.length === 1 ? "policy" : "policies"} ${listed(named)}.`,
  ];
}

/** Whether there is nothing to read: no change, nobody held back, nothing doubtful. */
export function isQuiet({ plan, tripped }: PlanOutline): boolean {
  const lists = [plan.changes, plan.quarantined, plan.heldBack, plan.conflicts, plan.notes, tripped];
  return plan.certificate.state === "complete" && lists.every((list) => list.length === 0);
}

/** Of an undo, what it takes back: `Undo of run r-…`, `Undo of 3 runs`. Of any other plan null. */
export function undoWords({ origin }: Plan): string | null {
  if (origin.kind !== "undo") return null;
  const { runs = [] } = origin;
  const run = origin.run ?? (runs.length === 1 ? runs[0] : undefined);
  return run === undefined ? `Undo of ${many(runs.length, "run")}` : `Undo of run ${run}`;
}

/** What was looked at: policies, people where there is a snapshot, seats and app instances. */
export function scopeWords({ plan, names }: PlanOutline): string {
  if (plan.origin.kind === "undo") {
    return names.population === null ? "" : `${capital(people(names.population.size))} read again just now.`;
  }
  const seats = plan.seats.reduce((sum, { before }) => sum + before, 0);
  const looked = [
    ...(names.population === null ? [] : [people(names.population.size)]),
    `${many(seats, "seat")} on ${many(plan.seats.length, "app instance")}`,
  ];
  return `${many(plan.policies.length, "policy", "policies")} looked at ${listed(looked)}.`;
}

/** Who is left alone, and what is new since the plan before; one sentence each, none where there is nothing to say. */
export function restWords({ plan, markFresh, held }: PlanOutline): readonly string[] {
  const fresh = plan.changes.filter((change) => change.fresh).length;
  return [
    ...(markFresh
      ? [`${figure(fresh)} of the changes ${fresh === 1 ? "was" : "were"} not in the plan before this one.`]
      : []),
    ...(plan.changes.length > 0 && fresh === plan.changes.length ? ["No change was in the plan before this one."] : []),
    ...(held > 0
      ? [`${capital(people(held))} ${held === 1 ? "is" : "are"} held back from something a policy asked for.`]
      : []),
  ];
}

/** Why a policy carries out nothing, or not all, of what it selects. */
export function policyRemarks({ mode, holds }: PolicySummary): readonly string[] {
  return [
    ...(mode === "report" ? ["report only: it shows, and never acts"] : []),
    ...holds.map((hold) => `held: ${hold}`),
  ];
}

/** A limit with what it was read on: `policy.percent on unused-seats`. */
export function limitLabel({ limit, scope }: LimitReading, labels: Labels): string {
  if (scope === "") return limit;
  const instance = labels.instance(scope);
  return `${limit} on ${instance === scope ? labels.group(scope) : instance}`;
}

/** What tripped a limit: `perRun.percent: 61 removals of 881 (6.9%), 5% allowed`. */
export function trippedWords(reading: LimitReading, { labels }: PlanOutline): string {
  return `${limitLabel(reading, labels)}: ${limitWords(reading)}`;
}

/** What the tripped limits mean for this plan. */
export function quarantineWords({ plan }: PlanOutline): string {
  const removals = plan.quarantined.length;
  return removals === 1
    ? "The one removal it concerns is quarantined: it is not carried out until the cause is known."
    : `All ${figure(removals)} removals are quarantined: none is carried out until the cause is known.`;
}

/** Why nobody may apply this plan as it is, or null. */
export function obstacleWords({ plan }: PlanOutline): string | null {
  if (plan.changes.length === 0) return null;
  if (plan.power === "observe") {
    return "The organisation file says power: observe, so apply refuses. Set power: act in a reviewed commit, then plan again.";
  }
  return null;
}

/** Until when the plan may be applied, and how long that takes: `20 Nov 2026 09:00 UTC; applying it takes about 4 minutes`. */
export function validWords({ notAfter, changes, expectedSeconds }: Plan): string {
  const until = momentWords(notAfter);
  return changes.length === 0 ? until : `${until}; applying it takes about ${durationWords(expectedSeconds)}`;
}

/** The command that applies this plan with every tripped limit overridden, or null where no limit tripped. */
export function overrideCommand(outline: PlanOutline, files: PlanFiles): string | null {
  const { plan, tripped } = outline;
  if (tripped.length === 0 || plan.quarantined.length === 0) return null;
  const overrides = [...new Set(tripped.map(({ limit }) => limit))].map(
    (limit) => `--override ${limit}@${plan.digest}`,
  );
  return `${applyWords(plan, files)} --reason "why" ${overrides.join(" ")}`;
}

/** The command that applies exactly this plan, or null where there is nothing that may be applied. */
export function applyCommand(outline: PlanOutline, files: PlanFiles): string | null {
  const { plan } = outline;
  if (files.planPath === null || plan.changes.length === 0 || obstacleWords(outline) !== null) return null;
  return `${applyWords(plan, files)} --reason "why you approve"`;
}

function applyWords({ digest }: Plan, { planPath, snapshotPath }: PlanFiles): string {
  const snapshot = snapshotPath === undefined ? "" : ` --snapshot ${shellWord(snapshotPath)}`;
  return `seatwright apply --plan ${shellWord(planPath ?? "plan.json")}${snapshot} --approve ${digest}`;
}
