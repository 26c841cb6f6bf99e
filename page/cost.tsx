import type { LicenceEstimate } from "../src/model/documents.generated.ts";
import { moneyText } from "../src/report/seats-money.ts";
import { figure, listed, many } from "../src/report/words.ts";
import type { Org } from "./org.ts";
import { Sheet } from "./parts.tsx";

export function Cost({ org }: { readonly org: Org }) {
  const { licences } = org.head.seats;
  const { overdue } = org.head;
  if (licences.length === 0) return null;
  return (
    <Sheet
      id="cost"
      title="Estimated cost"
      remark="an estimate by the prices in seatwright.yaml; Atlassian’s bill decides"
    >
      <div class="wide">
        <table>
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
              <th scope="col">Renews</th>
              <th scope="col">Tier</th>
            </tr>
          </thead>
          <tbody>
            {licences.map((licence) => (
              <tr key={licence.price}>
                <th scope="row">{listed(licence.instances.map(({ instance }) => labelOf(org, instance)))}</th>
                <td class="number" data-title="For">
                  {licence.counts === "people"
                    ? many(licence.quantity, "person", "people")
                    : many(licence.quantity, "seat")}
                </td>
                <td class="number" data-title="Costs">
                  {licence.cost === null ? "not known" : `${moneyText(licence.cost, licence)} a ${licence.period}`}
                </td>
                <td class="number good" data-title="Would save">
                  {savingWords(licence, overdue)}
                </td>
                <td data-title="Renews">{licence.renewal?.day ?? "not written"}</td>
                <td data-title="Tier">{tierWords(licence)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Sheet>
  );
}

function labelOf(org: Org, id: string): string {
  return org.head.instances.find((instance) => instance.id === id)?.label ?? id;
}

function savingWords(licence: LicenceEstimate, length: string): string {
  const saving = licence.savings.find((entry) => entry.for === length)?.now;
  if (saving === undefined || saving.saves === null) return "not known";
  return `${moneyText(saving.saves, licence)} (${figure(saving.fewer)} fewer)`;
}

function tierWords({ tier }: LicenceEstimate): string {
  if (tier === null) return "one price";
  const up = tier.upTo === null ? "last tier" : `up to ${figure(tier.upTo)}, room for ${figure(tier.room ?? 0)}`;
  return tier.toLower === null ? up : `${up}; ${figure(tier.toLower)} fewer reach the tier below`;
}
