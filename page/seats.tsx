import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { appLabel } from "../src/model/apps.ts";
import type { SeatScope, UnusedSeats } from "../src/model/documents.generated.ts";
import { countedMisfit, countedWords, moreCountedWords } from "../src/report/seat-counted.ts";
import { signalReach, withoutSignalWords } from "../src/report/seat-signal.ts";
import { capital, figure, sentence, share } from "../src/report/words.ts";
import type { ShowPeople } from "./app.tsx";
import { ActivityBar, ActivityLegend } from "./bars.tsx";
import { filtersWith } from "./filters.ts";
import type { Org } from "./org.ts";
import { Choice, Count, Select, Sheet, Wide } from "./parts.tsx";

interface Props {
  readonly org: Org;
  readonly show: ShowPeople;
}

type By = "instance" | "app" | "site";

/** Paid seats by app and site: who holds them, what is unused and since when. */
export function SeatSheet(
  props: Props & { readonly warning: string; readonly overdue: string; readonly tools: ComponentChildren },
) {
  const { org, show, warning, overdue } = props;
  const { seats, thresholds } = org.head;
  const [by, setBy] = useState<By>("instance");
  const rows = { instance: seats.instances, app: seats.apps, site: seats.sites }[by];
  const hasThresholds = thresholds.length > 0;
  const filtersOf = ({ app, site }: SeatScope, more: Parameters<typeof filtersWith>[0] = {}) =>
    filtersWith({ app: app === null ? [] : [app], site: site === null ? [] : [site], ...more });
  const at = (word: string): number => thresholds.indexOf(word);
  const cell = (scope: SeatScope, word: string) => {
    if (signalReach(scope) === "none") return <span class="faint">not known</span>;
    const count = unusedIn(scope, word);
    return (
      <>
        <Count
          value={count}
          of={`${labelOf(org, scope)}, unused for ${word}`}
          open={scope.instance === null ? undefined : () => show(filtersOf(scope, { unused: [at(word)] }))}
        />
        <WithoutSignal scope={scope} />
      </>
    );
  };
  return (
    <Sheet
      id="seats"
      title="Seats"
      remark="paid seats that are certainly held; unused as a policy with this length of time finds them"
      tools={
        <>
          <Choice
            label="Seats by"
            value={by}
            options={[
              ["instance", "App and site"],
              ["app", "App"],
              ["site", "Site"],
            ]}
            set={setBy}
          />
          {props.tools}
        </>
      }
    >
      <Wide of="seats">
        <table>
          <thead>
            <tr>
              <th scope="col">{by === "site" ? "Site" : "App"}</th>
              <th scope="col" class="number">
                Seats
              </th>
              <th scope="col" class="number">
                People
              </th>
              {hasThresholds && (
                <>
                  <th scope="col" class="number">
                    Unused {warning}
                  </th>
                  <th scope="col" class="number">
                    Overdue {overdue}
                  </th>
                  <th scope="col" class="number">
                    Free now
                  </th>
                  <th scope="col" class="number">
                    Cannot tell
                  </th>
                </>
              )}
              <th scope="col" class="bar-head">
                Last active
              </th>
            </tr>
          </thead>
          <tbody>
            {[...rows, ...(rows.length > 1 ? [seats.total] : [])].map((scope) => (
              <tr key={`${scope.instance}${scope.app}${scope.site}`} class={scope === seats.total ? "sum" : ""}>
                <th scope="row">
                  {labelOf(org, scope)}
                  {scope.signal?.trusted === false && (
                    <span class="remark caution">{capital(scope.signal.reason)}</span>
                  )}
                </th>
                <td class="number seat-count" data-title="Seats">
                  <Count
                    value={scope.held}
                    of={labelOf(org, scope)}
                    open={scope.instance === null ? undefined : () => show(filtersOf(scope))}
                  />
                  {scope.capacity !== null && <span class="faint"> of {figure(scope.capacity)}</span>}
                  {scope.unknown > 0 && <span class="remark">{figure(scope.unknown)} more not known</span>}
                  <CountedRemark scope={scope} />
                </td>
                <td class="number" data-title="People">
                  {figure(scope.people)}
                </td>
                {hasThresholds && (
                  <>
                    <td class="number" data-title={`Unused ${warning}`}>
                      {cell(scope, warning)}
                    </td>
                    <td class="number" data-title={`Overdue ${overdue}`}>
                      {cell(scope, overdue)}
                    </td>
                    <td class="number good" data-title="Free now">
                      {figure(entryOf(scope, overdue)?.reclaim.now ?? 0)}
                    </td>
                    <td class="number faint" data-title="Cannot tell">
                      {figure(entryOf(scope, overdue)?.unknown ?? scope.unknown)}
                    </td>
                  </>
                )}
                <td class="bar-cell">
                  <ActivityBar scope={scope} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <ActivityLegend />
      {seats.total.unknown > 0 && (
        <p class="empty">
          Not known: whether somebody holds the seat cannot be told, because the members of a group do not add up, a
          read did not tell their groups, or they are in several directories and it is not told where access is open.
          They are not among the seats.
        </p>
      )}
      {seats.instances.some((scope) => countedMisfit(scope) > 0) && <p class="empty">{sentence(moreCountedWords)}</p>}
    </Sheet>
  );
}

/** What a figure of use leaves out, below it. */
function WithoutSignal({ scope }: { readonly scope: SeatScope }) {
  const words = withoutSignalWords(scope);
  return words === "" ? null : <span class="remark">{words}</span>;
}

function CountedRemark({ scope }: { readonly scope: SeatScope }) {
  const words = countedWords(scope);
  return words === null ? null : <span class="remark">{words}</span>;
}

function entryOf({ unused }: SeatScope, word: string): UnusedSeats | undefined {
  return unused.find((entry) => entry.for === word);
}

function unusedIn(scope: SeatScope, word: string): number {
  const entry = entryOf(scope, word);
  return entry === undefined ? 0 : entry.idle + entry.neverActive;
}

function labelOf(org: Org, { instance, app, site }: SeatScope): string {
  if (instance !== null) return org.head.instances.find(({ id }) => id === instance)?.label ?? instance;
  if (app !== null) return appLabel(app);
  return site ?? "Everywhere";
}

const reclaimColumns = [
  ["now", "Now"],
  ["identityProvider", "By provider"],
  ["blocked", "Blocked"],
  ["exempt", "Exempt"],
  ["protected", "Protected"],
  ["held", "Held"],
  ["unknown", "Unknown"],
  ["seatUnknown", "Seat not known"],
] as const;

/** What a policy that takes every unused seat would free, and what stands in the way of the rest. */
export function ReclaimSheet({ org }: { readonly org: Org }) {
  const { seats, thresholds } = org.head;
  const first = org.head.overdue;
  const [length, setLength] = useState(first);
  if (thresholds.length === 0) return null;
  const rows = [...seats.instances, ...(seats.instances.length > 1 ? [seats.total] : [])];
  return (
    <Sheet
      id="reclaim"
      title="What can be freed"
      remark="by the planner, before pace and limits"
      tools={
        <Select label="Unused for" value={length} options={thresholds.map((word) => [word, word])} set={setLength} />
      }
    >
      <Wide of="reclaim">
        <table>
          <thead>
            <tr>
              <th scope="col">App</th>
              {reclaimColumns.map(([key, title]) => (
                <th scope="col" class="number" key={key}>
                  {title}
                </th>
              ))}
              <th scope="col" class="number">
                In use
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((scope) => {
              const entry = entryOf(scope, length);
              const all = entry === undefined ? 0 : entry.active + entry.idle + entry.neverActive + entry.unknown;
              return (
                <tr key={scope.instance} class={scope === seats.total ? "sum" : ""}>
                  <th scope="row">{labelOf(org, scope)}</th>
                  {reclaimColumns.map(([key, title]) => (
                    <td class={key === "now" ? "number good" : "number"} key={key} data-title={title}>
                      {entry === undefined || entry.reclaim[key] === 0 ? (
                        <span class="faint">0</span>
                      ) : (
                        figure(entry.reclaim[key])
                      )}
                    </td>
                  ))}
                  <td class="number" data-title="In use">
                    {signalReach(scope) === "none" ? (
                      <span class="faint">not known</span>
                    ) : (
                      <>
                        {figure(entry?.active ?? 0)} <span class="faint">{share(entry?.active ?? 0, all)}</span>
                        <WithoutSignal scope={scope} />
                      </>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
    </Sheet>
  );
}
