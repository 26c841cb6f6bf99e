import type { Change, Operation } from "../model/documents.generated.ts";
import { noDifference } from "../people/counterfactual.ts";
import { openDirectories } from "../people/directories.ts";
import {
  claims,
  entries,
  hasEntry,
  managementSources,
  type Population,
  type Status,
  statuses,
} from "../people/population.ts";
import { type Compiled, type CompileContext, drafted, nothing, refused } from "./draft.ts";
import { providerOfPerson } from "./owners.ts";

/** Ends access in every open directory of the person, or in one. Atlassian keeps groups and roles for a restore. */
export function compileSuspend(context: CompileContext, person: number, directory: number | null): Compiled {
  const { population } = context;
  const status = statusOf(population, person);
  const target = directoryId(population, directory);
  if (status === "unknown") return statusUnknown(target);
  if (status !== "active") return nothing;
  const open = inOrder(openDirectories(population, person)).filter((at) => directory === null || at === directory);
  if (open.length === 0) return nothing;
  const synced = managementSources[population.source[person] ?? 0] === "synced";
  return drafted(context, {
    person,
    instance: null,
    action: "suspend",
    direction: "take",
    target,
    operations: open.map((at): Operation => ({ kind: "suspend", directory: directoryId(population, at) ?? "" })),
    difference: { ...noDifference, closed: new Set(open) },
    hazards: synced ? ["idp-may-reverse"] : [],
    undo: { possible: "exact", note: "Access is restored with its groups and roles." },
  });
}

/** Gives access back where it is suspended. */
export function compileRestore(context: CompileContext, person: number, directory: number | null): Compiled {
  const { population } = context;
  const status = statusOf(population, person);
  const target = directoryId(population, directory);
  if (status === "unknown") return statusUnknown(target);
  if (status !== "suspended" && status !== "active") return nothing;
  const own = [...entries(population.directories, person)];
  const told = new Map(population.detail.get(person)?.membership);
  const stateIn = (at: number): string | undefined =>
    status === "suspended" ? "suspended" : own.length < 2 ? "active" : told.get(at);
  const asked = inOrder(own).filter((at) => directory === null || at === directory);
  const places = asked.filter((at) => stateIn(at) === "suspended");
  if (places.length === 0) {
    return asked.some((at) => stateIn(at) === undefined)
      ? refused("unknown", "directories-unknown", "it is not known in which directories access is suspended", {
          target,
        })
      : nothing;
  }
  return drafted(context, {
    person,
    instance: null,
    action: "restore",
    direction: "give",
    target,
    operations: places.map((at): Operation => ({ kind: "restore", directory: directoryId(population, at) ?? "" })),
    difference: { ...noDifference, opened: new Set(places) },
    undo: { possible: "exact", note: "Access is suspended again." },
  });
}

/** Removes the person from every directory, or from one. Groups and roles there are lost. */
export function compileRemoveFromOrg(context: CompileContext, person: number, directory: number | null): Compiled {
  const { population } = context;
  const target = directoryId(population, directory);
  if (statusOf(population, person) === "unknown") return statusUnknown(target);
  const places = inOrder(entries(population.directories, person)).filter(
    (at) => directory === null || at === directory,
  );
  if (places.length === 0) return nothing;
  return drafted(context, {
    person,
    instance: null,
    action: "removeFromOrg",
    direction: "take",
    target,
    operations: places.map(
      (at): Operation => ({ kind: "removeFromDirectory", directory: directoryId(population, at) ?? "" }),
    ),
    difference: { ...noDifference, removed: new Set(places) },
    hazards: ["irreversible"],
    undo: {
      possible: "partial",
      note: "The person must be invited again; groups and roles are given anew from the plan.",
    },
  });
}

/** Closes a managed account everywhere. Only the organisation that manages the account can, and not where it is synced. */
export function compileDeactivate(context: CompileContext, person: number, message: string | null): Compiled {
  const status = statusOf(context.population, person);
  if (status === "unknown") return statusUnknown(null);
  if (status === "deactivated" || status === "for_deletion") return nothing;
  const obstacle = accountObstacle(context, person, "deactivate");
  if (obstacle !== null) return obstacle;
  return drafted(context, {
    person,
    instance: null,
    action: "deactivate",
    direction: "take",
    target: null,
    operations: [message === null ? { kind: "deactivate" } : { kind: "deactivate", message }],
    difference: { ...noDifference, account: "closed" },
    undo: { possible: "exact", note: "The account is activated again." },
  });
}

/** Opens a deactivated managed account again. */
export function compileActivate(context: CompileContext, person: number): Compiled {
  const status = statusOf(context.population, person);
  if (status === "unknown") return statusUnknown(null);
  if (status === "for_deletion") {
    return refused("blocked", "for-deletion", "the account is waiting for deletion; cancel that first");
  }
  if (status !== "deactivated") return nothing;
  const obstacle = accountObstacle(context, person, "activate");
  if (obstacle !== null) return obstacle;
  return drafted(context, {
    person,
    instance: null,
    action: "activate",
    direction: "give",
    target: null,
    operations: [{ kind: "activate" }],
    difference: { ...noDifference, account: "opened" },
    undo: { possible: "exact", note: "The account is deactivated again." },
  });
}

/** Why the account cannot be opened or closed here, or null: it is not the organisation's to manage, or kept elsewhere. */
export function accountObstacle(context: CompileContext, person: number, action: Change["action"]): Compiled | null {
  const { population, settings } = context;
  const claim = claims[population.claim[person] ?? 0];
  if (claim === "unknown") return refused("unknown", "claim-unknown", "it is not known whether the account is managed");
  if (claim === "unmanaged") {
    return refused(
      "blocked",
      "unmanaged",
      `the account is not managed by this organisation, which alone could ${action} it`,
    );
  }
  if (managementSources[population.source[person] ?? 0] === "synced") {
    const provider = providerOfPerson(settings, population, person);
    return refused(
      "blocked",
      "synced-account",
      `the account is kept by ${provider?.name ?? "an identity provider"}; only there can it be ${action}d`,
      { owner: provider?.owner ?? null },
    );
  }
  return null;
}

function statusOf(population: Population, person: number): Status {
  return statuses[population.status[person] ?? 0] ?? "unknown";
}

/** Nothing is done to somebody whose status is not known. */
export function statusUnknown(target: string | null): Compiled {
  return refused("unknown", "status-unknown", "the account's status is not known", { target });
}

function directoryId(population: Population, directory: number | null): string | null {
  return directory === null ? null : (population.header.directories[directory]?.id ?? null);
}

function inOrder(directories: Iterable<number>): readonly number[] {
  return [...directories].sort((a, b) => a - b);
}

/** Whether the person is in a directory at all. */
export function isIn(population: Population, person: number, directory: number): boolean {
  return hasEntry(population.directories, person, directory);
}
