import { appLabel } from "../model/apps.ts";
import type { SeatReport, SeatScope } from "../model/documents.generated.ts";
import type { TextPage } from "./page.ts";
import type { LabelOf } from "./seats-reclaim.ts";
import { writeTable } from "./sentences.ts";
import type { Column } from "./table.ts";
import { figure, listed, people } from "./words.ts";

/** Who holds seats. What is not known has columns only where there is some. */
function peopleColumns(instances: SeatReport["instances"]): readonly PeopleColumn[] {
  const wherever = (title: string, of: PeopleColumn[1]): readonly PeopleColumn[] =>
    instances.some((scope) => of(scope) > 0) ? [[title, of]] : [];
  return [
    ["Managed", ({ accounts }) => accounts.managed],
    ["Unmanaged", ({ accounts }) => accounts.unmanaged],
    ...wherever("Account not known", ({ accounts }) => accounts.unknown),
    ["Synced", ({ origins }) => origins.synced],
    ["By invitation", ({ origins }) => origins.invited],
    ...wherever("Not known", ({ origins }) => origins.unknown),
    ["Never active", ({ neverAnywhere }) => neverAnywhere],
    ["Invited but never active", ({ invitedNever }) => invitedNever],
    ["Suspended", ({ suspended }) => suspended],
  ];
}

/** Titles may be broken between words. */
function longestWord(title: string): number {
  return Math.max(...title.split(" ").map((word) => word.length));
}

type PeopleColumn = readonly [title: string, of: (scope: SeatScope) => number];

/** Writes who holds the seats of each app instance: whose accounts they are, how they came, and who was never active. */
export function writePeople(page: TextPage, { instances, total }: SeatReport, labelOf: LabelOf): void {
  const columns = peopleColumns(instances);
  page.blank();
  page.heading("Who holds them");
  writeTable(
    page,
    [
      { title: "App", least: 14 },
      ...columns.map(([title]): Column => ({ title, align: "right", least: longestWord(title) })),
    ],
    instances.map((scope) => ({
      cells: [labelOf(scope.instance), ...columns.map(([, of]) => figure(of(scope)))],
    })),
  );
  page.paragraph(peopleWords(total), { indent: 2, tone: "faint" });
}

/** What the titles of the people do not say. */
function peopleWords({ origins, withoutSignal }: SeatScope): string {
  const unknown =
    origins.unknown === 0 ? "" : `Of ${people(origins.unknown)} Atlassian does not tell how the account came. `;
  const dark = [...new Set(withoutSignal.apps.map(appLabel))];
  const without =
    dark.length === 0
      ? ""
      : ` Whoever holds a seat where activity is not known (${listed(dark)}) is not among the never active.`;
  return (
    `By invitation or synced is how an account came, not whether it was taken up. ${unknown}` +
    `Who came by invitation and was never active on any app has perhaps not accepted, and is paid for all the same.${without}`
  );
}
