import { useState } from "preact/hooks";
import type { PageOutcome, PageRun } from "../src/model/page-data.ts";
import { figure, many, momentWords } from "../src/report/words.ts";
import type { Org } from "./org.ts";
import { Sheet, Wide, Words } from "./parts.tsx";

/** Rows before somebody asks for more. */
const step = 100;

interface Props {
  readonly org: Org;
  readonly open: (person: number) => void;
}

/** What was planned and what was carried out, as the ledger proves it. */
export function Runs({ org, open }: Props) {
  const { runs } = org.head;
  return (
    <>
      <Sheet
        id="runs"
        title="Runs"
        remark="the newest first; the audit log of each was verified when this report was made"
      >
        {runs.length === 0 ? (
          <p class="empty">Nothing was carried out yet, or there is no ledger here.</p>
        ) : (
          <ul class="runs">
            {runs.map((run) => (
              <li key={run.run}>
                <RunItem org={org} run={run} open={open} />
              </li>
            ))}
          </ul>
        )}
      </Sheet>
      <Plans org={org} />
    </>
  );
}

function RunItem({ org, run, open }: Props & { readonly run: PageRun }) {
  const [shown, setShown] = useState(false);
  return (
    <details onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <span class="run-when">{momentWords(run.startedAt)}</span>
        <span>{countWords(run.counts) || "nothing was done"}</span>
        <span class={run.problem === null ? "good" : "bad"}>
          {run.problem === null ? "log whole" : "log not whole"}
        </span>
      </summary>
      {shown && (
        <>
          <dl class="facts">
            <div>
              <dt>Run</dt>
              <dd>{run.run}</dd>
            </div>
            {run.approvals.map((words) => (
              <div key={words}>
                <dt>Approved by</dt>
                <dd>{words}</dd>
              </div>
            ))}
            <div>
              <dt>Ended</dt>
              <dd>
                {run.finishedAt === null ? "not finished" : momentWords(run.finishedAt)}
                {run.exit !== null && `, code ${run.exit.code}: ${run.exit.reason}`}
              </dd>
            </div>
            {run.problem !== null && (
              <div>
                <dt>Audit log</dt>
                <dd class="bad">Not whole: {run.problem}. Do not rely on it.</dd>
              </div>
            )}
          </dl>
          <Outcomes org={org} outcomes={run.outcomes} open={open} />
          {run.more > 0 && (
            <p class="faint">
              <Words text={`${many(run.more, "outcome")} more; \`seatwright audit export\` has all of them.`} />
            </p>
          )}
        </>
      )}
    </details>
  );
}

function countWords(counts: PageRun["counts"]): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${figure(count)} ${outcome.replaceAll("-", " ")}`)
    .join(", ");
}

function Outcomes({ org, outcomes, open }: Props & { readonly outcomes: readonly PageOutcome[] }) {
  const [most, setMost] = useState(step);
  if (outcomes.length === 0) return null;
  return (
    <>
      <Wide of="runs">
        <table>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">Outcome</th>
              <th scope="col">Why</th>
              <th scope="col">When</th>
            </tr>
          </thead>
          <tbody>
            {outcomes.slice(0, most).map((outcome, at) => (
              <tr key={at}>
                <th scope="row">
                  <Who org={org} who={outcome.who} open={open} />
                </th>
                <td data-title="What">
                  {outcome.action}
                  {outcome.policies.length > 0 && <span class="remark">{outcome.policies.join(", ")}</span>}
                </td>
                <td data-title="Outcome">{outcome.outcome.replaceAll("-", " ")}</td>
                <td data-title="Why">{outcome.reason}</td>
                <td data-title="When">{outcome.at === null ? "" : outcome.at.slice(0, 16).replace("T", " ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {outcomes.length > most && (
        <p class="more">
          <button type="button" class="link" onClick={() => setMost(most + step)}>
            Show more of {figure(outcomes.length)}
          </button>
        </p>
      )}
    </>
  );
}

function Who({ org, who, open }: Props & { readonly who: number | string }) {
  if (typeof who === "string") return <>{who}</>;
  return (
    <button type="button" class="link" onClick={() => open(who)}>
      <bdi>{org.label(who)}</bdi>
    </button>
  );
}

function Plans({ org }: { readonly org: Org }) {
  const { plans } = org.head;
  const [most, setMost] = useState(step);
  return (
    <Sheet id="plans" title="Plans" remark="also those that found nothing to do">
      {plans.length === 0 ? (
        <p class="empty">The ledger holds no plan.</p>
      ) : (
        <Wide of="plans">
          <table>
            <thead>
              <tr>
                <th scope="col">As of</th>
                <th scope="col">Made from</th>
                <th scope="col" class="number">
                  Changes
                </th>
                <th scope="col" class="number">
                  Held back
                </th>
                <th scope="col" class="number">
                  Owed
                </th>
                <th scope="col" class="number">
                  Quarantined
                </th>
                <th scope="col">Carried out by</th>
              </tr>
            </thead>
            <tbody>
              {plans.slice(0, most).map((plan, at) => (
                <tr key={at}>
                  <th scope="row">{momentWords(plan.asOf)}</th>
                  <td data-title="Made from">{plan.origin}</td>
                  <td class="number" data-title="Changes">
                    {figure(plan.changes)}
                  </td>
                  <td class="number" data-title="Held back">
                    {figure(plan.held)}
                  </td>
                  <td class="number" data-title="Owed">
                    {figure(plan.owed)}
                  </td>
                  <td class="number" data-title="Quarantined">
                    {figure(plan.quarantined)}
                  </td>
                  <td data-title="Carried out by">{plan.appliedBy ?? <span class="faint">nobody</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {plans.length > most && (
        <p class="more">
          <button type="button" class="link" onClick={() => setMost(most + step)}>
            Show more of {figure(plans.length)}
          </button>
        </p>
      )}
    </Sheet>
  );
}
