import { useState } from "preact/hooks";
import type { HandedTo } from "../src/model/handoff.ts";
import type { PagePlan } from "../src/model/page-data.ts";
import { signalReach, withoutSignalWords } from "../src/report/seat-signal.ts";
import { capital, figure, many, people, sentence } from "../src/report/words.ts";
import type { ShowPeople } from "./app.tsx";
import { Cost } from "./cost.tsx";
import { filtersWith, noFilters } from "./filters.ts";
import type { Org } from "./org.ts";
import { Select, Sheet, Words } from "./parts.tsx";
import { PlanSheets } from "./plan.tsx";
import { ReclaimSheet, SeatSheet } from "./seats.tsx";
import { moneyText } from "../src/report/seats-money.ts";

interface Props {
  readonly org: Org;
  readonly show: ShowPeople;
}

export function Overview({ org, show }: Props) {
  const { head } = org;
  const [warning, setWarning] = useState(head.warning);
  const [overdue, setOverdue] = useState(head.overdue);
  const lengths = head.thresholds.map((word) => [word, word] as const);
  return (
    <>
      <Alerts org={org} show={show} />
      <Figures org={org} show={show} overdue={overdue} />
      <SeatSheet
        org={org}
        show={show}
        warning={warning}
        overdue={overdue}
        tools={
          lengths.length === 0 ? null : (
            <>
              <Select label="Warning from" value={warning} options={lengths} set={setWarning} />
              <Select label="Overdue from" value={overdue} options={lengths} set={setOverdue} />
            </>
          )
        }
      />
      <ReclaimSheet org={org} />
      <Cost org={org} />
      <PlanSheets org={org} show={show} />
      <Notes org={org} />
    </>
  );
}

function Alerts({ org, show }: Props) {
  const { seats, plan } = org.head;
  const owed = (plan?.owed ?? []).reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      {seats.certificate.state !== "complete" && (
        <div class="note danger">
          <p>
            <strong>The snapshot is {seats.certificate.state}</strong>, so nothing is taken from anybody on the strength
            of it.
          </p>
          {seats.certificate.concerns.map((concern) => (
            <p key={concern}>{sentence(capital(concern))}</p>
          ))}
        </div>
      )}
      {owed > 0 && (
        <div class="note danger">
          <p>
            <strong>{many(owed, "duty", "duties")} owed:</strong> access that has to end and has not.{" "}
            <button
              type="button"
              class="link go"
              onClick={() =>
                show({
                  ...noFilters,
                  only: { title: "Duties owed", people: (plan?.owed ?? []).flatMap((held) => held.people) },
                })
              }
            >
              Show the people
            </button>
          </p>
        </div>
      )}
      {(plan?.tripped ?? []).map((words) => (
        <div class="note danger" key={words}>
          <p>
            <strong>A limit tripped.</strong> {sentence(words)} {many(plan?.quarantined ?? 0, "removal")} quarantined:
            none is carried out until the cause is known.
          </p>
        </div>
      ))}
      {seats.obstacle !== null && (
        <div class="note caution">
          <p>A plan made now would take nothing: {sentence(seats.obstacle.reason)}</p>
        </div>
      )}
    </>
  );
}

