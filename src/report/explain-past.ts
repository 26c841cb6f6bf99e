import type { PastChange, PersonPast } from "../model/documents.generated.ts";
import { factLine } from "./explain-policies.ts";
import { labelsOf } from "./explain-labels.ts";
import { actionWords, type Labels, operationWords } from "./labels.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions, Tone } from "./palette.ts";
import { createNames, type Names } from "./people.ts";
import { capital, listed, many, momentWords, sentence } from "./words.ts";

/** Outcomes in words that follow what was asked. */
const outcomeWords: Readonly<Record<NonNullable<PastChange["outcome"]>, string>> = {
  done: "done, and read back",
  "done-not-yet-visible": "done; Atlassian's reads lag, so it was not seen yet",
  "already-so": "nothing was left to do",
  withdrawn: "not done: no longer proposed as it was approved",
  "left-alone": "not done: the person came back",
  unconfirmed: "not done: the person could not be looked at again",
  "failed-restored": "failed, and what had been done was put back",
  partial: "done in part",
  failed: "failed; nothing was changed",
  "not-reached": "not reached: the run ended before it",
};

/** Outcomes after which something is not as it was. */
const hadEffect: ReadonlySet<PastChange["outcome"]> = new Set(["done", "done-not-yet-visible", "partial"]);

/** Whether a change of the past is still in effect, as far as the ledger tells. */
export function isInEffect({ outcome, undo }: PastChange): boolean {
  return hadEffect.has(outcome) && undo.state !== "taken-back" && undo.state !== "nothing";
}

/** Whether something was changed after a snapshot was read, so that the snapshot cannot show it. */
export function isAfter(change: PastChange, asOf: string | null): boolean {
  return asOf !== null && change.at >= asOf && isInEffect(change);
}

/** One change in a sentence: `Revoke Jira on acme: done, and read back, on 20 November 2026, 10:01 UTC by r-...`. */
export function pastSentence(change: PastChange, labels: Labels): string {
  const { outcome, at, run, policies } = change;
  const how = outcome === null ? "not settled" : outcomeWords[outcome];
  const because = policies.length === 0 ? "" : `, because of ${listed(policies.map(({ policy }) => policy))}`;
  const undo = change.origin === "undo" ? ", as an undo" : "";
  return `${actionWords(change, labels)}: ${how}, on ${momentWords(at)} by ${run}${undo}${because}`;
}

/** Changes by earlier runs: what, when, why with the facts of that day, on whose word, and how to take it back. */
export function pastPart(page: TextPage, changes: readonly PastChange[], labels: Labels, asOf: string | null): void {
  for (const change of changes) {
    page.paragraph(sentence(pastSentence(change, labels)), { indent: 2, hang: 2, tone: toneOf(change) });
    if (change.reason !== "") page.paragraph(sentence(capital(change.reason)), { indent: 4, hang: 2 });
    for (const { policy, facts } of change.policies) {
      for (const fact of facts) page.paragraph(`${policy}: ${factLine(fact)}`, { indent: 4, hang: 2 });
    }
    const operations = change.operations.map(({ operation, result, readback, inverse }) => {
      const answer = result ?? "no answer was kept";
      const seen = readback === null ? "" : `, read back: ${readback}`;
      return `${inverse ? "put back: " : ""}${operationWords(operation, labels)} (${answer}${seen})`;
    });
    if (operations.length > 0) page.paragraph(`What was done: ${operations.join("; ")}.`, { indent: 4, hang: 2 });
    const { before, lost, gained } = change;
    // The seat that the change is about is in its own words already.
    const along = lost.filter(({ instance }) => instance !== change.seat?.instance);
    if (along.length > 0) {
      page.paragraph(`Seats that go with it: ${listed(along.map(({ instance }) => labels.instance(instance)))}.`, {
        indent: 4,
        hang: 2,
      });
    }
    const given = gained.filter(({ instance }) => instance !== change.seat?.instance);
    if (given.length > 0) {
      page.paragraph(`Seats that come with it: ${listed(given.map(({ instance }) => labels.instance(instance)))}.`, {
        indent: 4,
        hang: 2,
      });
    }
    if (before !== null && before.paths.length > 0) {
      page.paragraph(`Before, the seat was held by: ${before.paths.join(", ")}.`, { indent: 4, hang: 2 });
    }
    page.paragraph(approvalWords(change), { indent: 4, hang: 2 });
    if (isAfter(change, asOf)) {
      page.paragraph("That was after this snapshot was read: take a new one to see the person as they are now.", {
        indent: 4,
        hang: 2,
        tone: "caution",
      });
    }
    undoLines(page, change);
  }
}

function toneOf({ outcome }: PastChange): Tone {
  return hadEffect.has(outcome) ? "strong" : "plain";
}

function approvalWords({ approval }: PastChange): string {
  if (approval === null) return "On whose word is not told by the log.";
  const { approvers, at, reason, made, breakGlass, overrides, evidence } = approval;
  const glass = breakGlass === true ? ", alone and without a review" : "";
  const passed = overrides.map(({ limit, by }) => `${limit} by ${by}`);
  const over = passed.length === 0 ? "" : ` Limits that were overridden: ${listed(passed)}.`;
  const links = Object.entries(evidence ?? {}).map(([name, where]) => `${name} ${where}`);
  const seen = links.length === 0 ? "" : ` To look it up: ${links.join(", ")}.`;
  return `Approved by ${listed(approvers)} (${made}${glass}) on ${momentWords(at)}: ${sentence(reason)}${over}${seen}`;
}

