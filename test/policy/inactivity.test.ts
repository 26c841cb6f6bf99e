import { describe, expect, it } from "vitest";
import type { Where } from "../../src/model/documents.generated.ts";
import type { SeatHistory } from "../../src/model/ledger-view.ts";
import type { Truth } from "../../src/model/verdict.ts";
import { DAYS, now, organization, type OrganizationParts, type PersonParts } from "../support/people.ts";
import { answers, type Rest } from "./evaluation.ts";

const groups = {
  "jira-users": { grants: ["jira"] },
  "wiki-users": { grants: ["confluence"] },
  both: { grants: ["jira", "confluence"] },
};
const old = now - 1_000 * DAYS;
const ago = (days: number): number => now - days * DAYS;
const seen = (days: number | null, restored: number | null = null): SeatHistory => ({
  firstSeen: days === null ? null : ago(days),
  restored: restored === null ? null : ago(restored),
});

/** Somebody who holds a Jira seat, joined long ago and was last active there so many days ago. */
function jira(lastActive: number | null, more: PersonParts = {}): PersonParts {
  return { groups: ["jira-users"], added: old, active: lastActive === null ? {} : { jira: lastActive }, ...more };
}

function on(
  where: Where,
  people: OrganizationParts["people"],
  rest: Rest = {},
  instance: string | null = "jira",
): Readonly<Record<string, Truth>> {
  return answers(organization({ groups, people: people ?? {} }), where, instance, rest);
}

describe("idleness of a seat", () => {
  const people = {
    quiet: jira(91),
    exactly: jira(90),
    active: jira(89),
    never: jira(null),
    untold: jira(null, { active: null }),
    noDate: jira(null, { active: { jira: null } }),
    elsewhere: jira(91, { active: { jira: 91, confluence: 1 } }),
    nobody: jira(91, { groups: [] }),
    perhaps: jira(91, { groups: null }),
    perhapsActive: jira(1, { groups: null }),
    ahead: jira(-30),
  };

  it("`idle` needs a date, that long ago or longer, on the seat's own instance", () => {
    expect(on({ idle: "90d" }, people)).toEqual({
      quiet: "true",
      exactly: "true",
      active: "false",
      never: "false",
      untold: "unknown",
      noDate: "unknown",
      elsewhere: "true",
      nobody: "false",
      perhaps: "unknown",
      perhapsActive: "false",
      ahead: "false",
    });
  });

  it("`neverActive` needs that there is no date", () => {
    expect(on({ neverActive: "90d" }, people)).toMatchObject({
      quiet: "false",
      active: "false",
      never: "true",
      untold: "unknown",
      nobody: "false",
    });
  });

  it("`unused` is either", () => {
    expect(on({ unused: "90d" }, people)).toMatchObject({
      quiet: "true",
      active: "false",
      never: "true",
      untold: "unknown",
      noDate: "unknown",
      nobody: "false",
    });
  });

  it("is unknown of everybody who holds a seat where the activity dates cannot be believed", () => {
    for (const key of ["idle", "unused", "neverActive"] as const) {
      expect(on({ [key]: "90d" }, people, { distrusted: ["jira"] })).toMatchObject({
        quiet: "unknown",
        active: "unknown",
        never: "unknown",
        nobody: "false",
      });
    }
  });

  it("turned by `not` stays unknown where it was", () => {
    expect(on({ not: { unused: "90d" } }, people)).toMatchObject({ quiet: "false", active: "true", untold: "unknown" });
  });
});