function Figures({ org, show, overdue }: Props & { readonly overdue: string }) {
  const { seats, plan, size } = org.head;
  const late = seats.total.unused.find((entry) => entry.for === overdue);
  const at = org.head.thresholds.indexOf(overdue);
  return (
    <dl class="figures">
      <Figure title="People" value={figure(size)} remark={statusRemark(org)} open={() => show(noFilters)} />
      <Figure
        title="Paid seats"
        value={figure(seats.total.held)}
        remark={`held by ${people(seats.total.people)}${seats.total.unknown === 0 ? "" : `; ${figure(seats.total.unknown)} more not known`}`}
        open={() => show(filtersWith({ app: [...new Set(seats.instances.map(({ app }) => app ?? ""))] }))}
      />
      {late !== undefined && (
        <Figure
          title={`Unused for ${overdue}`}
          value={signalReach(seats.total) === "none" ? "not known" : figure(late.idle + late.neverActive)}
          remark={`${["seats", withoutSignalWords(seats.total)].filter(Boolean).join(" ")}; ${figure(late.unknown)} cannot be told`}
          open={() => show(filtersWith({ unused: [at] }))}
        />
      )}
      {late !== undefined && (
        <Figure title="Could be freed now" value={figure(late.reclaim.now)} remark={`seats, after ${overdue}`} />
      )}
      {seats.estimates.map((sum) => (
        <Figure
          key={`${sum.currency} ${sum.period}`}
          title="Estimated cost"
          value={moneyText(sum.cost, sum)
            .replace(`${sum.currency} `, "")
            .replace(/\.\d+$/, "")}
          remark={`${sum.currency} a ${sum.period}, ${many(sum.licences, "licence")}`}
        />
      ))}
      {plan !== null && (
        <Figure
          title="Changes in the plan"
          value={figure(plan.changes)}
          remark={`for ${people(plan.people)}`}
          open={plan.changes === 0 ? undefined : () => show(filtersWith({ plan: ["changed"] }))}
        />
      )}
      {plan !== null && <Handoffs plan={plan} show={show} />}
    </dl>
  );
}

const handoffTargets = [
  ["provider", "for the identity provider"],
  ["admins", "for admins, by hand"],
] as const satisfies readonly (readonly [HandedTo, string])[];

/** What waits for somebody else: an identity provider can only do what is in its own groups. */
function Handoffs({ plan, show }: { readonly plan: PagePlan; readonly show: ShowPeople }) {
  const waiting = handoffTargets
    .map(([to, remark]) => {
      const held = plan.handoffs.filter(({ handedTo }) => handedTo === to);
      return {
        remark,
        count: held.reduce((sum, { count }) => sum + count, 0),
        people: held.flatMap((entry) => entry.people),
      };
    })
    .filter(({ count }) => count > 0);
  if (waiting.length === 0) return <Figure title="Open hand-offs" value="0" remark="nothing waits for others" />;
  return (
    <div class={waiting.length > 1 ? "pair" : ""}>
      <dt>Open hand-offs</dt>
      {waiting.map(({ remark, count, people: who }) => (
        <dd key={remark}>
          <button
            type="button"
            class="value"
            onClick={() => show({ ...noFilters, only: { title: `Open hand-offs ${remark}`, people: who } })}
          >
            {figure(count)}
          </button>{" "}
          <span class="faint">{remark}</span>
        </dd>
      ))}
    </div>
  );
}

function statusRemark(org: Org): string {
  const codes = org.codes("status");
  const active = org.head.people.statuses.indexOf("active");
  let count = 0;
  for (let person = 0; person < org.size; person++) if (codes[person] === active) count++;
  return `${figure(count)} active`;
}

function Figure(props: {
  readonly title: string;
  readonly value: string;
  readonly remark: string;
  readonly open?: (() => void) | undefined;
}) {
  return (
    <div>
      <dt>{props.title}</dt>
      <dd>
        {props.open === undefined ? (
          <span class="value">{props.value}</span>
        ) : (
          <button type="button" class="value" onClick={props.open}>
            {props.value}
          </button>
        )}
        <span class="faint">{props.remark}</span>
      </dd>
    </div>
  );
}

function Notes({ org }: { readonly org: Org }) {
  const { seats, plan, notes } = org.head;
  const all = [...new Set([...seats.notes, ...(plan?.notes ?? []), ...notes])];
  if (all.length === 0) return null;
  return (
    <Sheet id="notes" title="Notes">
      <ul class="notes">
        {all.map((note) => (
          <li key={note}>
            <Words text={sentence(capital(note))} />
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
