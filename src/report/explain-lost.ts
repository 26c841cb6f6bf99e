import type { Population } from "../people/population.ts";
import { entries, statuses } from "../people/population.ts";
import { createNames, type Show } from "./people.ts";
import { figure, listed, many, momentWords, people } from "./words.ts";

/** Somebody whom a snapshot does not have, as `plan/explain-lost.ts` finds it. */
export interface LostPerson {
  readonly kind: "account" | "portal-customer" | "address" | "name";
  readonly near: readonly number[];
  readonly hidden: number;
  readonly directories: readonly string[];
  readonly certificate: "complete" | "suspect" | "incomplete";
}

/** What happened, and how to go on. */
export interface Told {
  readonly message: string;
  readonly remedy: string;
}

/** Why somebody may not be found: every reason that this snapshot does not rule out, and what to try for each. */
export function lostWords(population: Population, wanted: string, lost: LostPerson, show: Show): Told {
  const { header } = population;
  if (lost.kind === "portal-customer") {
    return {
      message: `${wanted} is the account of a portal-only customer. Such customers hold no seat, and Atlassian does not list them among the people of an organisation`,
      remedy: "Look for them in the customer list of the service project, in Jira Service Management.",
    };
  }
  const near = lost.near.map((person) => oneLine(population, person, show));
  const can: string[] = [];
  if (near.length === 0) can.push("Give an address, an account id or the exact name.");
  else can.push(`It may be another spelling. Nearest: ${near.join("; ")}.`);
  if (lost.kind === "address") {
    can.push(
      lost.hidden === 0
        ? "Nobody's address is hidden here, so that is not why."
        : `${people(lost.hidden)} of this snapshot ${lost.hidden === 1 ? "has a hidden address and is" : "have hidden addresses and are"} found only by name or account id.`,
    );
  }
  if (lost.kind !== "account") {
    can.push("A portal-only customer of Jira Service Management is never in the list of people, and holds no seat.");
  }
  can.push(
    lost.directories.length === 1
      ? `The organisation has one directory, ${lost.directories[0] ?? ""}; people of another organisation are not in it.`
      : `The snapshot covers the directories ${listed(lost.directories)}; somebody whose directory is not among them is in another organisation.`,
  );
  can.push(
    lost.certificate === "complete"
      ? `Otherwise they were not in the organisation on ${momentWords(header.asOf)}.`
      : `The snapshot is ${lost.certificate}, so somebody may be missing from it.`,
  );
  can.push(
    lost.kind === "account"
      ? "No run in the ledger had a change of this account."
      : "For somebody who has left, give the account id: the ledger tells what was done about it, also without a snapshot.",
  );
  return {
    message: `Nobody among the ${people(population.size)} of the snapshot ${called(lost, wanted)}`,
    remedy: can.join(" "),
  };
}

function called({ kind }: LostPerson, wanted: string): string {
  if (kind === "account") return `has the account id ${wanted}`;
  return kind === "address" ? `has the address ${wanted}` : `is called ${wanted}`;
}

/** People listed at most, where several have one name. */
const mostListed = 10;

/** Several people of one name, with what tells them apart. */
export function severalWords(population: Population, wanted: string, found: readonly number[], show: Show): Told {
  const rows = found.slice(0, mostListed).map((person) => oneLine(population, person, show));
  const more = found.length - rows.length;
  return {
    message: `${figure(found.length)} people are called ${wanted}`,
    remedy: `Give the account id of the one you mean: ${rows.join("; ")}${more > 0 ? `; and ${many(more, "more", "more")}` : ""}.`,
  };
}

/** One person among others: as far as may be shown, with status, directory and account id. */
function oneLine(population: Population, person: number, show: Show): string {
  const accountId = population.text("id", person) ?? "";
  const label = createNames(population, show).label(accountId);
  const places = [...entries(population.directories, person)].map(
    (at) => population.header.directories[at]?.name ?? "",
  );
  const where = places.length === 0 ? "in no directory" : `in ${listed(places)}`;
  const facts = `${statusWords(statuses[population.status[person] ?? 0] ?? "unknown")}, ${where}`;
  return label === accountId ? `${accountId} (${facts})` : `${label} (${facts}, ${accountId})`;
}

/** An account's status in words. */
export function statusWords(status: string): string {
  const words: Readonly<Record<string, string>> = {
    unknown: "status not known",
    not_invited: "not in any directory",
    for_deletion: "waiting for deletion",
  };
  return words[status] ?? status;
}
