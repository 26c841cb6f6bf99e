import { useMemo, useState } from "preact/hooks";
import type { HistoryChange } from "../src/model/documents.generated.ts";
import type { PageCounts } from "../src/model/page-data.ts";
import { seatChange } from "../src/people/history-counts.ts";
import { figure, many, signed, signedRange } from "../src/report/words.ts";
import { Chart, type Line } from "./chart.tsx";
import type { Org } from "./org.ts";
import { Choice, Select, Sheet, Wide, Words } from "./parts.tsx";

/** Curves that can be told apart by their colours: the apps with the most seats. */
const mostLines = 8;

type Measure = "seats" | "active";

/** The length of time that is named first: most people ask about three months. */
const usualLength = "90d";

/** Seats over time, from the counts that earlier runs left in the ledger. */
export function History({ org }: { readonly org: Org }) {
  const { history } = org.head;
  const [measure, setMeasure] = useState<Measure>("seats");
  const [within, setWithin] = useState(usualLength);
  const first = history.at(0);
  const last = history.at(-1);
  if (first === undefined || last === undefined) {
    return (
      <Sheet id="history" title="Seats over time">
        <p class="empty">
          <Words text="No earlier run has counted this organisation. Every `seatwright sync` and `seatwright plan` of the organisation leaves its counts in the ledger; from the second day on they are compared here." />
        </p>
      </Sheet>
    );
  }
  return (
    <>
      <Sheet
        id="history"
        title="Seats over time"
        remark={`${many(history.length, "day")} counted, from ${first.at.slice(0, 10)} to ${last.at.slice(0, 10)}`}
        tools={
          <>
            <Choice
              label="Count"
              value={measure}
              options={[
                ["seats", "Seats"],
                ["active", "Active"],
              ]}
              set={setMeasure}
            />
            <Select
              label="Active within"
              value={within}
              options={org.head.activeLengths.map((length) => [length, length])}
              set={setWithin}
            />
          </>
        }
      >
        {history.length > 1 ? (
          <Curves org={org} measure={measure} within={within} />
        ) : (
          <p class="empty">There is one day so far. A curve needs two.</p>
        )}
      </Sheet>
      <Comparison org={org} within={within} />
    </>
  );
}

function instancesIn(history: readonly PageCounts[]): readonly string[] {
  return [...new Set(history.flatMap(({ seats }) => Object.keys(seats)))];
}

function labelOf(org: Org, id: string): string {
  const here = org.head.instances.find((instance) => instance.id === id)?.label;
  return here ?? `${org.head.gone[id] ?? id} (gone)`;
}

/** Null: the instance was not there, or it is not known. */
function activeIn(org: Org, counts: PageCounts, id: string, within: string): number | null {
  return counts.seats[id]?.active?.[org.head.activeLengths.indexOf(within)] ?? null;
}

interface Asked {
  readonly org: Org;
  readonly within: string;
}

function Curves({ org, measure, within }: Asked & { readonly measure: Measure }) {
  const { history } = org.head;
  const valueOf = (counts: PageCounts, id: string): number | null =>
    measure === "seats" ? (counts.seats[id]?.held ?? null) : activeIn(org, counts, id, within);
  const lines = useMemo((): readonly Line[] => {
    return instancesIn(history)
      .map((id) => ({
        label: labelOf(org, id),
        values: history.map((counts) => valueOf(counts, id)),
        atMost: history.map((counts) => {
          const [value, unknown] = [valueOf(counts, id), counts.seats[id]?.unknown ?? null];
          return value === null || unknown === null ? null : value + unknown;
        }),
      }))
      .sort((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0))
      .slice(0, mostLines);
  }, [org, history, measure, within]);
  const isBanded = lines.some(({ values, atMost }) => atMost.some((most, at) => (most ?? 0) > (values[at] ?? 0)));
  const times = useMemo(() => history.map(({ at }) => Date.parse(at) / 1000), [history]);
  return (
    <>
      <Chart
        title={`${measure === "seats" ? "Seats" : `Seats active within ${within}`} of each app, from ${history[0]?.at.slice(0, 10)} to ${history.at(-1)?.at.slice(0, 10)}. The figures are in the table below.`}
        times={times}
        lines={lines}
      />
      {isBanded && (
        <p class="empty">The shaded band above a line: of so many more it was not known whether they hold a seat.</p>
      )}
    </>
  );
}

