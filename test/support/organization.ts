import type { Operation, PersonRow, SnapshotHeader } from "../../src/model/documents.generated.ts";
import { momentOf, type Seconds } from "../../src/model/time.ts";
import { createPopulationBuilder } from "../../src/people/builder.ts";
import type { Population } from "../../src/people/population.ts";
import type { Clock, OrgReader, OrgWriter, WriteAnswer } from "../../src/ports.ts";

/**
 * A small organisation behind the reader's and writer's ports, for tests of what is done with them. It keeps what is
 * really so apart from what reads show, which is some time behind.
 */

export const organizationId = "8a130dbc-06bc-1a05-jjk7-9822046115j1";
export const jira = "ari:cloud:jira-software::site/acme";
export const confluence = "ari:cloud:confluence::site/acme";
export const instances = [jira, confluence] as const;
export const directories = ["d-main", "d-old"] as const;

/** Group id -> its directory and what it grants. */
export const groups: Readonly<
  Record<string, { readonly directory: string; readonly grants: readonly (readonly [string, string])[] }>
> = {
  "g-both": {
    directory: "d-main",
    grants: [
      [jira, "atlassian/user"],
      [confluence, "atlassian/user"],
    ],
  },
  "g-confluence": { directory: "d-main", grants: [[confluence, "atlassian/user"]] },
  "g-jira": { directory: "d-main", grants: [[jira, "atlassian/user"]] },
  "g-jira-2": { directory: "d-main", grants: [[jira, "atlassian/user"]] },
  "g-team": { directory: "d-main", grants: [] },
};

/** One person, as data that can be written to a file. */
export interface Person {
  readonly account: "active" | "deactivated";
  /** By directory id. */
  readonly access: Readonly<Record<string, "active" | "suspended">>;
  readonly groups: readonly string[];
  /** `instance role`. */
  readonly direct: readonly string[];
  /** By instance: seconds. */
  readonly active: Readonly<Record<string, Seconds>>;
}

export type People = Readonly<Record<string, Person>>;

export const nobodySpecial: Person = {
  account: "active",
  access: { "d-main": "active" },
  groups: [],
  direct: [],
  active: {},
};

/** Somebody with a seat on Jira by one group. */
export function jiraUser(more: Partial<Person> = {}): Person {
  return { ...nobodySpecial, groups: ["g-jira"], ...more };
}

/** What goes wrong with one call to the writer. */
export type WriteFault =
  /** The write happens and the answer is lost. */
  | "answer-lost"
  /** The request is lost: nothing happens, and nobody knows. */
  | "request-lost"
  | { readonly http: number; readonly code?: string; readonly happened?: true };

export interface OrganizationOptions {
  readonly people: People;
  readonly clock: Clock;
  /** Seconds until a write shows in reads. */
  readonly lag?: Seconds;
  readonly writeFault?: (call: {
    readonly nth: number;
    readonly accountId: string;
    readonly operation: Operation;
  }) => WriteFault | undefined;
  /** Throws in place of reading. */
  readonly readFault?: (call: { readonly nth: number; readonly accountIds: readonly string[] }) => Error | undefined;
  /** Told after each write that happened, with everybody as they are then. */
  readonly onWrite?: (written: Written, people: People) => void;
}

export interface Written {
  readonly accountId: string;
  readonly operation: Operation;
}

export interface Organization {
  readonly reader: Pick<OrgReader, "readPeople">;
  readonly writer: OrgWriter;
  /** How people really are. */
  people(): People;
  /** Every write that really changed something, in order. */
  readonly written: readonly Written[];
  /** Every call to the writer, in order. */
  readonly calls: readonly Written[];
  readonly reads: readonly (readonly string[])[];
  /** Somebody else changes something; shows at once. */
  meanwhile(accountId: string, change: (person: Person) => Person | null): void;
  /** Everybody as reads show them now. */
  population(): Population;
}

export function createOrganization(options: OrganizationOptions): Organization {
  const { clock, lag = 0, writeFault, readFault, onWrite } = options;
  let real: People = options.people;
  let history: { readonly until: Seconds; readonly people: People }[] = [];
  const written: Written[] = [];
  const calls: Written[] = [];
  const reads: (readonly string[])[] = [];

  function visible(): People {
    const now = clock.now();
    history = history.filter(({ until }) => until > now);
    return history[0]?.people ?? real;
  }

  function become(next: People): void {
    if (lag > 0) history.push({ until: clock.now() + lag, people: real });
    real = next;
  }

  return {
    written,
    calls,
    reads,
    people: () => real,
    population: () => populationOf(visible(), clock.now()),
    meanwhile(accountId, change) {
      const apply = (people: People): People => {
        const before = people[accountId];
        if (before === undefined) return people;
        const after = change(before);
        const { [accountId]: _, ...others } = people;
        return after === null ? others : { ...others, [accountId]: after };
      };
      real = apply(real);
      history = history.map((entry) => ({ ...entry, people: apply(entry.people) }));
    },
    reader: {
      readPeople: async (accountIds) => {
        reads.push(accountIds);
        const fault = readFault?.({ nth: reads.length, accountIds });
        if (fault !== undefined) throw fault;
        const seen = visible();
        const asked = Object.fromEntries(Object.entries(seen).filter(([id]) => accountIds.includes(id)));
        return populationOf(asked, clock.now());
      },
    },
    writer: {
      carryOut: async (accountId, operation) => {
        calls.push({ accountId, operation });
        const fault = writeFault?.({ nth: calls.length, accountId, operation });
        const lost: WriteAnswer = {
          result: "unknown",
          http: null,
          code: null,
          requestId: null,
          message: "the connection was lost",
        };
        if (fault === "request-lost") return lost;
        if (typeof fault === "object" && fault.happened !== true) return refusal(fault);
        const person = real[accountId];
        const after = person === undefined ? person : afterOperation(person, operation);
        const changed = after !== undefined && after !== person;
        if (changed) {
          become({ ...real, [accountId]: after });
          written.push({ accountId, operation });
          onWrite?.({ accountId, operation }, real);
        }
        if (fault === "answer-lost") return lost;
        if (typeof fault === "object") return refusal(fault);
        return changed
          ? { result: "done", http: 204, code: null, requestId: "q", message: "done" }
          : { result: "already-so", http: 404, code: "ADMIN-UAM-404-1", requestId: "q", message: "it is so already" };
      },
    },
  };
}

