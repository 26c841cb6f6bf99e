import type { PolicySource, Where } from "../model/documents.generated.ts";
import type { Finding } from "../model/finding.ts";
import { checkActions } from "./check-actions.ts";
import { checkStanding } from "./check-standing.ts";
import { badDuration, unknownDay, unknownZone } from "./check-times.ts";
import { checkFilter, type FilterWorld } from "./check-where.ts";
import { actionsOf, type AppScope, scopedMappings } from "./walk.ts";
import { errorAt, listOf, partOf, shown, warningAt, type Written } from "./written.ts";

/** Keys that speak of an app, and so need one named in a policy about people. */
const appKeys = ["role", "unused", "idle", "neverActive", "heldFor"] as const;

/** The word that stands for every saving in the `from` of an exemption. */
export const everySaving = "saving";

/** Rules for one policy by itself. `irreversible`: the actions that the organisation file allows. */
export function checkPolicy(
  policy: Written<PolicySource>,
  world: FilterWorld,
  irreversible: readonly string[],
): readonly Finding[] {
  const where = partOf(policy, ["where"], policy.value.where);
  return [
    ...checkFilter(where, world),
    ...checkName(policy),
    ...checkPurpose(policy, world),
    ...checkWhen(policy),
    ...checkStanding(policy),
    ...(policy.value.for === "person" ? checkAppScopes(policy, world) : checkSeatStatus(policy)),
    ...checkActions(policy, world, irreversible),
  ];
}

function checkName(policy: Written<PolicySource>): readonly Finding[] {
  if (policy.value.id !== everySaving) return [];
  const message = "No policy can be called `saving`: in exemptions that word stands for every saving.";
  return [errorAt(policy.at(["id"]), "reserved-name", message, "Give the policy another id.")];
}

function checkPurpose(policy: Written<PolicySource>, { selectors }: FilterWorld): readonly Finding[] {
  const { purpose, because, notice, pace, where } = policy.value;
  if (purpose !== "duty") {
    return notice === "none"
      ? [
          errorAt(
            policy.at(["notice"]),
            "notice-none",
            "Only a duty can act without notice.",
            "Remove `notice`, or make the policy a duty with `purpose: duty` and `because`.",
          ),
        ]
      : [];
  }
  const usesSource = [...scopedMappings(partOf(policy, ["where"], where), selectors)].some(
    ({ mapping: { value } }) =>
      value.in !== undefined || value.fact !== undefined || value.date !== undefined || value.during !== undefined,
  );
  const findings: Finding[] = [];
  if (because === undefined) {
    findings.push(
      errorAt(
        policy.at(["purpose"]),
        "duty-because",
        `The duty ${shown(policy.value.id)} does not say what obliges us.`,
        "Add `because:` with the rule, control or ticket.",
      ),
    );
  }
  if (!usesSource) {
    findings.push(
      errorAt(
        policy.at(["where"], "key"),
        "duty-source",
        `The duty ${shown(policy.value.id)} does not look at a declared source.`,
        "Add `in:` or `date:` with a source of seatwright.yaml, or make it a saving.",
      ),
    );
  }
  if (pace !== undefined) {
    findings.push(
      errorAt(
        policy.at(["pace"], "key"),
        "duty-pace",
        "A duty has no pace: what is due is done in one run, within its limits.",
        "Remove `pace`; use `limits` as an alarm.",
      ),
    );
  }
  return findings;
}

function checkWhen(policy: Written<PolicySource>): readonly Finding[] {
  const { notice, schedule, until } = policy.value;
  const findings: (Finding | null)[] = [];
  if (until !== undefined) findings.push(unknownDay(policy, ["until"], until));
  if (typeof notice === "object") findings.push(badDuration(policy, ["notice", "before"], notice.before));
  if (schedule?.interval !== undefined) {
    findings.push(
      badDuration(policy, ["schedule", "interval"], schedule.interval),
      partOfDay(policy, schedule.interval),
    );
  }
  if (schedule?.zone !== undefined) findings.push(unknownZone(policy, ["schedule", "zone"], schedule.zone));
  if (schedule?.start !== undefined) findings.push(unknownDay(policy, ["schedule", "start"], schedule.start));
  return findings.filter((finding) => finding !== null);
}

/** In a policy about people, keys that speak of an app need to be told which. */
function checkAppScopes(policy: Written<PolicySource>, { selectors }: FilterWorld): readonly Finding[] {
  const scoped = [...scopedMappings(partOf(policy, ["where"], policy.value.where), selectors)];
  const excepted = listOf(policy.value.except?.selectors).flatMap((name) => {
    const selector = selectors.get(name);
    return selector === undefined ? [] : [...scopedMappings(selector, selectors)];
  });
  return [...scoped, ...excepted].flatMap(({ mapping, scope }) => appKeysWithoutApp(mapping, scope));
}

/** Keys of a mapping that speak of an app where none is named. */
export function appKeysWithoutApp(mapping: Written<Where>, scope: AppScope): readonly Finding[] {
  if (scope.apps !== null) return [];
  return appKeys.flatMap((key) => {
    const value = mapping.value[key];
    if (value === undefined || (typeof value === "object" && "everywhere" in value)) return [];
    const everywhere = key === "role" || key === "heldFor" ? "" : `, or write ${shown(`${key}: {everywhere: ...}`)}`;
    return [
      errorAt(
        mapping.at([key], "key"),
        "app-needed",
        `About people, ${shown(key)} needs to know which app.`,
        `Add \`app:\` beside it${everywhere}, or make the policy \`for: seat\`.`,
      ),
    ];
  });
}

/** Only active people hold seats: a seat policy that asks for others can match nobody. */
function checkSeatStatus(policy: Written<PolicySource>): readonly Finding[] {
  const { status } = policy.value.where;
  const findings: Finding[] = [];
  if (status !== undefined && !listOf<string>(status).includes("active")) {
    findings.push(
      warningAt(
        policy.at(["where", "status"]),
        "seat-status",
        "Only active people hold seats, so this policy can match nobody.",
        "Make the policy `for: person`, or remove `status`.",
      ),
    );
  }
  for (const { kind, path } of actionsOf(policy.value)) {
    if (kind !== "restore" && kind !== "activate") continue;
    const message = `Only active people hold seats, so ${shown(kind)} finds nothing to do here.`;
    findings.push(
      warningAt(policy.at([...path, kind], "key"), "seat-status", message, "Make the policy `for: person`."),
    );
  }
  return findings;
}

/** Schedules count days: an interval of hours would be due at odd times, or never. */
function partOfDay(policy: Written<PolicySource>, text: string): Finding | null {
  if (/^[1-9][0-9]*[dw]$/.test(text) || /^P(?!.*T)/.test(text)) return null;
  return errorAt(
    policy.at(["schedule", "interval"]),
    "schedule-interval",
    `${shown(text)} is not a number of whole days.`,
    "Write 1d, 2w or P1M. What time of day it is due, `window` says.",
  );
}