function undoLines(page: TextPage, { undo: { state, reason, command } }: PastChange): void {
  if (command !== null) {
    page.paragraph("To propose taking it back:", { indent: 4 });
    page.verbatim(command, { indent: 6 });
  } else if (state !== "nothing") {
    const start = {
      "taken-back": "It was",
      no: "It cannot be taken back:",
      unclear: "Whether it can be taken back is not clear:",
    };
    const words = state === "taken-back" || state === "no" || state === "unclear" ? start[state] : "";
    page.paragraph(sentence(`${words} ${reason ?? ""}`), { indent: 4, hang: 2 });
  }
}

/** Changes shown before the rest is only counted. */
const mostShown = 10;

/** What runs did about one person, from the ledger alone. `names` may come from a snapshot that still has the person. */
export function renderPersonPast(past: PersonPast, names: Names, options: TextOptions): string {
  const page = createTextPage(options);
  const { accountId, run, changes, heldBack, conflicts, otherRuns, problems } = past;
  const labels = labelsOf(
    {
      seats: [
        ...changes.flatMap(({ seat, lost, gained }) => [seat, ...lost, ...gained]),
        ...heldBack.map(({ seat }) => seat),
      ],
      operations: changes.flatMap(({ operations }) => operations.map(({ operation }) => operation)),
    },
    names.population,
  );
  const label = names.label(accountId);
  page.heading(label, label === accountId ? "" : accountId);
  page.paragraph("From the ledger alone: what runs did. How the person stands today is not looked at.", {
    indent: 2,
    tone: "faint",
  });
  if (run !== null) runPart(page, run);
  page.blank();
  if (changes.length === 0) {
    page.heading(
      run === null ? "No run changed anything about this account" : "The run changed nothing about this account",
    );
  } else {
    page.heading(run === null ? "What runs did" : "What the run did");
  }
  const shown = changes.slice(0, mostShown);
  pastPart(page, shown, labels, null);
  const left = changes.length - shown.length;
  if (left > 0) page.paragraph(`${many(left, "earlier change")} with --json.`, { indent: 2, tone: "faint" });
  if (heldBack.length + conflicts.length > 0) {
    page.blank();
    page.heading("What its plan left alone");
    for (const held of heldBack) {
      const owner = held.owner === null ? "" : ` Who could do something: ${held.owner}.`;
      page.paragraph(
        `${sentence(`${actionWords(held, labels)} (${held.policy}): ${held.kind}, ${held.reason}`)}${owner}`,
        {
          indent: 2,
          hang: 2,
        },
      );
    }
    for (const { kept, gaveWay, reason } of conflicts) {
      page.paragraph(
        sentence(`${actionWords(gaveWay, labels)} (${gaveWay.policy}): gave way to ${kept.policy}, ${reason}`),
        {
          indent: 2,
          hang: 2,
        },
      );
    }
  }
  if (run !== null && changes.length + heldBack.length + conflicts.length === 0) {
    page.paragraph(
      "Its plan does not speak of this account either. If that is a surprise, check the account id: the ledger knows people by nothing else.",
      { indent: 2 },
    );
  }
  if (otherRuns.length > 0) {
    page.blank();
    page.paragraph(`Other runs that had a change of this account: ${otherRuns.join(", ")}.`);
  }
  problemsPart(page, problems);
  return page.text();
}

function runPart(page: TextPage, run: NonNullable<PersonPast["run"]>): void {
  const { startedAt, endedAt, exit, reason, planDigest, asOf, events, auditHead } = run;
  const end =
    endedAt === null
      ? "it did not come to its end"
      : `it ended on ${momentWords(endedAt)} with exit code ${exit ?? ""}: ${reason ?? ""}`;
  page.paragraph(sentence(`${run.run} began on ${momentWords(startedAt)}; ${end}`), { indent: 2, hang: 2 });
  page.paragraph(
    asOf === null
      ? `Its plan, ${planDigest}, is no longer in the ledger.`
      : `Its plan, ${planDigest}, was made on a snapshot of ${momentWords(asOf)}.`,
    { indent: 2, hang: 2 },
  );
  page.paragraph(
    `Its log verifies: ${many(events, "event")}, each chained to the one before; the last is ${auditHead}.`,
    {
      indent: 2,
      hang: 2,
    },
  );
}

/** What cannot be relied on. */
export function problemsPart(page: TextPage, problems: readonly string[]): void {
  if (problems.length === 0) return;
  page.blank();
  page.heading("The ledger is not whole", "", "danger");
  for (const problem of problems) page.paragraph(sentence(problem), { indent: 2, hang: 2, tone: "danger" });
  page.paragraph("What these logs held is not told here. Compare them with a backup or with version control.", {
    indent: 2,
  });
}

/** Names for a document that has nobody's. */
export const noNames: Names = createNames(null, "ids");
