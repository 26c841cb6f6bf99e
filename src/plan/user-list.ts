import { eachBit } from "../model/bits.ts";
import type { LedgerView } from "../model/ledger-view.ts";
import { allOf, alwaysTrue, truthAt, type Verdict } from "../model/verdict.ts";
import type { Population } from "../people/population.ts";
import { isPaidInstance } from "../people/seats.ts";
import { type Cell, compareCells, type UserColumn, userColumns, type UserRow } from "../people/user-columns.ts";
import { type Per, selectionId } from "../policy/selection.ts";
import type { Filter, PolicySet, SourceTable } from "../policy/types.ts";
import { deliberate } from "./deliberate.ts";
import { protectionOf } from "./protection.ts";

export interface UserListRequest {
  readonly population: Population;
  /** Resolved from `selectionQuestion`, or without a policy where everybody is meant. */
  readonly policies: PolicySet;
  readonly ledger: LedgerView;
  readonly per: Per;
  /** A file of people that the selection is among; null: none. */
  readonly file: SourceTable | null;
}

/** People, or seats, of whom a filter is true, and those of whom it cannot be told. */
export interface UserList {
  readonly columns: readonly UserColumn[];
  /** By account id, then instance. */
  readonly matched: readonly UserRow[];
  readonly unknown: readonly UserRow[];
}

/**
 * Answers a filter by the evaluator of plans. In a list of seats a row is a seat that is certainly held; one that is
 * perhaps held is unknown.
 */
export function userList(request: UserListRequest): UserList {
  const { population, policies, ledger, per, file } = request;
  const policy = policies.policies.find(({ id }) => id === selectionId);
  const sources = file === null ? policies.sources : new Map([...policies.sources, [file.name, file]]);
  const { seats, evaluator } = deliberate({ population, policies: { ...policies, policies: [], sources }, ledger });
  const filters: Filter[] = [
    ...(policy === undefined ? [] : [policy.filter]),
    ...(file === null ? [] : [fileFilter(file)]),
  ];
  const scopes =
    per === "person"
      ? [null]
      : (policy?.instances ??
        population.header.instances.flatMap((_, at) => (isPaidInstance(population, at) ? [at] : [])));
  const matched: UserRow[] = [];
  const unknown: UserRow[] = [];
  for (const instance of scopes) {
    const held = instance === null ? alwaysTrue(population.size) : seats.holders[instance];
    if (held === undefined) throw new Error(`there is no instance ${instance}`);
    const verdicts: readonly Verdict[] = [held, ...filters.map((filter) => evaluator.evaluate(filter, instance))];
    const answer = allOf(population.size, verdicts);
    eachBit(answer.yes, (person) => matched.push({ person, instance }));
    eachBit(answer.unknown, (person) => unknown.push({ person, instance }));
  }
  const exemptions = policies.exemptions.map(({ id, filter }) => ({ id, filter }));
  const decided: readonly UserColumn[] = [
    {
      name: "protected",
      title: "Protected",
      kind: "text",
      about: "why nothing may be taken from the person; empty where something may",
      of: ({ person }) => protectionOf(population, policies.settings, person)?.reason ?? "",
    },
    {
      name: "exempt",
      title: "Exempt",
      kind: "list",
      about: "exemptions that speak of the person, or might",
      of: ({ person, instance }) =>
        exemptions.flatMap(({ id, filter }) => (evaluator.truthOf(filter, instance, person) === "false" ? [] : [id])),
    },
    {
      name: "doubt",
      title: "Cannot tell",
      kind: "list",
      about: "the parts of the filter that cannot be told of the person",
      of: ({ person, instance }) => {
        const unclear = filters.filter((filter) => evaluator.truthOf(filter, instance, person) === "unknown");
        const facts = unclear.flatMap((filter) => evaluator.factsAt(filter, instance, person));
        const words = facts.filter(({ result }) => result === "unknown").map(({ filter }) => filter);
        const held = instance === null ? undefined : seats.holders[instance];
        const isPerhaps = held !== undefined && truthAt(held, person) === "unknown";
        return [...new Set([...(isPerhaps ? ["whether the seat is held"] : []), ...words])];
      },
    },
  ];
  const byPlace = (a: UserRow, b: UserRow): number => a.person - b.person || (a.instance ?? 0) - (b.instance ?? 0);
  return {
    columns: [...userColumns(population, seats), ...decided],
    matched: matched.sort(byPlace),
    unknown: unknown.sort(byPlace),
  };
}

function fileFilter({ name }: SourceTable): Filter {
  return {
    kind: "leaf",
    test: { key: "in", sources: [name] },
    words: `in: ${name}`,
    place: { file: name, line: 1, column: 1 },
  };
}

/** A column to order rows by, and which way. */
export interface SortKey {
  readonly column: UserColumn;
  readonly order: "ascending" | "descending";
}

/** The same rows in order of these columns; equal ones as they were. What is not known comes last either way. */
export function sortedRows(rows: readonly UserRow[], keys: readonly SortKey[]): readonly UserRow[] {
  const cells = keys.map(({ column }) => rows.map((row) => column.of(row)));
  const compare = (a: number, b: number): number => {
    for (const [at, { order }] of keys.entries()) {
      const left: Cell = cells[at]?.[a] ?? null;
      const right: Cell = cells[at]?.[b] ?? null;
      const turned = order === "descending" && left !== null && right !== null;
      const result = turned ? compareCells(right, left) : compareCells(left, right);
      if (result !== 0) return result;
    }
    return a - b;
  };
  const order = Uint32Array.from(rows, (_, at) => at).sort(compare);
  return Array.from(order, (at) => rows[at]).filter((row) => row !== undefined);
}
