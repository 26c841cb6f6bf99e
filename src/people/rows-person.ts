import { hasBit } from "../model/bits.ts";
import { entries, mfaStates, UNKNOWN_TIME } from "./population.ts";
import { type CellOf, lastActiveIn, type RowSource, type SnapshotTable, tableOf } from "./rows.ts";

function* everybody({ population }: RowSource): Generator<number> {
  for (let person = 0; person < population.size; person++) yield person;
}

/** A text as `seatwright users` shows it in one of its columns. */
function text(name: string, column: string, about: string): CellOf<number> {
  return { name, kind: "text", empty: "maybe", about, of: (person, { user }) => user(column, person, null) };
}

const hidden = "empty: not filled in, or hidden";

/** One row for each person of the organisation. */
export const peopleTable: SnapshotTable = tableOf(
  { name: "people", about: "a person", key: ["account_id"] },
  everybody,
  [
    {
      name: "account_id",
      kind: "text",
      empty: "never",
      about: "the account id",
      of: (person, { population }) => population.text("id", person),
    },
    text("name", "name", `the full name; ${hidden}`),
    text("nickname", "nickname", `the public name; ${hidden}`),
    text("email", "email", `the e-mail address; ${hidden}`),
    text("email_domain", "emailDomain", "the part of the address behind the @, in lower case; empty: no address"),
    text("status", "status", "`active`, `suspended`, `not_invited`, `deactivated` or `for_deletion`; empty: unknown"),
    text("account", "account", "`managed` or `unmanaged`; empty: unknown"),
    text("source", "source", "`invited`, or `synced` from an identity provider; empty: unknown"),
    {
      name: "two_step",
      kind: "boolean",
      empty: "maybe",
      about: "whether two-step verification is on; empty: unknown",
      of: (person, { population }) => {
        const state = mfaStates[population.mfa[person] ?? 0] ?? "unknown";
        return state === "unknown" ? null : state === "on";
      },
    },
    {
      name: "added_at",
      kind: "moment",
      empty: "maybe",
      about: "when the person came to the organisation; empty: unknown",
      of: (person, { population }) => {
        const at = population.added[person] ?? UNKNOWN_TIME;
        return at === UNKNOWN_TIME ? null : at;
      },
    },
    text("department", "department", `from the profile; ${hidden}`),
    text("job_title", "jobTitle", `from the profile; ${hidden}`),
    text("location", "location", `from the profile; ${hidden}`),
    text("organization", "organization", `from the profile; ${hidden}`),
    text(
      "admin_roles",
      "adminRoles",
      "roles that administer the organisation, with blanks between; empty: none, or unknown",
    ),
    {
      name: "directory_ids",
      kind: "text",
      empty: "maybe",
      about: "the directories, with blanks between; empty: none",
      of: (person, { population }) =>
        [...entries(population.directories, person)].map((at) => population.header.directories[at]?.id ?? "").join(" "),
    },
    {
      name: "memberships_known",
      kind: "boolean",
      empty: "never",
      about: "false: the groups of this person could not be read, and `memberships` has none of them",
      of: (person, { population }) => !hasBit(population.groupsUnknown, person),
    },
    {
      name: "seats",
      kind: "integer",
      empty: "never",
      about: "paid seats that the person holds for certain",
      of: (person, { seats }) => seats.holders.filter(({ yes }) => hasBit(yes, person)).length,
    },
    {
      name: "last_active_at",
      kind: "moment",
      empty: "maybe",
      about: "the latest activity on any app; empty: see `activity`",
      of: (person, { user }) => lastActiveIn(user("lastActive", person, null)).at,
    },
    {
      name: "activity",
      kind: "text",
      empty: "never",
      about: "`active`: there is a date; `never`: on no app; `unknown`: not known of one app or more",
      of: (person, { user }) => lastActiveIn(user("lastActive", person, null)).state,
    },
  ],
);
