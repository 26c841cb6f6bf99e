import type { LicenceEstimate, SeatScope } from "../src/model/documents.generated.ts";
import { signalReach, withoutSignalWords } from "../src/report/seat-signal.ts";
import { moneyText } from "../src/report/seats-money.ts";
import { figure, listed, many } from "../src/report/words.ts";
import type { Org } from "./org.ts";
import { Sheet, Wide } from "./parts.tsx";

export function Cost({ org }: { readonly org: Org }) {
  const { licences } = org.head.seats;
  const { overdue } = org.head;
  if (licences.length === 0) return null;
  const rows = licences.map((licence) => ({ licence, reach: signalReach(useOf(org, licence)) }));
  return (
    <Sheet
      id="cost"
      title="Estimated cost"
      remark="an estimate by the prices in seatwright.yaml; Atlassian’s bill decides"
    >
      <Wide of="cost">
        <table class="cost">
          <thead>
            <tr>
              <th scope="col">Licence</th>
              <th scope="col" class="number">
                For
              </th>
              <th scope="col" class="number">
                Costs
              </th>
              <th scope="col" class="number">
                Freeing what is unused {overdue} saves
              </th>
              <th scope="col">Saves from</th>
              <th scope="col">Tier</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ licence, reach }) => (
              <tr key={licence.price}>
                <th scope="row">{listed(licence.instances.map(({ instance }) => labelOf(org, instance)))}</th>
                <td class="number" data-title="For">
                  {licence.counts === "people"
                    ? many(licence.quantity, "person", "people")
                    : many(licence.quantity, "seat")}
                  {licence.unknown > 0 && <span class="remark">{figure(licence.unknown)} more not known</span>}
                </td>
                <td class="number" data-title="Costs">
                  {licence.cost === null ? "not known" : `${moneyText(licence.cost, licence)} a ${licence.period}`}
                  {licence.unknown > 0 && licence.costAtMost !== null && (
                    <span class="remark">at most {moneyText(licence.costAtMost, licence)}</span>
                  )}
                </td>
                <td class="number good" data-title="Would save">
                  {reach === "none" ? "not known" : savingWords(licence, overdue, "now")}
                  {reach !== "all" && <span class="remark">{reachWords(org, licence)}</span>}
                  {withProvider(licence, overdue) && (
                    <span class="remark">with the provider: {savingWords(licence, overdue, "withProvider")}</span>
                  )}
                </td>
                <td data-title="Saves from">
                  <Renewal licence={licence} />
                </td>
                <td data-title="Tier">
                  {tierWords(licence)}
                  {licence.bought !== null && <span class="remark">{figure(licence.bought.quantity)} bought</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Sheet>
  );
}

/** The seats of a licence, and those of them whose use cannot be told. */
function useOf(org: Org, licence: LicenceEstimate): Pick<SeatScope, "held" | "withoutSignal"> {
  const ids = new Set(licence.instances.map(({ instance }) => instance));
  const scopes = org.head.seats.instances.filter(({ instance }) => instance !== null && ids.has(instance));
  const sum = (of: (scope: SeatScope) => number): number => scopes.reduce((total, scope) => total + of(scope), 0);
  const instances = scopes.flatMap(({ withoutSignal }) => withoutSignal.instances);
  return {
    held: sum(({ held }) => held),
    withoutSignal: {
      seats: sum(({ withoutSignal }) => withoutSignal.seats),
      apps: [...new Set(instances.map(({ app }) => app))],
      instances,
    },
  };
}

function reachWords(org: Org, licence: LicenceEstimate): string {
  return withoutSignalWords(useOf(org, licence)) || "what is unused cannot be told";
}

function labelOf(org: Org, id: string): string {
  return org.head.instances.find((instance) => instance.id === id)?.label ?? id;
}

/** From when a freed seat is paid for no more, which differs with how the bill is made. */
const savesFrom: Readonly<Record<LicenceEstimate["billing"], string>> = {
  "maximum-quantity": "what is freed before this day",
  "month-end": "what is freed before this day",
  annual: "only where a lower tier is reached",
};

function Renewal({ licence: { renewal, billing } }: { readonly licence: LicenceEstimate }) {
  if (renewal === null) return <>not known: when it renews is not written</>;
  return (
    <>
      <span class="date">{renewal.day}</span>
      {renewal.assumed && " (assumed)"}
      <span class="remark">{savesFrom[billing]}</span>
    </>
  );
}

/** Whether the identity provider could free more than a plan can. */
function withProvider({ savings }: LicenceEstimate, length: string): boolean {
  const saving = savings.find((entry) => entry.for === length);
  return saving !== undefined && saving.withProvider.fewer > saving.now.fewer;
}

function savingWords(licence: LicenceEstimate, length: string, by: "now" | "withProvider"): string {
  const saving = licence.savings.find((entry) => entry.for === length)?.[by];
  if (saving === undefined || saving.saves === null) return "not known";
  return `${moneyText(saving.saves, licence)} (${figure(saving.fewer)} fewer)`;
}

function tierWords({ tier, unknown }: LicenceEstimate): string {
  if (tier === null) return "one price";
  const up = tier.upTo === null ? "last tier" : `up to ${figure(tier.upTo)}, room for ${figure(tier.room ?? 0)}`;
  if (tier.toLower === null) return up;
  const more = unknown === 0 ? "" : `, ${figure(tier.toLower + unknown)} if all that are not known are held`;
  return `${up}; ${figure(tier.toLower)} fewer reach the tier below${more}`;
}
