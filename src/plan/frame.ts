import type { HeldBack, LimitReading, Plan, Tool } from "../model/documents.generated.ts";
import { momentOf, type Seconds, secondsOf } from "../model/time.ts";
import type { Population } from "../people/population.ts";
import type { PolicySet } from "../policy/types.ts";

/** What every plan is made on, whether policies ask for it or an undo. */
export interface FrameRequest {
  /** Everybody; for an undo the people it is about, just read. */
  readonly population: Population;
  readonly snapshotDigest: string;
  readonly policies: PolicySet;
  readonly tool: Tool;
  /** How long the plan may be applied, from the snapshot's moment; the organisation file decides where it is absent. */
  readonly validFor?: Seconds;
  /** Made against a simulator. */
  readonly rehearsal?: true;
}

type Frame = "kind" | "version" | "tool" | "organization" | "power" | "policyDigest" | "snapshotDigest" | "rehearsal";

/** What every plan says of itself before its changes: what it was made on, by whom, and until when it holds. */
export function planFrame(
  { population: { header }, snapshotDigest, policies, tool, validFor, rehearsal }: FrameRequest,
  origin: Plan["origin"],
): Pick<Plan, Frame | "asOf" | "notAfter" | "origin" | "certificate"> {
  const { organization, asOf, certificate } = header;
  const moment = secondsOf(asOf);
  if (moment === null) throw new Error("the snapshot's asOf is not a moment");
  return {
    kind: "plan",
    version: 1,
    tool,
    organization: { id: organization.id, name: organization.name },
    power: policies.settings.power,
    policyDigest: policies.digest,
    snapshotDigest,
    ...(rehearsal === true ? { rehearsal } : {}),
    asOf,
    notAfter: momentOf(moment + (validFor ?? policies.settings.planValidFor)),
    origin,
    certificate: {
      state: certificate.state,
      concerns: certificate.checks.filter((check) => check.state !== "passed").map((check) => check.message),
    },
  };
}

/** Why removals of a plan wait of which limits tripped. */
export function limitHold(tripped: readonly LimitReading[]): Pick<HeldBack, "kind" | "code" | "reason"> {
  const names = [...new Set(tripped.map(({ limit }) => limit))].join(", ");
  return { kind: "quarantined", code: "limit", reason: `the limit ${names} tripped: every removal of this plan waits` };
}