function Comparison({ org, within }: Asked) {
  const { history } = org.head;
  const days = history.map(({ at }) => [at, at.slice(0, 10)] as const);
  const [from, setFrom] = useState(days[0]?.[0] ?? "");
  const [to, setTo] = useState(days.at(-1)?.[0] ?? "");
  const before = history.find(({ at }) => at === from);
  const after = history.find(({ at }) => at === to);
  if (before === undefined || after === undefined) return null;
  const rows = instancesIn([before, after]).toSorted((a, b) => (labelOf(org, a) < labelOf(org, b) ? -1 : 1));
  const changesOf = new Map(
    rows.map((id) => [
      id,
      {
        seats: changeOf(before, after, id, (counts) => counts.seats[id]?.held ?? null),
        active: changeOf(before, after, id, (counts) => activeIn(org, counts, id, within)),
      },
    ]),
  );
  const told = [...changesOf.values()].flatMap(({ seats, active }) => [seats, active]);
  return (
    <Sheet
      id="compare"
      title="Two dates compared"
      tools={
        <>
          <Select label="From" value={from} options={days} set={setFrom} />
          <Select label="To" value={to} options={days} set={setTo} />
        </>
      }
    >
      <Wide of="compare">
        <table>
          <thead>
            <tr>
              <th scope="col">App</th>
              <th scope="col" class="number">
                Seats then
              </th>
              <th scope="col" class="number">
                Seats now
              </th>
              <th scope="col" class="number">
                Change
              </th>
              <th scope="col" class="number">
                Active within {within} then
              </th>
              <th scope="col" class="number">
                Active within {within} now
              </th>
              <th scope="col" class="number">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">People in the organisation</th>
              <td class="number" data-title="Then">
                {figure(before.people)}
              </td>
              <td class="number" data-title="Now">
                {figure(after.people)}
              </td>
              <td class="number" data-title="Change">
                {signed(after.people - before.people)}
              </td>
              <td />
              <td />
              <td />
            </tr>
            {rows.map((id) => {
              const [then = null, now = null] = [before.seats[id]?.held, after.seats[id]?.held];
              const [thenActive, nowActive] = [activeIn(org, before, id, within), activeIn(org, after, id, within)];
              const changes = changesOf.get(id) ?? { seats: null, active: null };
              return (
                <tr key={id}>
                  <th scope="row">{labelOf(org, id)}</th>
                  <td class="number" data-title="Then">
                    {shown(then)}
                    <NotKnown count={before.seats[id]?.unknown ?? 0} />
                  </td>
                  <td class="number" data-title="Now">
                    {shown(now)}
                    <NotKnown count={after.seats[id]?.unknown ?? 0} />
                  </td>
                  <td class="number" data-title="Change">
                    {changeWords(changes.seats)}
                  </td>
                  <td class="number" data-title="Active then">
                    {then === null ? "" : activeWords(thenActive)}
                  </td>
                  <td class="number" data-title="Active now">
                    {now === null ? "" : activeWords(nowActive)}
                  </td>
                  <td class="number" data-title="Active, change">
                    {changeWords(changes.active)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
      {told.some((change) => change !== null && change !== "not known" && change.least < change.most) && (
        <p class="empty">
          A change is a range where another number of seats was not known on the two days: so many may have been held on
          both. That part is who was asked, not who came or went.
        </p>
      )}
      {told.includes("not known") && (
        <p class="empty">
          A change is not known where one of the days was counted by an older version, which did not tell how many seats
          were not known.
        </p>
      )}
      <p class="empty">
        Active: the holder was last on the app within {within} before that day, as Atlassian tells it. Unused seats are
        another question, because a new seat is not unused. Not known: that was not counted on that day, or the dates
        could not be believed.
      </p>
    </Sheet>
  );
}

/** What is said of a change. Null: the number is not there on both days. */
type ToldChange = HistoryChange | "not known" | null;

function changeOf(
  before: PageCounts,
  after: PageCounts,
  id: string,
  valueOf: (counts: PageCounts) => number | null,
): ToldChange {
  const [then, now] = [valueOf(before), valueOf(after)];
  if (then === null || now === null) return null;
  const unknownIn = (counts: PageCounts): number | null => counts.seats[id]?.unknown ?? null;
  return (
    seatChange({ held: then, unknown: unknownIn(before) }, { held: now, unknown: unknownIn(after) }) ?? "not known"
  );
}

function changeWords(change: ToldChange): string {
  return change === null ? "" : change === "not known" ? change : signedRange(change);
}

function NotKnown({ count }: { readonly count: number }) {
  return count === 0 ? null : <span class="remark">{figure(count)} more not known</span>;
}

function activeWords(value: number | null): string {
  return value === null ? "not known" : figure(value);
}

function shown(value: number | null): string {
  return value === null ? "not there" : figure(value);
}