describe("idleness counts from the latest of", () => {
  const history = (record: SeatHistory): Rest => ({ history: { "ada jira": record } });
  const ada = (where: Where, person: PersonParts, rest: Rest = {}): Truth | undefined =>
    on(where, { ada: person }, rest)["ada"];

  it("the day the seat was first seen", () => {
    expect(ada({ unused: "90d" }, jira(400), history(seen(60)))).toBe("false");
    expect(ada({ unused: "90d" }, jira(400), history(seen(91)))).toBe("true");
    expect(ada({ neverActive: "90d" }, jira(null), history(seen(60)))).toBe("false");
  });

  it("the day we last gave or restored it", () => {
    expect(ada({ unused: "90d" }, jira(400), history(seen(500, 60)))).toBe("false");
    expect(ada({ unused: "90d" }, jira(400), history(seen(null, 60)))).toBe("false");
    expect(ada({ unused: "90d" }, jira(400), history(seen(500, 91)))).toBe("true");
  });

  it("the day of joining, for seats that are older than us, and for people who joined again", () => {
    expect(ada({ neverActive: "90d" }, jira(null, { added: ago(60) }), history(seen(null)))).toBe("false");
    expect(ada({ neverActive: "90d" }, jira(null, { added: ago(60) }))).toBe("false");
    expect(ada({ neverActive: "90d" }, jira(null, { added: ago(91) }))).toBe("true");
    expect(ada({ neverActive: "90d" }, jira(null, { added: ago(60) }), history(seen(300)))).toBe("false");
  });

  it("and is unknown where none of these is known", () => {
    const noDay: PersonParts = { groups: ["jira-users"], active: {} };
    expect(ada({ unused: "90d" }, noDay)).toBe("unknown");
    expect(ada({ unused: "90d" }, { ...noDay, active: { jira: 400 } })).toBe("unknown");
    expect(ada({ unused: "90d" }, { ...noDay, active: { jira: 5 } })).toBe("false");
    expect(ada({ unused: "90d" }, noDay, history(seen(300)))).toBe("true");
    expect(ada({ unused: "90d" }, noDay, history(seen(null, 300)))).toBe("unknown");
  });

  it("and under 14 days nobody can tell", () => {
    for (const key of ["unused", "neverActive"] as const) {
      expect(ada({ [key]: "3d" }, jira(null), history(seen(13)))).toBe("unknown");
      expect(ada({ [key]: "3d" }, jira(null), history(seen(14)))).toBe("true");
    }
    expect(ada({ idle: "3d" }, jira(400), history(seen(13)))).toBe("unknown");
    expect(ada({ idle: "3d" }, jira(400), history(seen(500, 13)))).toBe("unknown");
    expect(ada({ idle: "3d" }, jira(400), history(seen(14)))).toBe("true");
    expect(ada({ unused: "90d" }, jira(null, { added: ago(13) }))).toBe("unknown");
  });

  it("and activity since is an answer even in a young seat", () => {
    expect(ada({ unused: "3d" }, jira(1), history(seen(5)))).toBe("false");
    expect(ada({ idle: "3d" }, jira(null), history(seen(5)))).toBe("false");
  });

  it("and a seat no run has seen is new where runs have noted seats, else older than us", () => {
    expect(ada({ neverActive: "90d" }, jira(null), { unseenSeats: "new" })).toBe("unknown");
    expect(ada({ neverActive: "90d" }, jira(null), { unseenSeats: "older" })).toBe("true");
    expect(ada({ neverActive: "90d" }, jira(null), { unseenSeats: "new", ...history(seen(null)) })).toBe("true");
  });

  it("`heldFor` counts from the same days", () => {
    expect(ada({ heldFor: "60d" }, jira(1), history(seen(60)))).toBe("true");
    expect(ada({ heldFor: "60d" }, jira(1), history(seen(59)))).toBe("false");
    expect(ada({ heldFor: "60d" }, jira(1), history(seen(300, 59)))).toBe("false");
    expect(ada({ heldFor: "60d" }, { groups: ["jira-users"] })).toBe("unknown");
    expect(ada({ heldFor: "60d" }, jira(1, { groups: [] }))).toBe("false");
  });
});

