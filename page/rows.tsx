import {
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from "@tanstack/virtual-core";
import { useEffect, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { hasBit } from "../src/model/bits.ts";
import { figure } from "../src/report/words.ts";
import type { SortKey } from "./order.ts";
import { dayWords, type Org } from "./org.ts";
import { usePrinting } from "./parts.tsx";
import type { Selection } from "./selection.ts";
import { addedWords } from "./selector.ts";

/** Rows on the tallest of screens. On paper the list has no height of its own, and everybody would be in sight. */
const mostInSight = 250;

/** Rows on paper; more than that is what CSV is for. */
const mostPrinted = 1000;

interface Props {
  readonly org: Org;
  readonly shown: Uint32Array;
  readonly selection: Selection;
  readonly sort: SortKey;
  readonly setSort: (sort: SortKey) => void;
  readonly allSelected: boolean;
  readonly selectAll: () => void;
  readonly toggle: (person: number) => void;
  readonly open: (person: number) => void;
}

const columns = [
  ["name", "Name"],
  ["seats", "Seats"],
  ["last", "Last active"],
  ["status", "Status"],
  ["added", "Added"],
] as const;

function rowHeight(): number {
  return matchMedia("(max-width: 44rem)").matches ? 76 : 40;
}

/** The people found, of whom only those in sight are in the page. */
export function Rows(props: Props) {
  const { org, shown, selection, sort, toggle, open } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const [current, setCurrent] = useState(0);
  const [height, setHeight] = useState(rowHeight);
  const printing = usePrinting();
  const [virtualizer] = useState(
    () =>
      new Virtualizer<HTMLDivElement, HTMLDivElement>({
        count: shown.length,
        getScrollElement: () => scroller.current,
        estimateSize: () => height,
        overscan: 12,
        rangeExtractor: (range) =>
          defaultRangeExtractor({ ...range, endIndex: Math.min(range.endIndex, range.startIndex + mostInSight) }),
        scrollToFn: elementScroll,
        observeElementRect,
        observeElementOffset,
        onChange: () => draw(undefined),
      }),
  );
  virtualizer.setOptions({
    ...virtualizer.options,
    count: shown.length,
    estimateSize: () => height,
  });
  // What the library's adapters for frameworks call; Preact has none.
  const { _didMount: didMount, _willUpdate: willUpdate } = virtualizer;
  useLayoutEffect(() => didMount(), [didMount]);
  useLayoutEffect(() => willUpdate());
  useEffect(() => {
    const follow = (): void => setHeight(rowHeight());
    window.addEventListener("resize", follow);
    return () => window.removeEventListener("resize", follow);
  }, []);
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  useEffect(() => {
    setCurrent(0);
    scroller.current?.scrollTo({ top: 0 });
  }, [shown]);

  const moveTo = (index: number): void => {
    const next = Math.max(0, Math.min(shown.length - 1, index));
    setCurrent(next);
    virtualizer.scrollToIndex(next, { align: "auto" });
    // The row may only now come into the page.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus({ preventScroll: true });
      }),
    );
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? height) / height) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: shown.length - 1,
    };
    const target = steps[event.key];
    const person = shown[current];
    if (target !== undefined) moveTo(target);
    else if (event.key === " " && person !== undefined) toggle(person);
    else if (event.key === "Enter" && person !== undefined) open(person);
    else return;
    event.preventDefault();
  };

  const items = printing
    ? Array.from(shown.subarray(0, mostPrinted), (_, index) => ({ index, start: 0 }))
    : virtualizer.getVirtualItems();
  return (
    <>
      <div class="grid" role="grid" aria-label="People" aria-multiselectable="true" aria-rowcount={shown.length + 1}>
        <div role="rowgroup" class="grid-head">
          <div role="row" class="row" aria-rowindex={1}>
            <div role="columnheader" class="cell-check">
              <input
                type="checkbox"
                checked={props.allSelected}
                disabled={shown.length === 0}
                onChange={props.selectAll}
                aria-label={`Select all ${figure(shown.length)} found`}
              />
            </div>
            {columns.map(([key, title]) => (
              <div
                role="columnheader"
                key={key}
                class={`cell-${key}`}
                aria-sort={sort.by === key ? sort.order : "none"}
              >
                <button
                  type="button"
                  onClick={() =>
                    props.setSort({
                      by: key,
                      order: sort.by === key && sort.order === "ascending" ? "descending" : "ascending",
                    })
                  }
                >
                  {title}
                  <span aria-hidden="true">{sort.by === key ? (sort.order === "ascending" ? " ↑" : " ↓") : ""}</span>
                </button>
              </div>
            ))}
          </div>
        </div>
        <div class="scroller" ref={scroller} role="rowgroup" onKeyDown={onKeyDown}>
          <div
            class="all-rows"
            role="presentation"
            style={printing ? {} : { height: `${virtualizer.getTotalSize()}px` }}
          >
            {items.map(({ index, start }) => {
              const person = shown[index];
              if (person === undefined) return null;
              return (
                <Row
                  key={person}
                  org={org}
                  person={person}
                  index={index}
                  start={printing ? null : start}
                  isSelected={hasBit(selection.bits, person)}
                  isCurrent={index === Math.min(current, shown.length - 1)}
                  toggle={toggle}
                  open={(at) => {
                    setCurrent(index);
                    open(at);
                  }}
                />
              );
            })}
          </div>
          {shown.length === 0 && <p class="empty">Nobody is found. Take a filter away, or search for less.</p>}
        </div>
      </div>
      {printing && shown.length > mostPrinted && (
        <p>
          The first {figure(mostPrinted)} of {figure(shown.length)}. Copy out as CSV for all of them.
        </p>
      )}
    </>
  );
}

