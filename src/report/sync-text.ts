import { instanceLabel, isBillable } from "../model/apps.ts";
import { claims, type Population, statuses } from "../people/population.ts";
import { countedSeats } from "../people/seat-holders.ts";
import type { Seats } from "../people/seats.ts";
import type { Signal } from "../people/signals.ts";
import { writeCertificate } from "./certificate-text.ts";
import { createTextPage, type TextPage } from "./page.ts";
import type { TextOptions } from "./palette.ts";
import { figure, many, momentWords, people, share } from "./words.ts";

const statusWords: Readonly<Record<(typeof statuses)[number], string>> = {
  active: "active",
  suspended: "suspended",
  not_invited: "in the directory without an invitation",
  deactivated: "deactivated",
  for_deletion: "to be deleted",
  unknown: "of unknown status",
};

/**
 * What a sync read, for a terminal: people by status, seats by app instance with how far activity there can be believed,
 * directories and groups, and the certificate with what did not pass. `signals` by position of the instance.
 */
export function renderSyncText(
  population: Population,
  seats: Seats,
  signals: readonly Signal[],
  options: TextOptions,
): string {
  const { header } = population;
  const page = createTextPage(options);
  page.heading(header.organization.name, momentWords(header.asOf));
  page.blank();
  page.pairs(
    [
      { label: "People", text: peopleWords(population) },
      { label: "Directories", text: header.directories.map(({ name }) => name).join(", ") || "none" },
      { label: "Groups", text: groupWords(population) },
    ],
    { indent: 2 },
  );
  writeInstances(page, population, seats, signals);
  page.blank();
  writeCertificate(page, header.certificate, "not passed");
  return page.text();
}

function peopleWords(population: Population): string {
  const tally = (codes: Uint8Array, code: number): number =>
    codes.reduce((sum, each) => sum + (each === code ? 1 : 0), 0);
  const byStatus = statuses
    .map((status, code) => ({ words: statusWords[status], code, count: tally(population.status, code) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => Number(a.code === 0) - Number(b.code === 0) || b.count - a.count)
    .map(({ words, count }) => `${figure(count)} ${words}`);
  const managed = tally(population.claim, claims.indexOf("managed"));
  return `${people(population.size)}: ${byStatus.join(", ") || "nobody"}; ${figure(managed)} managed`;
}

function groupWords({ header: { groups } }: Population): string {
  const synced = groups.filter((group) => group.synced).length;
  const granting = groups.filter(({ grants }) => grants.some(({ role }) => isBillable(role))).length;
  return `${many(groups.length, "group")}: ${figure(granting)} of them grant a seat, ${figure(synced)} filled by an identity provider`;
}

function writeInstances(page: TextPage, { header }: Population, seats: Seats, signals: readonly Signal[]): void {
  const { instances } = header;
  if (instances.length === 0) return;
  page.blank();
  page.heading("Seats", many(instances.length, "app instance"));
  page.table(
    [
      { title: "App", least: 12 },
      { title: "Seats", align: "right" },
      { title: "Not known", align: "right" },
      { title: "With activity", align: "right" },
    ],
    instances.map((instance, position) => {
      const signal = signals[position];
      const paid = instance.known && !instance.sandbox;
      const { held, unknown } = countedSeats(seats, position);
      return {
        cells: [
          instanceLabel(instance),
          paid ? figure(held) : "",
          paid && unknown > 0 ? figure(unknown) : "",
          paid && signal !== undefined && signal.holders > 0 ? share(signal.withActivity, signal.holders) : "",
        ],
        remarks: [
          ...(instance.known
            ? []
            : [{ text: "An app Seatwright does not know: reported, never touched", tone: "caution" as const }]),
          ...(instance.sandbox ? [{ text: "A sandbox: no paid seats", tone: "faint" as const }] : []),
          ...(paid && signal !== undefined && !signal.trusted
            ? [{ text: `Idleness is unknown here: ${signal.reason}`, tone: "caution" as const }]
            : []),
        ],
      };
    }),
    { indent: 2 },
  );
}