function refusal({ http, code }: { readonly http: number; readonly code?: string }): WriteAnswer {
  const result = http >= 500 ? "failed" : "refused";
  return { result, http, code: code ?? null, requestId: "q", message: `Atlassian answered ${http}` };
}

function afterOperation(person: Person, operation: Operation): Person {
  const { directory = "", group = "", instance = "", role = "" } = operation;
  const grant = `${instance} ${role}`;
  switch (operation.kind) {
    case "leaveGroup":
      return person.groups.includes(group) ? { ...person, groups: person.groups.filter((id) => id !== group) } : person;
    case "joinGroup":
      return person.groups.includes(group) ? person : { ...person, groups: [...person.groups, group] };
    case "assignRole":
      return person.direct.includes(grant) ? person : { ...person, direct: [...person.direct, grant] };
    case "revokeRole":
      return person.direct.includes(grant)
        ? { ...person, direct: person.direct.filter((entry) => entry !== grant) }
        : person;
    case "suspend":
      return person.access[directory] === "active"
        ? { ...person, access: { ...person.access, [directory]: "suspended" } }
        : person;
    case "restore":
      return person.access[directory] === "suspended"
        ? { ...person, access: { ...person.access, [directory]: "active" } }
        : person;
    case "removeFromDirectory": {
      if (person.access[directory] === undefined) return person;
      const { [directory]: _, ...access } = person.access;
      return { ...person, access, groups: person.groups.filter((id) => groups[id]?.directory !== directory) };
    }
    case "deactivate":
      return person.account === "active" ? { ...person, account: "deactivated" } : person;
    case "activate":
      return person.account === "active" ? person : { ...person, account: "active" };
  }
}

const groupIds = Object.keys(groups);

/** The header of this organisation's snapshots. */
export function headerAt(now: Seconds): SnapshotHeader {
  return {
    kind: "snapshot",
    version: 1,
    tool: { name: "seatwright", version: "0.1.0" },
    organization: { id: organizationId, name: "acme" },
    asOf: momentOf(now),
    certificate: { state: "complete", checks: [] },
    directories: directories.map((id) => ({ id, name: id })),
    instances: instances.map((id) => ({
      id,
      app: id === jira ? "jira-software" : "confluence",
      site: "acme",
      name: id,
      known: true,
      sandbox: false,
      status: "online",
    })),
    groups: groupIds.map((id) => ({
      id,
      name: `name of ${id}`,
      directory: directories.indexOf(groups[id]?.directory as (typeof directories)[number]),
      synced: false,
      modifiable: true,
      managedBy: "admins",
      members: 0,
      grants: (groups[id]?.grants ?? []).map(([at, role]) => ({
        instance: instances.indexOf(at as typeof jira),
        role,
      })),
    })),
    holders: [],
    keyCreators: [],
    peopleCount: 0,
  };
}

/** These people as a snapshot of this moment shows them. */
export function populationOf(people: People, now: Seconds, coverage: "some" | "everybody" = "some"): Population {
  const builder = createPopulationBuilder();
  for (const [id, person] of Object.entries(people)) builder.add(rowOf(id, person));
  const header = headerAt(now);
  const counted = header.groups.map((group) => ({
    ...group,
    members: Object.values(people).filter((person) => person.groups.includes(group.id)).length,
  }));
  return builder.finish({ ...header, groups: counted }, coverage);
}

function rowOf(id: string, person: Person): PersonRow {
  const places = Object.keys(person.access).map((directory) =>
    directories.indexOf(directory as (typeof directories)[number]),
  );
  const isOpen = Object.values(person.access).includes("active");
  const open = isOpen ? "active" : places.length === 0 ? "not_invited" : "suspended";
  const direct = person.direct.map((grant) => grant.split(" ") as [string, string]);
  const byGroup = person.groups.flatMap((group) => groups[group]?.grants ?? []);
  const methods = new Map<string, Set<string>>();
  for (const [how, grants] of [
    ["direct", direct],
    ["group_direct", byGroup],
  ] as const) {
    for (const [instance, role] of grants) {
      const key = `${instance} ${role}`;
      methods.set(key, (methods.get(key) ?? new Set()).add(how));
    }
  }
  const position = (instance: string): number => instances.indexOf(instance as typeof jira);
  return {
    id,
    status: person.account === "deactivated" ? "deactivated" : open,
    directories: places,
    groups: person.groups.map((group) => groupIds.indexOf(group)),
    active: Object.entries(person.active).map(([instance, at]) => [position(instance), at] as [number, number]),
    platformRoles: [],
    added: 1_500_000_000,
    detail: {
      membership: Object.entries(person.access).map(([directory, state]) => [
        directories.indexOf(directory as (typeof directories)[number]),
        state,
      ]),
      roles: [...methods].map(([key, how]) => {
        const [instance = "", role = ""] = key.split(" ");
        return [position(instance), role, [...how].sort().join(" ")];
      }),
    },
  };
}
