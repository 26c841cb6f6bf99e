import type { Explanation } from "../model/documents.generated.ts";
import type { Population } from "../people/population.ts";
import { labelsOf } from "./explain-labels.ts";
import { statusWords } from "./explain-lost.ts";
import { isAfter, isInEffect, pastPart, pastSentence, problemsPart } from "./explain-past.ts";
import { policiesPart } from "./explain-policies.ts";
import { otherAccessPart, seatsPart } from "./explain-seats.ts";
import { actionWords, type Labels } from "./labels.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import type { Show } from "./people.ts";
import { listed, many, momentWords, sentence } from "./words.ts";

export interface ExplanationOptions extends TextOptions {
  /** How the person is called. */
  readonly show: Show;
  /** What is wrong with logs of the ledger. */
  readonly problems: readonly string[];
}

/** Past changes that are shown whole; more are only counted. */
const mostPast = 5;

/**
 * One person explained, for a terminal or a ticket: the answer first, then why each seat is held, what every policy makes of
 * them, and what earlier runs did. With `show: ids` it names nobody.
 */
export function renderExplanation(
  explanation: Explanation,
  population: Population | null,
  options: ExplanationOptions,
): string {
  const { asOf, seats, otherAccess, policies, changes, quarantined, protectedDuties, past, notes } = explanation;
  const page = createTextPage(options);
  const labels = labelsOf(
    {
      seats: [
        ...[...seats, ...otherAccess, ...past, ...explanation.heldBack].map(({ seat }) => seat),
        ...past.flatMap(({ lost, gained }) => [...lost, ...gained]),
      ],
      operations: [
        ...[...changes, ...quarantined, ...protectedDuties].flatMap(({ operations }) => operations),
        ...past.flatMap(({ operations }) => operations.map(({ operation }) => operation)),
      ],
    },
    population,
  );
  personPart(page, explanation, options.show);
  page.blank();
  page.heading("In short");
  for (const line of answer(explanation, labels)) page.paragraph(sentence(line), { indent: 2, hang: 2 });
  page.blank();
  seatsPart(page, seats, labels, asOf);
  otherAccessPart(page, otherAccess, labels);
  policiesPart(page, policies, labels);
  if (past.length > 0) {
    page.blank();
    page.heading("What Seatwright did");
    pastPart(page, past.slice(0, mostPast), labels, asOf);
    if (past.length > mostPast) {
      page.paragraph(`${many(past.length - mostPast, "earlier change")} with --json.`, { indent: 2, tone: "faint" });
    }
  }
  problemsPart(page, options.problems);
  if (notes.length > 0) {
    page.blank();
    for (const note of notes) page.paragraph(sentence(note), { tone: "faint" });
  }
  return page.text();
}

function personPart(page: TextPage, { asOf, certificate, person, protection }: Explanation, show: Show): void {
  const { accountId, name, email } = person;
  const address = show === "names-and-emails" && email !== null ? ` <${email}>` : "";
  if (show === "ids" || name === null) page.heading(`${accountId}${address}`);
  else page.heading(`${name}${address}`, accountId);
  const account = { managed: "a managed account", unmanaged: "an unmanaged account" }[person.claim];
  const source = { synced: "synced from an identity provider", invited: "came by invitation" }[person.source];
  const added = person.added === null ? "added on a day that is not known" : `added ${person.added.slice(0, 10)}`;
  page.paragraph(
    [
      statusWords(person.status),
      account ?? "not known whether managed",
      source ?? "not known how it came here",
      added,
      person.directories.length === 0 ? "in no directory" : `in the directory ${listed(person.directories)}`,
    ].join(", "),
    { indent: 2, hang: 2 },
  );
  const groups = person.groups === null ? "not known" : person.groups.length === 0 ? "none" : person.groups.join(", ");
  page.paragraph(`groups: ${groups}`, { indent: 2, hang: 2 });
  if (person.adminRoles === null) page.paragraph("admin roles: not known", { indent: 2, tone: "caution" });
  else if (person.adminRoles.length > 0) page.paragraph(`admin roles: ${listed(person.adminRoles)}`, { indent: 2 });
  if (protection !== null) {
    const words = protection.startsWith("it is not known") ? protection : `the person ${protection}`;
    page.paragraph(`Protected, nothing is taken: ${words}.`, { indent: 2, hang: 2, tone: "accent" });
  }
  page.paragraph(`as read on ${momentWords(asOf)}`, { indent: 2, tone: "faint" });
  if (certificate.state !== "complete") {
    const concerns = certificate.concerns.join(" ");
    page.paragraph(`The snapshot is ${certificate.state}, so nothing is taken from anybody: ${concerns}`, {
      indent: 2,
      hang: 2,
      tone: "danger",
    });
  }
}

/** What a reader came for: what the plan does, what it leaves and why, and what was done before. */
function answer(explanation: Explanation, labels: Labels): readonly string[] {
  const { asOf, changes, quarantined, protectedDuties, heldBack, conflicts, past, policies } = explanation;
  const because = (reasons: readonly { readonly policy: string }[]): string =>
    `because of ${listed(reasons.map(({ policy }) => policy))}`;
  const shown = new Set(quarantined.map(keyOf));
  const lines = [
    ...changes.map((change) => `The plan would: ${actionWords(change, labels)}, ${because(change.policies)}`),
    ...quarantined.map(
      (change) => `Waits, because a limit was tripped: ${actionWords(change, labels)}, ${because(change.policies)}`,
    ),
    ...protectedDuties.map(
      (change) =>
        `Only where a second person overrides the protection: ${actionWords(change, labels)}, ${because(change.policies)}`,
    ),
    ...heldBack
      .filter((held) => !(held.kind === "quarantined" && shown.has(keyOf(held))))
      .map((held) => {
        const owed = held.owed ? ", and owed" : "";
        const handoff =
          held.handoffId === undefined
            ? ""
            : `; handed over as ${held.handoffId}${held.since === undefined ? "" : `, open since ${held.since.slice(0, 10)}`}`;
        const owner = held.owner === null ? "" : ` (${held.owner})`;
        return `Left alone (${held.kind}${owed}): ${actionWords(held, labels)} of ${held.policy}, ${held.reason}${owner}${handoff}`;
      }),
    ...conflicts.map(
      ({ kept, gaveWay, reason }) =>
        `${gaveWay.policy} gives way to ${kept.policy}: ${actionWords(gaveWay, labels)}, ${reason}`,
    ),
    ...past
      .filter(isInEffect)
      .slice(0, 3)
      .map((change) => `${isAfter(change, asOf) ? "Since this snapshot" : "Earlier"}: ${pastSentence(change, labels)}`),
  ];
  if (lines.length > 0) return lines;
  if (policies.some(({ result }) => result !== "false")) return ["The plan does nothing to this person"];
  return [
    past.length === 0
      ? "No policy that was read speaks of this person, and no run has had a change of them"
      : "No policy that was read speaks of this person; what runs did before is told below",
  ];
}

function keyOf({ action, seat, target }: Pick<Explanation["heldBack"][number], "action" | "seat" | "target">): string {
  return JSON.stringify([action, seat?.instance ?? null, target]);
}
