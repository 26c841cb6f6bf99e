import type { PageHeld } from "../src/model/page-data.ts";
import { capital, figure, people } from "../src/report/words.ts";
import type { ShowPeople } from "./app.tsx";
import { filtersWith, noFilters } from "./filters.ts";
import type { Org } from "./org.ts";
import { Count, Sheet, Wide, Words } from "./parts.tsx";

interface Props {
  readonly org: Org;
  readonly show: ShowPeople;
}

/** What the policies ask for on this snapshot. */
export function PlanSheets({ org, show }: Props) {
  const { plan } = org.head;
  if (plan === null) {
    return (
      <Sheet id="plan" title="Plan">
        <p class="empty">
          <Words text="There are no policies here, so there is nothing to plan. `seatwright init` writes the first ones." />
        </p>
      </Sheet>
    );
  }
  return (
    <>
      {plan.owed.length > 0 && <HeldSheet id="owed" title="Duties owed" held={plan.owed} show={show} />}
      {plan.handoffs.length > 0 && <HeldSheet id="handoffs" title="Open hand-offs" held={plan.handoffs} show={show} />}
      <Sheet id="plan" title="Plan" remark={plan.headline}>
        <div class="columns">
          {plan.groups.length > 0 && (
            <div>
              <h3>What would change</h3>
              <ul class="lines">
                {plan.groups.map(({ title, purpose, changes }) => (
                  <li key={`${purpose} ${title}`}>
                    <span>
                      {title} {purpose === "duty" && <span class="faint">duty</span>}
                    </span>
                    <strong>{figure(changes)}</strong>
                  </li>
                ))}
              </ul>
              <p>
                <button type="button" class="link go" onClick={() => show(filtersWith({ plan: ["changed"] }))}>
                  Show {people(plan.people)}
                </button>
              </p>
            </div>
          )}
          {plan.held.length > 0 && (
            <div>
              <h3>Who is left alone</h3>
              <ul class="lines">
                {plan.held.map(({ title, meaning, people: count, groups }) => (
                  <li key={title}>
                    <span>
                      {title} <span class="faint">{meaning}</span>
                    </span>
                    <strong>
                      <Count
                        value={count}
                        of={title}
                        open={() =>
                          show({ ...noFilters, only: { title, people: groups.flatMap((group) => group.people) } })
                        }
                      />
                    </strong>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </div>
        <Wide of="plan">
          <table>
            <thead>
              <tr>
                <th scope="col">Policy</th>
                <th scope="col" class="number">
                  Matches
                </th>
                <th scope="col" class="number">
                  Cannot tell
                </th>
                <th scope="col" class="number">
                  Changes
                </th>
                <th scope="col">Owner</th>
              </tr>
            </thead>
            <tbody>
              {plan.policies.map((policy) => (
                <tr key={policy.id}>
                  <th scope="row">
                    {policy.id}
                    <span class="remark">{policy.description}</span>
                    {policy.remarks.map((remark) => (
                      <span class="remark caution" key={remark}>
                        {remark}
                      </span>
                    ))}
                  </th>
                  <td class="number" data-title="Matches">
                    {figure(policy.matched)}
                  </td>
                  <td class="number faint" data-title="Cannot tell">
                    {figure(policy.unknown)}
                  </td>
                  <td class="number" data-title="Changes">
                    {figure(policy.changes)}
                  </td>
                  <td data-title="Owner">{policy.owner}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      </Sheet>
    </>
  );
}

/** Who can do it, where no owner is named. */
function doerWords({ handedTo }: PageHeld): string {
  if (handedTo === null) return "not known";
  return handedTo === "admins" ? "an admin of the organisation" : "the identity provider, which is not named";
}

function HeldSheet(props: {
  readonly id: string;
  readonly title: string;
  readonly held: readonly PageHeld[];
  readonly show: ShowPeople;
}) {
  return (
    <Sheet id={props.id} title={props.title}>
      <Wide of={props.id}>
        <table>
          <thead>
            <tr>
              <th scope="col">What is asked</th>
              <th scope="col" class="number">
                People
              </th>
              <th scope="col">Why not yet</th>
              <th scope="col">Who can do it</th>
              <th scope="col">Open since</th>
            </tr>
          </thead>
          <tbody>
            {props.held.map((held) => (
              <tr key={`${held.asked} ${held.reason} ${held.owner}`}>
                <th scope="row">
                  {held.asked}
                  <span class="remark">{held.policies.join(", ")}</span>
                </th>
                <td class="number" data-title="People">
                  <Count
                    value={held.count}
                    of={held.asked}
                    open={
                      held.people.length === 0
                        ? undefined
                        : () => props.show({ ...noFilters, only: { title: held.asked, people: held.people } })
                    }
                  />
                </td>
                <td data-title="Why not yet">{capital(held.reason)}</td>
                <td data-title="Who can do it">{held.owner ?? doerWords(held)}</td>
                <td data-title="Open since">
                  <span class="date">{held.since ?? "this snapshot"}</span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Sheet>
  );
}
