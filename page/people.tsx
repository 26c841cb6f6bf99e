import { useMemo, useState } from "preact/hooks";
import { countBits, hasBit } from "../src/model/bits.ts";
import { figure, people } from "../src/report/words.ts";
import { Copy } from "./copy.tsx";
import { Facets } from "./facets.tsx";
import { answer, type Filters, hasFilters, noFilters } from "./filters.ts";
import { type SortKey, sortedOrder } from "./order.ts";
import type { Org } from "./org.ts";
import { useSaid } from "./parts.tsx";
import { Rows } from "./rows.tsx";
import { changed, type Selection, toggledPerson } from "./selection.ts";

interface Props {
  readonly org: Org;
  readonly filters: Filters;
  readonly setFilters: (filters: Filters) => void;
  readonly selection: Selection;
  readonly setSelection: (selection: Selection) => void;
  readonly open: (person: number) => void;
}

/** Everybody: search, narrow down, select, copy out. */
export function People({ org, filters, setFilters, selection, setSelection, open }: Props) {
  const [sort, setSort] = useState<SortKey>({ by: "name", order: "ascending" });
  const [copying, setCopying] = useState(false);
  const [facetsShown, setFacetsShown] = useState(false);
  const [said, say] = useSaid();
  const selectedOnly = filters.selectedOnly ? selection.bits : null;
  const verdict = useMemo(() => answer(org, filters, selection.bits), [org, filters, selectedOnly]);
  const shown = useMemo(() => {
    const order = sortedOrder(org, sort);
    const kept = new Uint32Array(countBits(verdict.yes));
    let at = 0;
    for (const person of order) if (hasBit(verdict.yes, person)) kept[at++] = person;
    return kept;
  }, [org, verdict, sort]);
  const unknown = useMemo(() => countBits(verdict.unknown), [verdict]);
  const allSelected = shown.length > 0 && verdict.yes.every((word, at) => (word & ~(selection.bits[at] ?? 0)) === 0);
  return (
    <div class={facetsShown ? "people-view facets-open" : "people-view"}>
      <search class="search">
        <label class="visually-hidden" for="search">
          Search by name, address or account id
        </label>
        <input
          id="search"
          type="search"
          placeholder={searchHint(org)}
          value={filters.search}
          autocomplete="off"
          onInput={(event) => setFilters({ ...filters, search: event.currentTarget.value })}
        />
        <button
          type="button"
          class="plain facets-button"
          aria-expanded={facetsShown}
          aria-controls="facets"
          onClick={() => setFacetsShown(!facetsShown)}
        >
          Filters
        </button>
      </search>
      <Facets org={org} filters={filters} setFilters={setFilters} selection={selection} />
      <div class="found">
        <div class="bar-line">
          <p role="status" class="counts">
            <strong data-count={shown.length}>{people(shown.length)}</strong>
            {unknown > 0 && (
              <span class="faint" data-unknown={unknown}>
                ; of {figure(unknown)} it cannot be told
              </span>
            )}
          </p>
          {hasFilters(filters) && (
            <button type="button" class="link" onClick={() => setFilters(noFilters)}>
              Clear filters
            </button>
          )}
          <span class="grow" />
          <span class="counts" data-selected={selection.count}>
            {selection.count === 0 ? <span class="faint">None selected</span> : <>{figure(selection.count)} selected</>}
          </span>
          {selection.count > 0 && (
            <button
              type="button"
              class="link"
              onClick={() => {
                setSelection(changed(selection, selection.bits, "removed"));
                if (filters.selectedOnly) setFilters({ ...filters, selectedOnly: false });
                say("Nobody is selected.");
              }}
            >
              Select none
            </button>
          )}
          <button type="button" class="plain" onClick={() => setCopying(true)}>
            Copy out
          </button>
        </div>
        {filters.only !== null && (
          <p class="only">
            Only: {filters.only.title}{" "}
            <button type="button" class="link" onClick={() => setFilters({ ...filters, only: null })}>
              Show others too
            </button>
          </p>
        )}
        <p class="visually-hidden" role="status">
          {said}
        </p>
        <Rows
          org={org}
          shown={shown}
          selection={selection}
          sort={sort}
          setSort={setSort}
          allSelected={allSelected}
          selectAll={() => {
            setSelection(changed(selection, verdict.yes, allSelected ? "removed" : "added"));
            say(`${people(shown.length)} ${allSelected ? "taken out of the selection" : "selected"}.`);
          }}
          toggle={(person) => setSelection(toggledPerson(selection, person))}
          open={open}
        />
      </div>
      {copying && (
        <Copy org={org} filters={filters} shown={shown} selection={selection} close={() => setCopying(false)} />
      )}
    </div>
  );
}

function searchHint({ head }: Org): string {
  if (head.people.names === null) return "Search by account id";
  return head.people.emails === null ? "Search by name or account id" : "Search by name, address or account id";
}
