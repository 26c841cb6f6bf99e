import type {
  ExplainedHold,
  ExplainedOutcome,
  ExplainedPolicy,
  ExplainedShield,
  Fact,
} from "../model/documents.generated.ts";
import { actionWords, type Labels } from "./labels.ts";
import type { TextPage } from "./page.ts";
import type { Tone } from "./palette.ts";
import { listed, sentence } from "./words.ts";

/** What each policy makes of the person: whether it matches and which part decided, who shields, and what comes of it. */
export function policiesPart(page: TextPage, policies: readonly ExplainedPolicy[], labels: Labels): void {
  if (policies.length === 0) return;
  page.blank();
  page.heading("Policies");
  for (const policy of policies) {
    const { seat, result, decidedBy, shields, holds, outcomes } = policy;
    const [tone, verb] = verdictWords[result];
    page.paragraph(`${policy.policy}${seat === null ? "" : ` on ${labels.instance(seat.instance)}`}: ${verb}`, {
      indent: 2,
      tone,
    });
    for (const fact of decidedBy) page.paragraph(factLine(fact), { indent: 4, hang: 2 });
    if (decidedBy.length === 0) {
      page.paragraph("It is not known whether the seat is held.", { indent: 4, tone: "caution" });
    }
    for (const shield of shields) page.paragraph(shieldWords(shield), { indent: 4, hang: 2, tone: "accent" });
    if (result !== "false") {
      for (const hold of holds) page.paragraph(holdWords(hold), { indent: 4, hang: 2, tone: "caution" });
    }
    for (const outcome of outcomes) page.paragraph(outcomeWords(outcome, labels), { indent: 4, hang: 2 });
    if (result === "false" && policy.wants.length > 0) {
      page.paragraph(`If it matched, it would ask for: ${listed(policy.wants)}.`, { indent: 4, tone: "faint" });
    }
  }
}

const verdictWords: Readonly<Record<ExplainedPolicy["result"], readonly [Tone, string]>> = {
  true: ["good", "matches"],
  false: ["faint", "does not match"],
  unknown: ["caution", "cannot tell, so nothing is done"],
};

/** The part of a filter that decided: `unused: 90d is false: last active 2026-11-18 (policies/unused.yaml:12)`. */
export function factLine({ filter, at, result, value }: Fact): string {
  return `${filter} is ${result}${value === null ? "" : `: ${value}`} (${at})`;
}

function shieldWords({ kind, id, reason, owner, until, lapsed, certain }: ExplainedShield): string {
  const perhaps = certain
    ? ""
    : ", perhaps: it cannot be told whether it speaks of this person, and it holds all the same";
  if (kind === "except") return `Exempt${perhaps}: ${reason}.`;
  const end = lapsed
    ? `it ended on ${until ?? ""} and holds its people until it is renewed or deleted`
    : `until ${until ?? ""}`;
  return `Exempt by ${id ?? ""}${perhaps}: ${reason}; ${end}; owner ${owner}.`;
}

function holdWords({ reason, until }: ExplainedHold): string {
  return sentence(`Held: ${reason}${until === null ? "" : `; left alone until ${until.slice(0, 10)}`}`);
}

function outcomeWords(outcome: ExplainedOutcome, labels: Labels): string {
  const asked = actionWords(outcome, labels);
  const { comes, reason, owner } = outcome;
  switch (comes) {
    case "change":
      return `${asked}: in the plan (${outcome.change ?? ""}).`;
    case "quarantined":
      return `${asked}: quarantined, because a limit was tripped (${outcome.change ?? ""}).`;
    case "protected-duty":
      return `${asked}: only where a second person overrides the protection (${outcome.change ?? ""}).`;
    case "already-so":
      return `${asked}: nothing is left to do.`;
    case "held-back":
    case "gave-way":
    case "cannot-tell":
      return `${sentence(`${asked}: not done, ${reason ?? ""}`)}${owner === null ? "" : ` Who can do something: ${owner}.`}`;
  }
}