describe("idleness of people", () => {
  const both = (lastJira: number | null, lastWiki: number | null, more: PersonParts = {}): PersonParts => ({
    groups: ["both"],
    added: old,
    active: {
      ...(lastJira === null ? {} : { jira: lastJira }),
      ...(lastWiki === null ? {} : { confluence: lastWiki }),
    },
    ...more,
  });
  const people: OrganizationParts["people"] = {
    quiet: both(200, 300),
    half: both(200, 3),
    neverInOne: both(null, 300),
    never: both(null, null),
    untold: both(null, null, { active: null }),
    untoldInOne: both(200, null, { active: { jira: 200, confluence: null } }),
    untoldAndActive: both(3, null, { active: { jira: 3, confluence: null } }),
    jiraOnly: jira(200),
    nothing: { added: old },
    otherApp: jira(200, { active: { jira: 200, confluence: 3 } }),
  };

  it("`idle` everywhere is idle or never active on each app the person holds, with a date on one", () => {
    expect(on({ idle: { everywhere: "180d" } }, people, {}, null)).toEqual({
      quiet: "true",
      half: "false",
      neverInOne: "true",
      never: "false",
      untold: "unknown",
      untoldInOne: "unknown",
      untoldAndActive: "false",
      jiraOnly: "true",
      nothing: "false",
      otherApp: "false",
    });
  });

  it("everywhere counts activity on apps that the person holds no seat on", () => {
    const guest = { guest: jira(200, { active: { jira: 200, confluence: 190 } }) };
    expect(on({ unused: { everywhere: "180d" } }, guest, {}, null)).toEqual({ guest: "true" });
    expect(on({ unused: { everywhere: "195d" } }, guest, {}, null)).toEqual({ guest: "false" });
    expect(
      on({ neverActive: { everywhere: "180d" } }, { guest: jira(null, { active: { confluence: 190 } }) }, {}, null),
    ).toEqual({
      guest: "false",
    });
  });

  it("`unused` everywhere is unused on each app the person holds", () => {
    expect(on({ unused: { everywhere: "180d" } }, people, {}, null)).toMatchObject({
      quiet: "true",
      half: "false",
      neverInOne: "true",
      never: "true",
      nothing: "false",
      untoldInOne: "unknown",
    });
  });

  it("everywhere is unknown where one app's dates cannot be believed, unless another was used", () => {
    expect(on({ unused: { everywhere: "180d" } }, people, { distrusted: ["jira"] }, null)).toMatchObject({
      quiet: "unknown",
      half: "false",
      jiraOnly: "unknown",
      nothing: "false",
    });
  });

  it("everywhere means the same in a policy about seats", () => {
    expect(on({ idle: { everywhere: "180d" } }, people)).toMatchObject({
      quiet: "true",
      half: "false",
      never: "false",
    });
  });

  it("on one app looks at that app only, and at holders of it only", () => {
    expect(on({ app: "confluence", unused: "180d" }, people, {}, null)).toMatchObject({
      quiet: "true",
      half: "false",
      neverInOne: "true",
      jiraOnly: "false",
      nothing: "false",
      otherApp: "false",
    });
  });

  it("on several apps looks at those of them that the person holds", () => {
    expect(on({ app: ["jira-software", "confluence"], idle: "180d" }, people, {}, null)).toMatchObject({
      quiet: "true",
      half: "false",
      jiraOnly: "true",
      never: "false",
      nothing: "false",
    });
  });

  it("on an app around it keeps to that app", () => {
    expect(on({ app: "confluence", any: [{ idle: "180d" }, { neverActive: "180d" }] }, people, {}, null)).toMatchObject(
      {
        quiet: "true",
        half: "false",
        never: "true",
        jiraOnly: "false",
      },
    );
  });

  it("`heldFor` is how long each of them has been held", () => {
    const rest: Rest = { history: { "quiet jira": seen(30), "quiet confluence": seen(90) } };
    expect(on({ app: ["jira-software", "confluence"], heldFor: "60d" }, people, rest, null)).toMatchObject({
      quiet: "false",
      half: "true",
      nothing: "false",
    });
    expect(on({ app: "confluence", heldFor: "60d" }, people, rest, null)).toMatchObject({ quiet: "true" });
  });
});
