import { appLabel } from "../model/apps.ts";
import type { SeatReport, SeatScope, UnusedSeats } from "../model/documents.generated.ts";
import { instanceLabels } from "./labels.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { countedMisfit, countedWords, moreCountedWords } from "./seat-counted.ts";
import { signalReach, withoutSignalWords } from "./seat-signal.ts";
import { writeEstimates } from "./seats-money.ts";
import { writePeople } from "./seats-people.ts";
import { type LabelOf, writeReclaim } from "./seats-reclaim.ts";
import { writeTable } from "./sentences.ts";
import type { Column, Row } from "./table.ts";
import { capital, figure, listed, many, momentWords, people, sentence, share } from "./words.ts";

export interface SeatsTextOptions extends TextOptions {
  /** `full` adds who the people are, and when they were last active. */
  readonly detail: "short" | "full";
}

/**
 * The seats of a snapshot for a terminal: what is held and unused by app instance, what could be freed and what is in the
 * way, what that is estimated to cost.
 */
export function renderSeatsText(report: SeatReport, options: SeatsTextOptions): string {
  const page = createTextPage(options);
  const labels = instanceLabels(
    [...report.instances, ...report.unpaid].map(({ instance, app, site }) => ({
      instance: instance ?? "",
      app: app ?? "",
      site: site ?? "",
    })),
  );
  const labelOf = (instance: string | null): string => labels.get(instance ?? "") ?? instance ?? "";
  writeOpening(page, report);
  writeSeats(page, report, labelOf);
  writeReclaim(page, report, labelOf);
  if (options.detail === "full") {
    writePeople(page, report, labelOf);
    writeActivity(page, report, labelOf);
  }
  writeEstimates(page, report.licences, report.estimates, labelOf);
  writeNotes(page, report, options.detail);
  return page.text();
}

function writeOpening(page: TextPage, { organization, asOf, total, certificate, obstacle }: SeatReport): void {
  page.heading(`Seats of ${organization.name}`, momentWords(asOf));
  page.blank();
  const { accounts, origins } = total;
  const unknown = accounts.unknown === 0 ? "" : `, ${figure(accounts.unknown)} not known`;
  page.pairs(
    [
      {
        label: "Held",
        text:
          `${many(total.held, "paid seat")} by ${people(total.people)}` +
          (total.unknown === 0 ? "" : `; ${figure(total.unknown)} more not known`),
      },
      {
        label: "People",
        text:
          `${figure(accounts.managed)} managed, of all ${figure(origins.synced)} synced from an identity provider; ` +
          `${figure(accounts.unmanaged)} unmanaged${unknown}; ${figure(total.neverAnywhere)} never active on any app` +
          (total.invitedNever === 0 ? "" : `, of them ${figure(total.invitedNever)} came by invitation`),
      },
      ...(total.suspended === 0
        ? []
        : [
            { label: "Suspended", text: `${many(total.suspended, "more seat")} would come back with suspended people` },
          ]),
      ...(certificate.state === "complete"
        ? []
        : [
            {
              label: "Snapshot",
              text: sentence(`${certificate.state}: ${certificate.concerns.join("; ")}`),
              tone: "danger" as const,
            },
          ]),
    ],
    { indent: 2 },
  );
  if (obstacle === null) return;
  page.blank();
  page.paragraph(`A plan made of this snapshot would take nothing: ${sentence(obstacle.reason)}`, {
    indent: 2,
    tone: "caution",
  });
}

function unusedCount({ idle, neverActive }: UnusedSeats): number {
  return idle + neverActive;
}

