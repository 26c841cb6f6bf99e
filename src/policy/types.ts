import type { Schedule } from "../model/documents.generated.ts";
import type { Place } from "../model/finding.ts";
import type { Seconds } from "../model/time.ts";

/**
 * What a policy says once names are ids and durations are moments in the past: the form that evaluation and planning
 * read. Lists are never empty. Positions are those of the snapshot's header.
 */
export type Filter =
  | { readonly kind: "all"; readonly of: readonly Filter[] }
  | { readonly kind: "any"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  | Leaf;

/** One key of a `where`. */
export interface Leaf {
  readonly kind: "leaf";
  readonly test: Test;
  /** The part of the policy in its own words, for facts and explanations: `unused: 90d`. */
  readonly words: string;
  readonly place: Place;
}

/**
 * Which instances an inactivity test looks at: the seat's own, all of a list (a person policy's app), or every instance
 * on which the person holds a seat.
 */
export type Reach =
  | { readonly kind: "own" }
  | { readonly kind: "instances"; readonly instances: readonly number[] }
  | { readonly kind: "everywhere" };

/** `before`: the latest moment (seconds) at which the test still holds; asOf less the duration. */
export type Test =
  | { readonly key: "instance"; readonly instances: readonly number[] }
  | { readonly key: "role"; readonly roles: readonly string[]; readonly instances: readonly number[] | "own" }
  | { readonly key: "unused" | "idle" | "neverActive"; readonly before: Seconds; readonly reach: Reach }
  | { readonly key: "heldFor"; readonly before: Seconds; readonly reach: Reach }
  | { readonly key: "holds"; readonly instances: readonly number[] }
  | { readonly key: "inOrgFor"; readonly before: Seconds }
  | { readonly key: "memberOf"; readonly groups: readonly number[] }
  | { readonly key: "status"; readonly statuses: readonly string[] }
  | { readonly key: "account"; readonly claim: "managed" | "unmanaged" }
  | { readonly key: "managementSource"; readonly source: "invited" | "synced" }
  | { readonly key: "emailDomain"; readonly domains: readonly string[] }
  | { readonly key: "email" | "name"; readonly globs: readonly string[] }
  | {
      readonly key: "shared";
      readonly field: "department" | "jobTitle" | "location" | "organization";
      readonly globs: readonly string[];
    }
  | { readonly key: "orgRole"; readonly roles: readonly ("org-admin" | "site-admin" | "user-access-admin")[] }
  | { readonly key: "productAdmin"; readonly instances: readonly number[] }
  | { readonly key: "mfa"; readonly on: boolean }
  | { readonly key: "directory"; readonly directories: readonly number[] }
  | { readonly key: "people"; readonly accountIds: readonly string[] }
  | { readonly key: "in"; readonly sources: readonly string[] }
  | { readonly key: "fact"; readonly source: string; readonly column: string; readonly globs: readonly string[] }
  /** True when the source's date ends at `notAfter` or earlier. */
  | { readonly key: "date"; readonly source: string; readonly date: string; readonly notAfter: Seconds }
  | {
      readonly key: "during";
      readonly source: string;
      readonly from: string;
      readonly to: string;
      readonly now: Seconds;
    };

/** An action with its names resolved. `instance: null` in a seat policy: the seat's own. */
export type Action =
  | {
      readonly kind: "revoke";
      readonly instances: readonly number[] | "own";
      readonly ifBlocked: "report" | "handoff" | "suspend";
      readonly leave: "access" | "any";
      readonly keepOthers: "blocked" | "direct";
    }
  | {
      readonly kind: "setRole";
      readonly instances: readonly number[] | "own";
      readonly role: string;
      readonly leave: "access" | "any";
    }
  | { readonly kind: "grant"; readonly instance: number; readonly role: string }
  | { readonly kind: "addToGroup" | "removeFromGroup"; readonly group: number }
  /** `directory: null`: every directory the person is in. */
  | { readonly kind: "suspend" | "restore" | "removeFromOrg"; readonly directory: number | null }
  | { readonly kind: "deactivate"; readonly message: string | null }
  | { readonly kind: "activate" }
  | { readonly kind: "firstOf"; readonly of: readonly Action[] };

export interface Policy {
  readonly id: string;
  readonly description: string;
  readonly owner: string;
  readonly for: "seat" | "person";
  readonly purpose: "saving" | "duty";
  readonly because: string | null;
  readonly mode: "report" | "enforce";
  readonly place: Place;
  readonly filter: Filter;
  /** For a seat policy: the instances its filter can match at all, known and not sandboxes. Empty for a person policy. */
  readonly instances: readonly number[];
  /** Who `except` leaves alone; null where there is no `except`. A person for whom it is true or unknown is exempt. */
  readonly except: Filter | null;
  readonly actions: readonly Action[];
  /** A short digest of what it selects and does, and of its `except`. */
  readonly rule: { readonly where: string; readonly except: string };
  /** Actions that this version does not carry out yet, by name: they are among the reasons in `holds`. */
  readonly unbuilt: readonly string[];
  readonly pace: { readonly changes: number } | null;
  /** `standing`: on scheduled runs, what can be undone exactly and carries no hazard needs no further approval. */
  readonly approval: "review" | "standing";
  /** When it is due on scheduled runs; null: always. */
  readonly schedule: Schedule | null;
  readonly limits: { readonly percent: number | null; readonly changes: number | null; readonly growth: number | null };
  /**
   * Why every change of this policy is held: words of the policy or the organisation file that this version does not
   * carry out yet, or a pause. Empty: nothing holds it.
   */
  readonly holds: readonly string[];
}

export interface ExemptionRule {
  readonly id: string;
  readonly place: Place;
  /** True or unknown: exempt. */
  readonly filter: Filter;
  /** A short digest of whom it names. */
  readonly rule: string;
  /** `saving`, or policy ids. */
  readonly from: readonly string[];
  readonly reason: string;
  readonly owner: string;
  /** `2027-03-31`. */
  readonly until: string;
  /** Past its end: its people are held until it is renewed or deleted. */
  readonly lapsed: boolean;
}

/** What a date of a source stands for: a day from its first moment to the start of the next, or one moment twice. */
export interface DateSpan {
  readonly from: Seconds;
  readonly to: Seconds;
}

/** One row of a source that was joined to a person. */
export interface SourceRow {
  /** The columns that filters look at. An empty cell is the empty text. */
  readonly columns: Readonly<Record<string, string>>;
  /** By the date's name; null where it cannot be read, absent where the row has none. Either reads as unknown. */
  readonly dates: Readonly<Record<string, DateSpan | null>>;
}

/** A source as read, checked against its bounds and joined to people. */
export interface SourceTable {
  readonly name: string;
  /** What tells the person. Somebody whose address is hidden may have a row by address that nobody can find. */
  readonly key: "email" | "accountId";
  readonly digest: string;
  readonly rows: number;
  /** Rows that name nobody in the snapshot. */
  readonly unmatched: number;
  /** By person. Several rows or several accounts for one key: `ambiguous`, which reads as unknown. */
  readonly byPerson: ReadonlyMap<number, SourceRow | "ambiguous">;
}

/** The organisation file with its defaults filled in and names resolved. */
export interface Settings {
  readonly organizationId: string;
  readonly organizationName: string | null;
  readonly power: "observe" | "act";
  /** By group: listed in accessGroups. */
  readonly accessGroups: readonly boolean[];
  readonly identityProviders: readonly {
    readonly name: string;
    readonly owner: string;
    /** Positions of the synced groups it fills. */
    readonly groups: ReadonlySet<number>;
    readonly emailDomains: readonly string[];
  }[];
  readonly protect: {
    readonly accountIds: ReadonlySet<string>;
    readonly groups: readonly number[];
    readonly minOrgAdmins: number;
    /** A short digest of whom it names. */
    readonly rule: string;
  };
  readonly limits: {
    readonly perRun: Bound;
    readonly perApp: Bound;
    readonly perGroup: { readonly percent: number; readonly floor: number };
    readonly perDay: Bound;
    readonly per30Days: Bound;
    readonly duties: Bound;
    readonly growth: number;
    readonly shrink: number;
    readonly reversals: number;
  };
  /** Seconds. */
  readonly planValidFor: Seconds;
  readonly privacy: { readonly show: "names" | "names-and-emails" | "ids"; readonly history: "counts" | "accounts" };
  readonly irreversible: readonly string[];
  /** Spans in which nothing is taken; `to` is the first moment after. In order of the file. */
  readonly freeze: readonly {
    readonly from: Seconds;
    readonly to: Seconds;
    readonly lastDay: string;
    readonly reason: string;
  }[];
}

/** What may at most be taken; null: no such bound. */
export interface Bound {
  readonly percent: number | null;
  readonly changes: number | null;
}

/** Everything the policy repository says, about one snapshot, at one moment. */
export interface PolicySet {
  readonly digest: string;
  readonly settings: Settings;
  /** By id. */
  readonly policies: readonly Policy[];
  readonly exemptions: readonly ExemptionRule[];
  readonly sources: ReadonlyMap<string, SourceTable>;
}
