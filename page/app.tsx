import { useEffect, useMemo, useState } from "preact/hooks";
import { noBits } from "../src/model/bits.ts";
import { momentWords } from "../src/report/words.ts";
import { Detail } from "./detail.tsx";
import { type Filters, filtersWith, noFilters } from "./filters.ts";
import { Groups } from "./groups.tsx";
import { History } from "./history.tsx";
import type { Org } from "./org.ts";
import { Overview } from "./overview.tsx";
import { People } from "./people.tsx";
import { Runs } from "./runs.tsx";
import type { Selection } from "./selection.ts";

const views = [
  ["overview", "Overview"],
  ["people", "People"],
  ["groups", "Groups"],
  ["history", "History"],
  ["runs", "Plans and runs"],
] as const;

type View = (typeof views)[number][0];

function viewInAddress(): View {
  const name = location.hash.slice(1);
  return views.find(([view]) => view === name)?.[0] ?? "overview";
}

/** Shows some people: what every count of the page leads to. */
export type ShowPeople = (filters: Filters) => void;

export function App({ org }: { readonly org: Org }) {
  const [view, setView] = useState<View>(viewInAddress);
  const [filters, setFilters] = useState<Filters>(noFilters);
  const [person, setPerson] = useState<number | null>(null);
  const [selection, setSelection] = useState<Selection>(() => ({ bits: noBits(org.size), count: 0 }));
  useEffect(() => {
    const follow = (): void => {
      setView(viewInAddress());
      window.scrollTo(0, 0);
    };
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const show: ShowPeople = useMemo(
    () => (asked) => {
      setFilters(asked);
      location.hash = "people";
    },
    [],
  );
  const { head } = org;
  return (
    <>
      <a class="skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <header class="top">
        <div class="title">
          <h1>{head.organization.name === "" ? head.organization.id : head.organization.name}</h1>
          <p>
            As of {momentWords(head.asOf)}
            <span class={`state ${head.seats.certificate.state}`}>{head.seats.certificate.state} snapshot</span>
          </p>
        </div>
        <nav aria-label="Parts of the report">
          <ul>
            {views.map(([name, title]) => (
              <li key={name}>
                <a href={`#${name}`} aria-current={view === name ? "page" : undefined}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" tabIndex={-1} class={`view-${view}`}>
        {view === "overview" && <Overview org={org} show={show} />}
        {view === "people" && (
          <People
            org={org}
            filters={filters}
            setFilters={setFilters}
            selection={selection}
            setSelection={setSelection}
            open={setPerson}
          />
        )}
        {view === "groups" && <Groups org={org} show={show} />}
        {view === "history" && <History org={org} />}
        {view === "runs" && <Runs org={org} open={setPerson} />}
      </main>
      <footer>
        <p>
          {head.show === "ids"
            ? "This file holds the account ids of everybody in the organisation, which are personal data."
            : "This file holds names of everybody in the organisation: it is personal data."}{" "}
          Keep it out of Git, and delete it when you are done. It loads nothing and sends nothing.
        </p>
        <p>
          Made by Seatwright {head.tool.version} from one snapshot; {momentWords(head.asOf)}.
        </p>
      </footer>
      {person !== null && (
        <Detail
          org={org}
          person={person}
          close={() => setPerson(null)}
          showGroup={(group) => {
            setPerson(null);
            show(filtersWith({ group: [group] }));
          }}
        />
      )}
    </>
  );
}

/** The address says which part is shown, so the link must not change it. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
