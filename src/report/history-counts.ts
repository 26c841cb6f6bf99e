import { instanceLabel } from "../model/apps.ts";
import type {
  ActiveWithin,
  History,
  HistoryChange,
  HistoryInstance,
  HistorySnapshot,
} from "../model/documents.generated.ts";
import { type CountedSeats, seatChange, summedChange } from "../people/history-counts.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import type { Row } from "./table.ts";
import { figure, many, momentWords, share, signed, signedRange } from "./words.ts";

export interface HistoryTextOptions extends TextOptions {
  /** `some`: as many snapshots as fit beside each other, spread over the time; `all`: a line for each. */
  readonly rows: "some" | "all";
}

/** Columns of a table that one snapshot, and one label, take. */
const SNAPSHOT_WIDTH = 12;
const LABEL_WIDTH = 36;
const MOST_BESIDE = 8;

/** Groups that a comparison lists unless all are asked for. */
const GROUPS_SHOWN = 20;

/** Counts over time for a terminal, or two snapshots beside each other. */
export function renderHistory(history: History, options: HistoryTextOptions): string {
  const page = createTextPage(options);
  const { snapshots, comparison } = history;
  const [first, last] = [snapshots.at(0), snapshots.at(-1)];
  if (first === undefined || last === undefined) {
    page.paragraph("No complete snapshot was counted in that time.", { tone: "caution" });
    return page.text();
  }
  const title = comparison === null ? "Counts over time" : "Two snapshots compared";
  const span = first === last ? momentWords(first.asOf) : `${momentWords(first.asOf)} to ${momentWords(last.asOf)}`;
  page.heading(title, comparison === null ? `${many(snapshots.length, "snapshot")}, ${span}` : span);
  page.blank();
  if (options.rows === "all" && comparison === null) writeEach(page, history);
  else {
    const beside = Math.floor((page.width - LABEL_WIDTH) / SNAPSHOT_WIDTH) - 1;
    writeBeside(page, history, spread(snapshots, Math.max(2, Math.min(MOST_BESIDE, beside))));
  }
  if (comparison !== null) writeGroups(page, history, options.rows);
  for (const { asOf, accepted } of snapshots) {
    if (accepted === null) continue;
    page.blank();
    page.paragraph(`On ${asOf.slice(0, 10)} counts that had fallen were accepted: ${accepted}`, { tone: "caution" });
  }
  return page.text();
}

function writeBeside(
  page: TextPage,
  { instances, snapshots, activeWithin }: History,
  shown: readonly HistorySnapshot[],
): void {
  const [first, last] = [snapshots.at(0), snapshots.at(-1)];
  if (first === undefined || last === undefined) return;
  const row = (label: string, of: (snapshot: HistorySnapshot) => number | null): Row => {
    const [before, after] = [of(first), of(last)];
    const change = before === null || after === null ? "" : signed(after - before);
    return { cells: [label, ...shown.map((snapshot) => counted(of(snapshot))), change] };
  };
  const changesOf = (kind: "seats" | "active"): readonly ToldChange[] =>
    instances.map(({ instance }) => changeOf(first, last, kind, instance));
  const changes = { seats: changesOf("seats"), active: changesOf("active") };
  const all = summedChange(instances.map(({ instance }) => wholeChange(first, last, instance))) ?? "not known";
  const heads = shown.map(({ asOf }) => asOf.slice(0, 10));
  const write = (title: string, more: readonly string[], rows: readonly Row[]): void => {
    const columns = [{ title }, ...[...heads, ...more].map((head) => ({ title: head, align: "right" as const }))];
    if (!page.table(columns, rows)) writeNarrow(page, rows, heads);
  };
  write(
    "Paid seats",
    ["Change"],
    [
      ...instances.map((instance, at): Row => {
        const cells = shown.map(({ seats }) => counted(seats[instance.instance] ?? null));
        return { cells: [labelOf(instance), ...cells, changeWords(changes.seats[at] ?? null)] };
      }),
      { cells: ["All seats", ...shown.map((snapshot) => figure(seatsIn(snapshot))), changeWords(all)] },
      ...(snapshots.some((snapshot) => (unknownIn(snapshot) ?? 0) > 0) ? [row("Seats not known", unknownIn)] : []),
      row("People", ({ people }) => people),
      row("Organisation admins", ({ orgAdmins }) => orgAdmins),
    ],
  );
  writeReason(page, [...changes.seats, ...changes.active, all]);
  page.blank();
  const active = instances.map((instance, at): Row => {
    const of = (snapshot: HistorySnapshot): number | null => snapshot.active[instance.instance] ?? null;
    const cells = shown.map((snapshot) => activeWords(of(snapshot), snapshot.seats[instance.instance]));
    return { cells: [labelOf(instance), ...cells, changeWords(changes.active[at] ?? null)] };
  });
  if (active.length === 0) return;
  write(`Active within ${lengthWords(activeWithin)}`, ["Change"], active);
  page.paragraph(
    "Seats by when their holder was last on the app, as `seats` counts them; unused seats are another question.",
    {
      tone: "faint",
    },
  );
}

/** What a table says of a change. Null: the number is not there at both ends. */
type ToldChange = HistoryChange | "not known" | null;

function changeWords(change: ToldChange): string {
  return change === null ? "" : change === "not known" ? change : signedRange(change);
}

/** By how much the seats of an instance differ, or those of them in use. */
function changeOf(first: HistorySnapshot, last: HistorySnapshot, of: "seats" | "active", instance: string): ToldChange {
  const [before, after] = [first[of][instance] ?? null, last[of][instance] ?? null];
  if (before === null || after === null) return null;
  const countIn = (held: number, { unknown }: HistorySnapshot): CountedSeats => {
    return { held, unknown: unknown?.[instance] ?? null };
  };
  return seatChange(countIn(before, first), countIn(after, last)) ?? "not known";
}

