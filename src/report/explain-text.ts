import { instanceLabel } from "../model/apps.ts";
import type { ExplainedPolicy, ExplainedSeat, Explanation, Fact } from "../model/documents.generated.ts";
import { terminalText } from "./escape.ts";
import { createPalette, type TextOptions, type Tone } from "./palette.ts";
import { lastActiveWords, listed } from "./words.ts";

/** One person explained, for a terminal: who they are, why each seat is held, what every policy makes of them. */
export function renderExplanation(explanation: Explanation, options: TextOptions): string {
  const palette = createPalette(options.colour);
  const { asOf, person, protection, seats, policies, changes, heldBack, conflicts } = explanation;
  const lines: string[] = [];
  const say = (indent: number, tone: Tone, text: string): void => {
    lines.push(`${" ".repeat(indent)}${palette(tone, terminalText(text))}`);
  };

  say(0, "strong", `${person.name ?? person.accountId}${person.email === null ? "" : ` <${person.email}>`}`);
  say(2, "faint", person.accountId);
  say(
    2,
    "plain",
    `${person.status}, ${person.claim} account, ${sourceWords(person.source)}, ${addedWords(person.added)}`,
  );
  say(2, "plain", person.directories.length === 0 ? "in no directory" : `in ${listed(person.directories)}`);
  say(
    2,
    "plain",
    person.groups === null
      ? "groups not known"
      : `groups: ${person.groups.length === 0 ? "none" : person.groups.join(", ")}`,
  );
  if (person.adminRoles === null) say(2, "caution", "admin roles not known");
  else if (person.adminRoles.length > 0) say(2, "plain", `admin roles: ${listed(person.adminRoles)}`);
  if (protection !== null) say(2, "accent", `protected: ${protection}`);

  lines.push("");
  say(0, "strong", seats.length === 0 ? "Holds no paid seat." : "Paid seats");
  for (const seat of seats) seatLines(say, seat, asOf);

  lines.push("");
  say(0, "strong", policies.length === 0 ? "No policy speaks of this person." : "Policies");
  for (const policy of policies) policyLines(say, policy);

  lines.push("");
  if (changes.length === 0 && heldBack.length === 0) say(0, "strong", "The plan does nothing to this person.");
  for (const change of changes) {
    const where = change.seat === null ? "" : ` on ${change.seat.app} ${change.seat.site}`;
    say(
      0,
      "strong",
      `The plan would ${actionWords[change.action] ?? change.action}${where}, because of ${listed(change.policies.map(({ policy }) => policy))}.`,
    );
    if (change.hazards.length > 0) say(2, "caution", `hazards: ${change.hazards.join(", ")}`);
  }
  for (const held of heldBack) {
    const where = held.seat === null ? "" : ` on ${held.seat.app} ${held.seat.site}`;
    say(
      0,
      "plain",
      `Left alone (${held.kind}) by ${held.policy}${where}: ${held.reason}${held.owner === null ? "" : ` [${held.owner}]`}`,
    );
  }
  for (const conflict of conflicts) {
    say(0, "plain", `${conflict.gaveWay.policy} gave way to ${conflict.kept.policy}: ${conflict.reason}.`);
  }
  return `${lines.join("\n")}\n`;
}

type Say = (indent: number, tone: Tone, text: string) => void;

function seatLines(say: Say, { seat, held, paths, lastActive, signal, firstSeen }: ExplainedSeat, asOf: string): void {
  say(
    2,
    held === "true" ? "plain" : "caution",
    `${instanceLabel(seat)}${held === "true" ? "" : " (perhaps: it cannot be told)"}`,
  );
  say(4, "plain", `${lastActiveWords(lastActive, asOf)}; ${signal}`);
  if (firstSeen !== null) say(4, "faint", `first seen ${firstSeen.slice(0, 10)}`);
  for (const path of paths) {
    const effect = path.frees ? "taking this away frees the seat" : "taking only this away frees nothing";
    const along = path.alsoLoses.length === 0 ? "" : `, and takes ${listed(path.alsoLoses)} too`;
    const owner = path.owner === null ? "" : `, which only ${path.owner} can change`;
    say(4, "plain", `via ${path.via} (${path.role})${owner}: ${effect}${along}`);
  }
}

function policyLines(say: Say, { policy, seat, result, facts, exempt }: ExplainedPolicy): void {
  const words = { true: "matches", false: "does not match", unknown: "cannot tell" }[result];
  const tone: Tone = result === "true" ? "good" : result === "unknown" ? "caution" : "faint";
  say(2, tone, `${policy}${seat === null ? "" : ` on ${instanceLabel(seat)}`}: ${words}`);
  for (const fact of facts) say(4, "faint", factWords(fact));
  if (exempt !== null) say(4, "accent", `exempt: ${exempt}`);
}

function factWords({ filter, at, result, value }: Fact): string {
  const sign = { true: "yes    ", false: "no     ", unknown: "unknown" }[result];
  return `${sign}  ${filter}${value === null ? "" : ` (${value})`}  ${at}`;
}

const actionWords: Readonly<Record<string, string>> = {
  revoke: "free the seat",
  grant: "give a role",
  setRole: "change the role to a free one",
  addToGroup: "add to a group",
  removeFromGroup: "take out of a group",
  suspend: "suspend access",
  restore: "restore access",
  removeFromOrg: "remove from the organisation",
  deactivate: "deactivate the account",
  activate: "activate the account",
};

function sourceWords(source: string): string {
  if (source === "synced") return "synced from an identity provider";
  return source === "invited" ? "invited" : "how it came is not known";
}

function addedWords(added: string | null): string {
  return added === null ? "added at an unknown time" : `added ${added.slice(0, 10)}`;
}
