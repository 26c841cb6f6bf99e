import type {
  ExplainedAccess,
  ExplainedActivity,
  ExplainedFreeing,
  ExplainedPath,
  ExplainedSeat,
} from "../model/documents.generated.ts";
import { type Labels, roleWords } from "./labels.ts";
import type { TextPage } from "./page.ts";
import { capital, lastActiveWords, listed, sentence } from "./words.ts";

/** Each paid seat with its paths, what taking them would come to, and when it was last used. */
export function seatsPart(page: TextPage, seats: readonly ExplainedSeat[], labels: Labels, asOf: string): void {
  page.heading(seats.length === 0 ? "No paid seat is held" : "Paid seats");
  for (const { seat, held, certain, paths, freeing, activity } of seats) {
    const doubt = held === "true" ? "" : ": not known whether it is held";
    page.paragraph(`${labels.instance(seat.instance)}${doubt}`, {
      indent: 2,
      tone: held === "true" ? "strong" : "caution",
    });
    for (const path of paths) page.paragraph(pathWords(path, paths.length), { indent: 4, hang: 2 });
    if (!certain) {
      page.paragraph("There may be more paths than these: not every membership is known.", {
        indent: 4,
        tone: "caution",
      });
    }
    page.paragraph(freeingWords(freeing), { indent: 4, hang: 2 });
    page.paragraph(activityWords(activity, asOf), { indent: 4, hang: 2 });
    page.paragraph(agesWords(activity), { indent: 4, hang: 2, tone: "faint" });
  }
}

/** Roles that cost nothing, and why. */
export function otherAccessPart(page: TextPage, access: readonly ExplainedAccess[], labels: Labels): void {
  if (access.length === 0) return;
  page.blank();
  page.heading("Access that costs no seat");
  for (const { seat, roles, via, why } of access) {
    const by = via.map((name) => (name === "inferred" ? "following from another role" : name));
    page.paragraph(
      `${labels.instance(seat.instance)}: ${listed(roles.map(roleWords))}, by ${listed(by)}. ${whyWords[why]}`,
      { indent: 2, hang: 2 },
    );
  }
}

const whyWords: Readonly<Record<ExplainedAccess["why"], string>> = {
  "free-role": "The role is a free one.",
  "not-active": "The account is not active; the seat would be paid for again once it is.",
  "suspended-there": "Access is suspended in the directory that gives it.",
  sandbox: "It is a sandbox.",
  "unknown-app": "Seatwright does not know this app, and counts no seats of it.",
  inferred: "It only follows from another role.",
};

function pathWords(
  { kind, group, role, synced, accessGroup, owner, frees, alsoLoses }: ExplainedPath,
  of: number,
): string {
  if (kind === "inferred")
    return `The role ${roleWords(role)} follows from another role: it cannot be taken by itself.`;
  const filled = synced ? `, which ${owner ?? "an identity provider"} fills: only there can it be left` : "";
  const other = !synced && kind === "group" && !accessGroup ? ", which is not listed in accessGroups" : "";
  const what = kind === "direct" ? "Given directly" : `By the group ${group ?? ""}`;
  const effect = {
    true: "Without it the seat is free",
    false: of === 1 ? "Without it the seat stays" : "Taking only this frees nothing",
    unknown: "Without it the seat may be free; there may be paths that cannot be seen",
  }[frees];
  const along = alsoLoses.length === 0 ? "" : `, and ${listed(alsoLoses)} would be lost too`;
  return `${what} (${roleWords(role)})${filled}${other}. ${effect}${along}.`;
}

function freeingWords({ possible, reason, owner }: ExplainedFreeing): string {
  if (possible === "yes") return "A revoke takes all of its paths, and frees the seat.";
  const start = possible === "no" ? "A revoke does nothing here" : "A revoke does nothing here while this is not known";
  return `${sentence(`${start}: ${reason ?? ""}`)}${owner === null ? "" : ` Who can: ${owner}.`}`;
}

/** When a seat was last used, and how far that can be believed: the dates lag. */
function activityWords({ lastActive, trusted, signal, lagHours }: ExplainedActivity, asOf: string): string {
  const used =
    lastActive === "never"
      ? "Never used, as far as Atlassian tells"
      : lastActive === "unknown"
        ? "When it was last used is not known"
        : `Last used ${lastActiveWords(lastActive, asOf)}`;
  const quality = trusted ? signal : `not believed, so policies take idleness here for unknown: ${signal}`;
  return `${used}. Atlassian's dates may be ${lagHours} hours late; ${quality}.`;
}

function agesWords({ countedFrom, firstSeen, givenBack }: ExplainedActivity): string {
  const counted =
    countedFrom === null
      ? "Since when the seat is held is not known"
      : `As a seat it counts as held since ${countedFrom.slice(0, 10)}`;
  const seen = firstSeen === null ? "" : `; first seen ${firstSeen.slice(0, 10)}`;
  const given = givenBack === null ? "" : `; last given by Seatwright on ${givenBack.slice(0, 10)}`;
  return capital(`${counted}${seen}${given}.`);
}