interface RowProps {
  readonly org: Org;
  readonly person: number;
  readonly index: number;
  /** Pixels from the top; null: where it falls. */
  readonly start: number | null;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  readonly toggle: (person: number) => void;
  readonly open: (person: number) => void;
}

function Row({ org, person, index, start, isSelected, isCurrent, toggle, open }: RowProps) {
  const { head } = org;
  const label = org.label(person);
  const email = org.email(person);
  const status = head.people.statuses[org.codes("status")[person] ?? 0] ?? "";
  return (
    <div
      role="row"
      class={isSelected ? "row selected" : "row"}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      data-index={index}
      style={start === null ? {} : { transform: `translateY(${start}px)` }}
      onClick={(event) => {
        if (event.target instanceof HTMLInputElement) return;
        open(person);
      }}
    >
      <div role="gridcell" class="cell-check">
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected}
          onChange={() => toggle(person)}
          aria-label={`Select ${label}`}
        />
      </div>
      <div role="gridcell" class="cell-name">
        <bdi>{label}</bdi>
        {email !== null && <span class="faint">{email}</span>}
        {hasBit(org.changed, person) && <span class="mark">in the plan</span>}
      </div>
      <div role="gridcell" class="cell-seats">
        <SeatsOf org={org} person={person} />
      </div>
      <div role="gridcell" class="cell-last">
        {dayWords(org.codes("last")[person] ?? 0)}
      </div>
      <div role="gridcell" class={`cell-status ${status}`}>
        {status.replaceAll("_", " ")}
      </div>
      <div role="gridcell" class="cell-added">
        {addedWords(org, person)}
      </div>
    </div>
  );
}

/** Where somebody holds a seat, and where that is not known. */
function SeatsOf({ org, person }: { readonly org: Org; readonly person: number }) {
  const named = (of: readonly number[]): string => of.map((at) => org.head.instances[at]?.label ?? "").join(", ");
  const [held, perhaps] = [named(org.seatsOf(person)), named(org.perhapsOf(person))];
  if (held === "" && perhaps === "") return <span class="faint">none</span>;
  return (
    <>
      {held}
      {perhaps !== "" && (
        <span class="faint">
          {held === "" ? "" : "; "}not known: {perhaps}
        </span>
      )}
    </>
  );
}
