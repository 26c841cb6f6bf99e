import { secondsOf, type Seconds } from "../model/time.ts";
import { NEVER, type Population, UNKNOWN_TIME } from "./population.ts";
import type { Seats } from "./seats.ts";
import { type UserColumn, userColumns } from "./user-columns.ts";

/** What a row says in one column; a moment is whole seconds. Null: see the column. */
export type RowCell = string | number | boolean | null;

/** One column of an exported table. */
export interface RowColumn {
  readonly name: string;
  readonly kind: "text" | "integer" | "boolean" | "moment";
  /** Whether a cell may be empty. */
  readonly empty: "never" | "maybe";
  /** What it says, for the documentation; of one that may be empty, also what that means. */
  readonly about: string;
}

/** An exported table: its columns and key are a promise to whoever reads it. */
export interface RowTable {
  readonly name: string;
  /** What a row is. */
  readonly about: string;
  /** Columns that tell one row from all others; none where nothing does. */
  readonly key: readonly string[];
  readonly columns: readonly RowColumn[];
}

/** A table whose rows a snapshot tells. */
export interface SnapshotTable extends RowTable {
  /** Rows in the order of the snapshot, made one at a time; cells in the order of the columns. */
  readonly rows: (source: RowSource) => Iterable<readonly RowCell[]>;
}

/** What rows are made of. */
export interface RowSource {
  readonly population: Population;
  readonly seats: Seats;
  /** What `seatwright users` says of somebody in a column, as text; null where it is not known or not there. */
  readonly user: (column: string, person: number, instance: number | null) => string | null;
}

export function rowSource(population: Population, seats: Seats): RowSource {
  const columns = new Map<string, UserColumn>(userColumns(population, seats).map((column) => [column.name, column]));
  return {
    population,
    seats,
    user(name, person, instance) {
      const cell = columns.get(name)?.of({ person, instance }) ?? null;
      return cell === null || typeof cell === "string" ? cell : cell.join(" ");
    },
  };
}

/** A column with what it says of an item. */
export interface CellOf<Item> extends RowColumn {
  readonly of: (item: Item, source: RowSource) => RowCell;
}

/** A table of items, each one row. An empty text becomes an empty cell: it says nothing either. */
export function tableOf<Item>(
  head: Pick<RowTable, "name" | "about" | "key">,
  items: (source: RowSource) => Iterable<Item>,
  cells: readonly CellOf<Item>[],
): SnapshotTable {
  return {
    ...head,
    columns: cells.map(({ name, kind, empty, about }) => ({ name, kind, empty, about })),
    *rows(source) {
      for (const item of items(source)) {
        yield cells.map(({ of }) => {
          const cell = of(item, source);
          return cell === "" ? null : cell;
        });
      }
    },
  };
}

/** When somebody was last active, and how that is known. */
export interface LastActive {
  readonly at: Seconds | null;
  readonly state: "active" | "never" | "unknown";
}

/** A time of a `lastActive` column. */
export function lastActiveAt(time: number | undefined): LastActive {
  if (time === undefined || time === UNKNOWN_TIME) return { at: null, state: "unknown" };
  return time === NEVER ? { at: null, state: "never" } : { at: time, state: "active" };
}

/** What `seatwright users` says in its column `lastActive`. */
export function lastActiveIn(text: string | null): LastActive {
  if (text === null) return { at: null, state: "unknown" };
  return text === "never" ? { at: null, state: "never" } : { at: secondsOf(text), state: "active" };
}