function writeSeats(page: TextPage, report: SeatReport, labelOf: LabelOf): void {
  const { thresholds, instances, apps, sites, total } = report;
  const capacity = instances.some((scope) => scope.capacity !== null);
  const unknown = total.unknown > 0;
  page.blank();
  page.heading("Seats", many(instances.length, "app instance"));
  if (instances.length === 0) {
    page.paragraph("There is no app with paid seats.", { indent: 2 });
    return;
  }
  const cells = (label: string, scope: SeatScope, seats: string): readonly string[] => [
    label,
    seats,
    ...(unknown ? [scope.unknown === 0 ? "" : figure(scope.unknown)] : []),
    ...(capacity ? [scope.capacity === null ? "" : figure(scope.capacity)] : []),
    ...scope.unused.map((counts) => (signalReach(scope) === "none" ? "not known" : figure(unusedCount(counts)))),
  ];
  const remarksOf = (scope: SeatScope): Extract<Row, { cells: unknown }>["remarks"] => {
    const { signal, unused, freeRoles } = scope;
    return [
      ...countedRemark(scope),
      ...(signal === null || signal.trusted
        ? []
        : [{ text: `Idleness is unknown here: ${signal.reason}`, tone: "caution" as const }]),
      ...unknownRemark(unused),
      ...(freeRoles.length === 0 ? [] : [{ text: freeRoleWords(freeRoles), tone: "faint" as const }]),
    ];
  };
  const several = (scopes: readonly SeatScope[], of: "app" | "site"): readonly SeatScope[] =>
    scopes.filter((scope) => instances.filter((each) => each[of] === scope[of]).length > 1);
  const united = [
    ...several(apps, "app").map((scope) => ({ label: `${appLabel(scope.app ?? "")}, all sites`, scope })),
    ...several(sites, "site").map((scope) => ({ label: `${scope.site ?? ""}, all apps`, scope })),
    ...(instances.length > 1 ? [{ label: "Everywhere", scope: total }] : []),
  ];
  writeTable(
    page,
    [
      { title: "App", least: 14 },
      { title: "Seats", align: "right", tone: "strong" },
      ...(unknown ? [{ title: "Not known", align: "right" } as const] : []),
      ...(capacity ? [{ title: "Capacity", align: "right" } as const] : []),
      ...thresholds.map((threshold): Column => ({ title: `Unused ${threshold}`, align: "right", least: 6 })),
    ],
    [
      ...instances.map((scope) => ({
        cells: cells(labelOf(scope.instance), scope, figure(scope.held)),
        remarks: remarksOf(scope) ?? [],
      })),
      ...united.map(({ label, scope }) => ({
        cells: cells(label, scope, figure(scope.held)),
        remarks: [
          { text: `${people(scope.people)}, each counted once`, tone: "faint" as const },
          ...signalRemark(scope),
        ],
      })),
    ],
  );
}

/** Of which seats together the use is not told, where several instances are. */
function signalRemark(scope: SeatScope): readonly { readonly text: string; readonly tone: "caution" }[] {
  if (scope.unused.length === 0 || signalReach(scope) !== "some") return [];
  const words = `Unused ${withoutSignalWords(scope)}: of ${many(scope.withoutSignal.seats, "seat")} there it is not known`;
  return [{ text: words, tone: "caution" }];
}

/** How many seats' use cannot be told, where that is so: by the shortest time, which has the most. */
function unknownRemark(unused: readonly UnusedSeats[]): readonly { readonly text: string; readonly tone: "faint" }[] {
  const [first] = unused;
  if (first === undefined || first.unknown === 0) return [];
  return [{ text: `Whether unused for ${first.for} cannot be told of ${figure(first.unknown)}`, tone: "faint" }];
}

function countedRemark(scope: SeatScope): readonly { readonly text: string; readonly tone: "faint" }[] {
  const text = countedWords(scope);
  return text === null ? [] : [{ text, tone: "faint" }];
}

/** What the column says, in a sentence. */
const notKnownWords =
  "Not known: whether somebody holds the seat cannot be told, because they are in several directories, the members of a " +
  "group do not add up, or a read did not tell. None of them is among the seats; a plan asks about everybody it would touch";

function freeRoleWords(roles: SeatScope["freeRoles"]): string {
  const words = roles.map(({ role, people: count }) => `${figure(count)} as ${role.replace("atlassian/", "")}`);
  return `Without a paid seat: ${words.join(", ")}`;
}

function writeActivity(page: TextPage, { instances }: SeatReport, labelOf: LabelOf): void {
  page.blank();
  page.heading("Last active", "seats by when their holder was last on this app, as Atlassian tells it");
  for (const { instance, lastActive, signal, held } of instances) {
    const words = lastActive
      .filter(({ seats }) => seats > 0)
      .map(({ within, seats }) => `${bucketWords(within)} ${figure(seats)}`);
    const dates = signal === null || held === 0 ? "" : `; ${share(signal.withActivity, signal.holders)} have a date`;
    page.paragraph(`${labelOf(instance)}: ${words.join(", ") || "no seats"}${dates}`, { indent: 2, hang: 2 });
  }
}

function bucketWords(within: SeatScope["lastActive"][number]["within"]): string {
  if (within === "longer") return "longer ago";
  if (within === "unknown") return "not known";
  return within === "never" ? within : `within ${within}`;
}

function writeNotes(
  page: TextPage,
  { notes, unpaid, total, instances }: SeatReport,
  detail: SeatsTextOptions["detail"],
): void {
  const all = [
    ...notes,
    ...(total.unknown === 0 ? [] : [notKnownWords]),
    ...(instances.some((scope) => countedMisfit(scope) > 0) ? [moreCountedWords] : []),
    ...(unpaid.length === 0
      ? []
      : [`Without paid seats: ${listed(unpaid.map(({ app, site }) => `${app} on ${site}`))}`]),
    ...(detail === "full" ? [] : ["--all also shows who holds the seats and when they were last active"]),
  ];
  page.blank();
  for (const note of all) page.paragraph(`· ${capital(sentence(note))}`, { indent: 2, hang: 2, tone: "faint" });
}