/** What an instance adds to the change of all seats: where it came or went, all of its seats. */
function wholeChange(first: HistorySnapshot, last: HistorySnapshot, instance: string): HistoryChange | null {
  const countIn = ({ seats, unknown }: HistorySnapshot): CountedSeats => {
    const held = seats[instance];
    return held === undefined ? { held: 0, unknown: 0 } : { held, unknown: unknown?.[instance] ?? null };
  };
  return seatChange(countIn(first), countIn(last));
}

/** Why a change is a range, or is not known, where one is. */
function writeReason(page: TextPage, changes: readonly ToldChange[]): void {
  if (changes.some((change) => change !== null && change !== "not known" && change.least < change.most)) {
    page.paragraph(
      "A change is a range where another number of seats was not known at its two ends: so many may have been held in both. " +
        "That part is who was asked, not who came or went.",
      { tone: "caution" },
    );
  }
  if (changes.includes("not known")) {
    page.paragraph(
      "A change is not known where one of its ends was counted by an older version, which did not tell how many seats were not known.",
      { tone: "caution" },
    );
  }
}

/** Seats in use and their share; nothing where the instance was not there. */
function activeWords(active: number | null, held: number | undefined): string {
  if (held === undefined) return "";
  if (active === null) return "not known";
  return held === 0 ? figure(active) : `${figure(active)} ${share(active, held)}`;
}

function lengthWords(length: ActiveWithin): string {
  return length.replace("d", " days");
}

/** The same for a terminal on which the columns do not fit: the first and the last of each row. */
function writeNarrow(page: TextPage, rows: readonly Row[], heads: readonly string[]): void {
  for (const row of rows) {
    if ("across" in row) continue;
    const [label = "", ...cells] = row.cells;
    const told = heads.map((head, at) => `${cells[at] === "" ? "none" : (cells[at] ?? "")} on ${head}`);
    page.paragraph(`${label}: ${[told.at(0), told.at(-1)].join(", ")}`, { hang: 2 });
  }
}

/** A line for each snapshot. */
function writeEach(page: TextPage, { instances, snapshots }: History): void {
  const plain = ["Snapshot", "People", "Seats"];
  const rowOf = (snapshot: HistorySnapshot, more: readonly HistoryInstance[]): Row => ({
    cells: [
      snapshot.asOf,
      figure(snapshot.people),
      figure(seatsIn(snapshot)),
      ...more.map(({ instance }) => counted(snapshot.seats[instance] ?? null)),
    ],
  });
  const write = (more: readonly HistoryInstance[]): boolean =>
    page.table(
      [...plain, ...more.map(labelOf)].map((title, at) => ({
        title,
        align: at === 0 ? "left" : "right",
        least: at === 0 ? 20 : 6,
      })),
      snapshots.map((snapshot) => rowOf(snapshot, more)),
    );
  if (write(instances) || write([])) return;
  for (const { asOf, ...rest } of snapshots) {
    page.paragraph(`${asOf}: ${figure(rest.people)} people, ${figure(seatsIn(rest))} seats`);
  }
}

function writeGroups(page: TextPage, { comparison }: History, rows: HistoryTextOptions["rows"]): void {
  const groups = [...(comparison?.groups ?? [])].sort((a, b) => moved(b) - moved(a));
  const shown = rows === "all" ? groups : groups.slice(0, GROUPS_SHOWN);
  page.blank();
  if (groups.length === 0) {
    page.paragraph("No group has another number of members.", { tone: "faint" });
    return;
  }
  const cells = shown.map(({ group, name, before, after }): Row => {
    const change = before === null ? "came" : after === null ? "went" : signed(after - before);
    return { cells: [name ?? group, counted(before), counted(after), change] };
  });
  const heads = ["Members of groups", "Before", "After", "Change"];
  const columns = heads.map((title, at) => ({ title, align: at === 0 ? ("left" as const) : ("right" as const) }));
  if (!page.table(columns, cells)) {
    for (const { group, name, before, after } of shown) {
      page.paragraph(`${name ?? group}: ${counted(before)} then ${counted(after)}`);
    }
  }
  if (groups.length > shown.length) page.paragraph(`${many(groups.length - shown.length, "more group")}: add --all.`);
}

function moved({ before, after }: { readonly before: number | null; readonly after: number | null }): number {
  return Math.abs((after ?? 0) - (before ?? 0));
}

function seatsIn({ seats }: Pick<HistorySnapshot, "seats">): number {
  return Object.values(seats).reduce((sum, each) => sum + each, 0);
}

/** Null: it was not counted at that time. */
function unknownIn({ unknown }: HistorySnapshot): number | null {
  return unknown === null ? null : Object.values(unknown).reduce((sum, each) => sum + each, 0);
}

/** An instance as people know it, or by its id where nothing tells what it is called. */
function labelOf({ instance, app, site }: HistoryInstance): string {
  return app === null || site === null ? instance : instanceLabel({ app, site });
}

function counted(value: number | null): string {
  return value === null ? "" : figure(value);
}

/** As many entries as may be shown, the first and the last among them, evenly over the list. */
function spread<Entry>(all: readonly Entry[], most: number): readonly Entry[] {
  if (all.length <= most) return all;
  const places = Array.from({ length: most }, (_, at) => Math.round((at * (all.length - 1)) / (most - 1)));
  return places.flatMap((place) => all.slice(place, place + 1));
}
