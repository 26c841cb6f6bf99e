import { useMemo, useState } from "preact/hooks";
import { appLabel } from "../src/model/apps.ts";
import { figure } from "../src/report/words.ts";
import { type Counted, countOptions, type FacetKey, type Filters, type Option, toggled } from "./filters.ts";
import type { Org } from "./org.ts";
import type { Selection } from "./selection.ts";

/** Options of a long facet that are shown before somebody asks for more. */
const fewOptions = 8;
const manyOptions = 200;

interface Facet {
  readonly key: FacetKey;
  readonly title: string;
  readonly options: readonly Option[];
  readonly words: (option: Option) => string;
  /** In order of their counts; else as they are. */
  readonly byCount?: true;
  readonly open?: true;
}

const bucketWords: Readonly<Record<string, string>> = { longer: "longer ago", never: "never", unknown: "not known" };

function facetsOf({ head }: Org): readonly Facet[] {
  const { people, thresholds, instances } = head;
  const paid = instances.filter((instance) => instance.paid);
  const positions = (list: readonly unknown[]): readonly number[] => list.map((_, at) => at);
  return [
    {
      key: "app",
      title: "Seat on app",
      options: [...new Set(paid.map(({ app }) => app))],
      words: (app) => appLabel(String(app)),
      byCount: true,
      open: true,
    },
    {
      key: "site",
      title: "Seat on site",
      options: [...new Set(paid.map(({ site }) => site))],
      words: String,
      byCount: true,
      open: true,
    },
    {
      key: "unused",
      title: "A seat there unused for",
      options: positions(thresholds),
      words: (at) => thresholds[Number(at)] ?? "",
      open: true,
    },
    {
      key: "everywhere",
      title: "No app used for",
      options: positions(thresholds),
      words: (at) => thresholds[Number(at)] ?? "",
    },
    {
      key: "last",
      title: "Last active",
      options: positions(people.buckets),
      words: (at) => {
        const bucket = people.buckets[Number(at)] ?? "";
        return bucketWords[bucket] ?? `within ${bucket}`;
      },
    },
    {
      key: "status",
      title: "Status",
      options: positions(people.statuses),
      words: (code) => (people.statuses[Number(code)] ?? "").replaceAll("_", " "),
      open: true,
    },
    {
      key: "role",
      title: "Role there",
      options: positions(people.roles),
      words: (at) => people.roles[Number(at)] ?? "",
      byCount: true,
    },
    {
      key: "group",
      title: "Group",
      options: positions(head.groups),
      words: (at) => head.groups[Number(at)]?.name ?? "",
      byCount: true,
    },
    ...(people.domains.length > 1
      ? [
          {
            key: "domain" as const,
            title: "Domain",
            options: positions(people.domains),
            words: (code: Option) => people.domains[Number(code)] ?? "not known",
            byCount: true as const,
          },
        ]
      : []),
    {
      key: "account",
      title: "Account",
      options: positions(people.claims),
      words: (code) => (code === 0 ? "not known" : (people.claims[Number(code)] ?? "")),
    },
    { key: "shield", title: "Shielded", options: ["protected", "exempt", "neither"], words: String },
    ...(head.plan === null
      ? []
      : [
          {
            key: "plan" as const,
            title: "In the plan",
            options: ["changed", "left alone"],
            words: (option: Option) => (option === "changed" ? "would change" : "left alone"),
          },
        ]),
  ];
}

interface Props {
  readonly org: Org;
  readonly filters: Filters;
  readonly setFilters: (filters: Filters) => void;
  readonly selection: Selection;
}

export function Facets({ org, filters, setFilters, selection }: Props) {
  const facets = useMemo(() => facetsOf(org), [org]);
  return (
    <aside class="facets" id="facets" aria-label="Filters">
      <label class="option selected-only">
        <input
          type="checkbox"
          checked={filters.selectedOnly}
          disabled={selection.count === 0 && !filters.selectedOnly}
          onChange={() => setFilters({ ...filters, selectedOnly: !filters.selectedOnly })}
        />
        <span>Selected only</span>
        <span class="faint">{figure(selection.count)}</span>
      </label>
      {facets.map((facet) => (
        <FacetBox
          key={facet.key}
          org={org}
          facet={facet}
          filters={filters}
          setFilters={setFilters}
          selection={selection}
        />
      ))}
    </aside>
  );
}

function FacetBox({ org, facet, filters, setFilters, selection }: Props & { readonly facet: Facet }) {
  const { key, title, options, words } = facet;
  const chosen = filters.chosen[key];
  const [open, setOpen] = useState(facet.open === true || chosen.length > 0);
  const [find, setFind] = useState("");
  const [all, setAll] = useState(false);
  const selectedOnly = filters.selectedOnly ? selection.bits : null;
  const counted = useMemo(
    () => (open ? countOptions(org, filters, selection.bits, key, options) : []),
    [org, open, filters, selectedOnly, key, options],
  );
  const wanted = find.trim().toLowerCase();
  const listed = counted
    .filter(
      ({ option, count }) => chosen.includes(option) || (count > 0 && words(option).toLowerCase().includes(wanted)),
    )
    .sort((a, b) => (facet.byCount === true ? b.count - a.count : 0));
  const most = all ? manyOptions : fewOptions;
  const isLong = options.length > fewOptions * 2;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {title}
        {chosen.length > 0 && <span class="chosen">{chosen.length}</span>}
      </summary>
      {open && (
        <fieldset data-facet={key}>
          <legend class="visually-hidden">{title}</legend>
          {isLong && (
            <input
              type="search"
              class="facet-find"
              aria-label={`Find in ${title}`}
              placeholder="Find"
              value={find}
              onInput={(event) => setFind(event.currentTarget.value)}
            />
          )}
          {firstOf(listed, most, chosen).map(({ option, count }) => (
            <label class="option" key={option}>
              <input
                type="checkbox"
                checked={chosen.includes(option)}
                onChange={() => setFilters(toggled(filters, key, option))}
              />
              <span>{words(option)}</span>
              <span class="faint" data-option={words(option)}>
                {figure(count)}
              </span>
            </label>
          ))}
          {listed.length === 0 && <p class="faint">none</p>}
          {listed.length > fewOptions && (
            <button type="button" class="link" onClick={() => setAll(!all)}>
              {all ? "Show fewer" : `Show more of ${figure(listed.length)}`}
            </button>
          )}
        </fieldset>
      )}
    </details>
  );
}

/** The first so many, and those that are chosen wherever they stand. */
function firstOf(counted: readonly Counted[], most: number, chosen: readonly Option[]): readonly Counted[] {
  return counted.filter(({ option }, at) => at < most || chosen.includes(option));
}
