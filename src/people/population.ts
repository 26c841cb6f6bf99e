import type { Bits } from "../model/bits.ts";
import type { PersonDetail, SnapshotHeader } from "../model/documents.generated.ts";
import type { TextColumn } from "./texts.ts";

/** An account's status, in the order of its code in the `status` column. */
export const statuses = ["unknown", "active", "suspended", "not_invited", "deactivated", "for_deletion"] as const;
export type Status = (typeof statuses)[number];

export const claims = ["unknown", "managed", "unmanaged"] as const;
export const managementSources = ["unknown", "invited", "synced"] as const;
/** Two-step verification. */
export const mfaStates = ["unknown", "off", "on"] as const;

/** Bits of the `platformRoles` column. */
export const platformRoleBits = { orgAdmin: 1, siteAdmin: 2, userAccessAdmin: 4, other: 8, unknown: 128 } as const;

/** In a `lastActive` column: never active there. */
export const NEVER = 0;
/** In a `lastActive` or `added` column: not known. */
export const UNKNOWN_TIME = 0xffffffff;

/** Texts kept one for each person. */
export type TextField = "id" | "name" | "nickname" | "email";
/** Texts that many people share, kept once each. `emailDomain` is lower case. */
export type SharedField = "department" | "jobTitle" | "location" | "organization" | "emailDomain";

/** One value for each person out of few: `values[codes[person]]`; code 0 is unknown and has no value. */
export interface CodedColumn {
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly values: readonly string[];
}

/** A list for each person: person i's entries are `values[starts[i] .. starts[i + 1] - 1]`. */
export interface ListColumn {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;
}

/** The people of a snapshot as columns. People are positions 0 .. size - 1, in the order of the snapshot. */
export interface Population {
  readonly header: SnapshotHeader;
  readonly size: number;
  /** Index into `statuses`. */
  readonly status: Uint8Array;
  /** Index into `claims`. */
  readonly claim: Uint8Array;
  /** Index into `managementSources`. */
  readonly source: Uint8Array;
  /** Index into `mfaStates`. */
  readonly mfa: Uint8Array;
  /** Seconds; UNKNOWN_TIME where not known. */
  readonly added: Uint32Array;
  /** A sum of `platformRoleBits`. */
  readonly platformRoles: Uint8Array;
  /** Positions in `header.directories`. */
  readonly directories: ListColumn;
  /** Positions in `header.groups`, ascending. */
  readonly groups: ListColumn;
  /** People whose group memberships are not known at all. */
  readonly groupsUnknown: Bits;
  /** By group: true where everybody Atlassian counts in it was seen in it. Elsewhere, not being seen in it is unknown. */
  readonly groupProved: readonly boolean[];
  /** By instance, then person: seconds, NEVER or UNKNOWN_TIME. */
  readonly lastActive: readonly Uint32Array[];
  /** Roles held without a group: [instance, role] by person. */
  readonly direct: ReadonlyMap<number, readonly (readonly [number, string])[]>;
  /** What a call for this one person told, where one was made. */
  readonly detail: ReadonlyMap<number, PersonDetail>;
  readonly shared: Readonly<Record<SharedField, CodedColumn>>;
  readonly texts: Readonly<Record<TextField, TextColumn>>;
  /** The person's text, or null where it is not known. */
  text(field: TextField, person: number): string | null;
  /** The person with this account id, or -1. */
  find(accountId: string): number;
}

/** A person's entries of a list column. */
export function entries(list: ListColumn, person: number): Uint32Array {
  return list.values.subarray(list.starts[person] ?? 0, list.starts[person + 1] ?? 0);
}

/** Whether a person's list has this entry. */
export function hasEntry(list: ListColumn, person: number, value: number): boolean {
  const end = list.starts[person + 1] ?? 0;
  for (let at = list.starts[person] ?? 0; at < end; at++) if (list.values[at] === value) return true;
  return false;
}

/** A shared text of a person, or null where it is not known. */
export function sharedText(population: Population, field: SharedField, person: number): string | null {
  const column = population.shared[field];
  const code = column.codes[person] ?? 0;
  return code === 0 ? null : (column.values[code] ?? null);
}
