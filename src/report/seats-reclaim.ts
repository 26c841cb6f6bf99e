import type { SeatReport, SeatScope, UnusedSeats } from "../model/documents.generated.ts";
import type { TextPage } from "./page.ts";
import { writeSentences } from "./sentences.ts";
import type { Column, Row } from "./table.ts";
import { figure } from "./words.ts";

/** What an app instance is called, by its id; null is all of them together. */
export type LabelOf = (instance: string | null) => string;

const reclaimColumns: readonly (readonly [keyof UnusedSeats["reclaim"], string])[] = [
  ["now", "Now"],
  ["identityProvider", "By provider"],
  ["blocked", "Blocked"],
  ["exempt", "Exempt"],
  ["protected", "Protected"],
  ["held", "Held"],
  ["unknown", "Unknown"],
  ["seatUnknown", "Seat not known"],
];

/**
 * Writes what could be freed, by app instance and time, and what is in the way. Numbers are never broken: where the table
 * does not fit, it does without what is zero everywhere, then without a column for the app, then without one for the seats
 * that are not known, which stand below.
 */
export function writeReclaim(page: TextPage, { instances, thresholds, total }: SeatReport, labelOf: LabelOf): void {
  if (thresholds.length === 0 || instances.length === 0) return;
  const scopes = [
    ...instances.map((scope) => ({ label: labelOf(scope.instance), scope })),
    ...(instances.length > 1 ? [{ label: "Everywhere", scope: total }] : []),
  ];
  page.blank();
  page.heading("What can be freed", "by the planner, before pace and limits");
  const counted = scopes.flatMap(({ scope }) => scope.unused.map(({ reclaim }) => reclaim));
  const inUse = reclaimColumns.filter(([key], at) => at === 0 || counted.some((reclaim) => reclaim[key] > 0));
  const all = reclaimColumns.filter((column) => column[0] !== "seatUnknown" || inUse.includes(column));
  const usual = reclaimTable(scopes, all, "beside");
  const narrower = [
    usual,
    reclaimTable(scopes, inUse, "beside"),
    reclaimTable(scopes, inUse, "above"),
    reclaimTable(
      scopes,
      inUse.filter(([key]) => key !== "seatUnknown"),
      "above",
    ),
  ];
  if (narrower.some(({ columns, rows }) => page.table(columns, rows, { indent: 2 }))) return;
  writeSentences(page, usual.columns, usual.rows);
}

/** `app`: in a column of its own, or on a line above its numbers, which takes less width. */
function reclaimTable(
  scopes: readonly { readonly label: string; readonly scope: SeatScope }[],
  kinds: typeof reclaimColumns,
  app: "beside" | "above",
): { readonly columns: readonly Column[]; readonly rows: readonly Row[] } {
  const numbers = ({ reclaim }: UnusedSeats): readonly string[] =>
    kinds.map(([key]) => (reclaim[key] === 0 ? "" : figure(reclaim[key])));
  const isBeside = app === "beside";
  const hasColumn = kinds.some(([key]) => key === "seatUnknown");
  const below = ({ unused }: SeatScope): readonly { readonly text: string; readonly tone: "faint" }[] => {
    const words = unused.map((counts) => `${figure(counts.reclaim.seatUnknown)} for ${counts.for}`);
    const isThere = !hasColumn && unused.some(({ reclaim }) => reclaim.seatUnknown > 0);
    return isThere ? [{ text: `Seat not known: ${words.join(", ")}`, tone: "faint" }] : [];
  };
  return {
    columns: [
      ...(isBeside ? [{ title: "App", least: 14 }] : []),
      { title: "Unused" },
      ...kinds.map(([, title], at): Column => ({ title, align: "right", ...(at === 0 ? { tone: "good" } : {}) })),
    ],
    rows: scopes.flatMap(({ label, scope }): readonly Row[] => [
      ...(isBeside ? [] : [{ across: label, tone: "plain" as const, indent: 0 }]),
      ...scope.unused.map((counts, at) => ({
        cells: [...(isBeside ? [at === 0 ? label : ""] : []), counts.for, ...numbers(counts)],
        remarks: at === scope.unused.length - 1 ? below(scope) : [],
      })),
    ]),
  };
}
