import { useMemo, useState } from "preact/hooks";
import type { PageCounts } from "../src/model/page-data.ts";
import { figure, many, signed } from "../src/report/words.ts";
import { Chart, type Line } from "./chart.tsx";
import type { Org } from "./org.ts";
import { Choice, Select, Sheet, Words } from "./parts.tsx";

/** Curves that can be told apart by their colours: the apps with the most seats. */
const mostLines = 8;

type Measure = "seats" | "active";

/** Seats over time, from the counts that earlier runs left in the ledger. */
export function History({ org }: { readonly org: Org }) {
  const { history } = org.head;
  const [measure, setMeasure] = useState<Measure>("seats");
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
          <Choice
            label="Count"
            value={measure}
            options={[
              ["seats", "Seats"],
              ["active", "With activity"],
            ]}
            set={setMeasure}
          />
        }
      >
        {history.length > 1 ? (
          <Curves org={org} measure={measure} />
        ) : (
          <p class="empty">There is one day so far. A curve needs two.</p>
        )}
      </Sheet>
      <Comparison org={org} />
    </>
  );
}

function instancesIn(history: readonly PageCounts[]): readonly string[] {
  return [...new Set(history.flatMap(({ seats }) => Object.keys(seats)))];
}

function labelOf(org: Org, id: string): string {
  return org.head.instances.find((instance) => instance.id === id)?.label ?? `gone: ${id.slice(-24)}`;
}

function valueOf(counts: PageCounts, id: string, measure: Measure): number | null {
  return counts.seats[id]?.[measure === "seats" ? 0 : 1] ?? null;
}

function Curves({ org, measure }: { readonly org: Org; readonly measure: Measure }) {
  const { history } = org.head;
  const lines = useMemo((): readonly Line[] => {
    return instancesIn(history)
      .map((id) => ({ label: labelOf(org, id), values: history.map((counts) => valueOf(counts, id, measure)) }))
      .sort((a, b) => (b.values.at(-1) ?? 0) - (a.values.at(-1) ?? 0))
      .slice(0, mostLines);
  }, [org, history, measure]);
  const times = useMemo(() => history.map(({ at }) => Date.parse(at) / 1000), [history]);
  return (
    <Chart
      title={`${measure === "seats" ? "Seats" : "Seats with an activity date"} of each app, from ${history[0]?.at.slice(0, 10)} to ${history.at(-1)?.at.slice(0, 10)}. The figures are in the table below.`}
      times={times}
      lines={lines}
    />
  );
}

function Comparison({ org }: { readonly org: Org }) {
  const { history } = org.head;
  const days = history.map(({ at }) => [at, at.slice(0, 10)] as const);
  const [from, setFrom] = useState(days[0]?.[0] ?? "");
  const [to, setTo] = useState(days.at(-1)?.[0] ?? "");
  const before = history.find(({ at }) => at === from);
  const after = history.find(({ at }) => at === to);
  if (before === undefined || after === undefined) return null;
  const rows = instancesIn([before, after]).toSorted((a, b) => (labelOf(org, a) < labelOf(org, b) ? -1 : 1));
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
      <div class="wide">
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
                With activity then
              </th>
              <th scope="col" class="number">
                With activity now
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
            </tr>
            {rows.map((id) => {
              const [then = null, thenActive = null] = before.seats[id] ?? [];
              const [now = null, nowActive = null] = after.seats[id] ?? [];
              return (
                <tr key={id}>
                  <th scope="row">{labelOf(org, id)}</th>
                  <td class="number" data-title="Then">
                    {shown(then)}
                  </td>
                  <td class="number" data-title="Now">
                    {shown(now)}
                  </td>
                  <td class="number" data-title="Change">
                    {then === null || now === null ? "" : signed(now - then)}
                  </td>
                  <td class="number faint" data-title="With activity then">
                    {shown(thenActive)}
                  </td>
                  <td class="number faint" data-title="With activity now">
                    {shown(nowActive)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Sheet>
  );
}

function shown(value: number | null): string {
  return value === null ? "not there" : figure(value);
}
