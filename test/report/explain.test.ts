import { describe, expect, it } from "vitest";
import type { Explanation, PastChange } from "../../src/model/documents.generated.ts";
import type { Population } from "../../src/people/population.ts";
import { explain } from "../../src/plan/explain.ts";
import { renderExplanation } from "../../src/report/explain-text.ts";
import type { Show } from "../../src/report/people.ts";
import { approvalOf, planWith } from "../support/apply.ts";
import { at, DAYS, idOf, now, organization, type OrganizationParts } from "../support/people.ts";
import {
  exemption,
  personPolicy,
  policy,
  requestOf,
  revoke,
  type Rules,
  type SettingsParts,
  suspend,
  where,
} from "../support/policies.ts";

const parts: OrganizationParts = {
  groups: {
    "jira-users": { grants: ["jira"] },
    okta: { grants: ["confluence"], synced: true },
    guests: { grants: ["jsm atlassian/guest"] },
  },
  people: {
    ada: {
      name: "Ada Lovelace",
      email: "ada@example.com",
      claim: "managed",
      source: "invited",
      added: now - 400 * DAYS,
      groups: ["jira-users", "okta", "guests"],
      active: { jira: 200, confluence: 3 },
    },
    boss: { name: "Boss", platformRoles: ["atlassian/org-admin"], groups: ["jira-users"], active: { jira: 1 } },
    eve: { name: "Eve", active: { jira: 1 } },
  },
};

const settings: SettingsParts = {
  identityProviders: [{ name: "Okta", owner: "@acme/iam", groups: new Set([1]), emailDomains: [] }],
};

function told(id: string, rules: Rules, show: Show = "names", more: Partial<Explanation> = {}): string {
  const population: Population = organization(parts);
  const explanation = explain(requestOf(population, { settings, ...rules }), at.person(population, id));
  return renderExplanation({ ...explanation, ...more }, population, { colour: "off", width: 200, show, problems: [] });
}

/** Lines, each once more on one line whatever the page broke. */
const plain = (text: string): string => text.replaceAll(/\s+/g, " ");

const unused = policy("unused", { filter: where.unused(90), instances: [0, 1] });

const pastChange: PastChange = {
  run: "r-20261001T060000Z-0000abcd",
  at: "2026-10-01T06:01:00Z",
  planDigest: planWith([]).digest,
  origin: "policies",
  change: "c-0123456789abcdef",
  action: "suspend",
  seat: null,
  target: null,
  policies: [
    { policy: "leavers", facts: [{ filter: "in: hr", at: "policies/people.yaml:12", result: "true", value: null }] },
  ],
  operations: [],
  outcome: "done",
  reason: "carried out and read back",
  before: null,
  after: null,
  lost: [{ instance: idOf.instance("jira"), app: "jira-software", site: "acme" }],
  gained: [],
  approval: approvalOf(planWith([])),
  undo: {
    state: "possible",
    reason: null,
    command: "seatwright undo r-20261001T060000Z-0000abcd --person ada --out undo.json",
  },
};

describe("an explanation for a reader", () => {
  it("reads like this", () => {
    expect(told("ada", { policies: [unused] })).toBe(`Ada Lovelace · ada
  active, a managed account, came by invitation, added 2025-10-16, in the directory main
  groups: guests, jira-users, okta
  as read on 20 November 2026, 06:00 UTC

In short
  The plan would: Revoke Jira on acme, because of unused.

Paid seats
  Confluence on acme
    By the group okta (user), which Okta (@acme/iam) fills: only there can it be left. Without it
      the seat is free.
    A revoke does nothing here: the seat comes from okta, which Okta fills; only there can it be
      left. Who can: @acme/iam.
    Last used 2026-11-17, 3 days ago. Atlassian's dates may be 24 hours late; 1 of 1 holders have
      an activity date.
    As a seat it counts as held since 2025-10-16.
  Jira on acme
    By the group jira-users (user). Without it the seat is free.
    A revoke takes all of its paths, and frees the seat.
    Last used 2026-05-04, 200 days ago. Atlassian's dates may be 24 hours late; 2 of 2 holders
      have an activity date.
    As a seat it counts as held since 2025-10-16.

Access that costs no seat
  Jira Service Management on acme: guest, by guests. The role is a free one.

Policies
  unused on Jira on acme: matches
    unused: 90d is true: last active 2026-05-04 (policies/test.yaml:1)
    Revoke Jira on acme: in the plan (${changeIdOf("ada")}).
  unused on Confluence on acme: does not match
    unused: 90d is false: last active 2026-11-17 (policies/test.yaml:1)
    If it matched, it would ask for: revoke.
`);
  });

  it("says first why nothing is done: exempt until when and by whom, protected, held, or no policy at all", () => {
    const exempt = exemption("EX-7", { filter: where.named("ada") });
    const ada = plain(told("ada", { policies: [unused], exemptions: [exempt] }));
    expect(ada).toContain(
      "In short Left alone (exempt): Revoke Jira on acme of unused, exemption EX-7 until 2027-03-31",
    );
    expect(ada).toContain("Exempt by EX-7: on call; until 2027-03-31; owner @acme/it.");
    const boss = plain(told("boss", { policies: [policy("all")] }));
    expect(boss).toContain("Protected, nothing is taken: the person is an organisation admin.");
    expect(boss).toContain("Left alone (protected): Revoke Jira on acme of all, is an organisation admin");
    const held = plain(told("ada", { policies: [policy("quiet", { mode: "report" })] }));
    expect(held).toContain("Left alone (held): Revoke Jira on acme of quiet, the policy only reports (mode: report)");
    expect(plain(told("eve", { policies: [] }))).toContain(
      "In short No policy that was read speaks of this person, and no run has had a change of them. No paid seat is held",
    );
  });

  it("tells who waits for a turn, and what was handed over to whom, since when and under which number", () => {
    const wiki = policy("wiki", { instances: [1], actions: [{ ...revoke, ifBlocked: "handoff" }] });
    const handed = plain(told("ada", { policies: [wiki] }));
    expect(handed).toMatch(
      /Left alone \(blocked\): Revoke Confluence on acme of wiki, the seat comes from okta, .*\(@acme\/iam\); handed over as h-[0-9a-f]{16}, open since 2026-11-20\./,
    );
    const slow = policy("slow", { pace: { changes: 0 } });
    expect(plain(told("ada", { policies: [slow] }))).toContain(
      "Left alone (waiting): Revoke Jira on acme of slow, waits its turn: slow takes 0 at a time",
    );
  });

  it("says what was done before, as long as it is in effect: an answer to somebody who lost a seat", () => {
    const text = plain(told("eve", { policies: [unused] }, "names", { past: [pastChange] }));
    expect(text).toContain(
      "In short Earlier: Suspend: done, and read back, on 1 October 2026, 06:01 UTC by r-20261001T060000Z-0000abcd, because of leavers.",
    );
    expect(text).toContain("Seats that go with it: Jira on acme.");
    expect(text).toContain("leavers: in: hr is true (policies/people.yaml:12)");
    expect(text).toContain("seatwright undo r-20261001T060000Z-0000abcd --person ada --out undo.json");
    const back = { ...pastChange, undo: { state: "taken-back", reason: "taken back by r-2", command: null } } as const;
    const after = plain(told("eve", { policies: [] }, "names", { past: [back] }));
    expect(after).not.toContain("Earlier:");
    expect(after).toContain(
      "In short No policy that was read speaks of this person; what runs did before is told below.",
    );
    expect(after).toContain("It was taken back by r-2.");
  });

  it("says that a change came after the snapshot, which cannot show it, and only where something was changed", () => {
    const since = "That was after this snapshot was read";
    const later = { ...pastChange, at: "2026-11-21T06:00:00Z" };
    const text = plain(told("ada", { policies: [] }, "names", { past: [later] }));
    expect(text).toContain("In short Since this snapshot: Suspend");
    expect(text).toContain(since);
    const alone = { ...later, outcome: "left-alone", undo: { state: "nothing", reason: "", command: null } } as const;
    expect(plain(told("ada", { policies: [] }, "names", { past: [alone] }))).not.toContain(since);
    expect(plain(told("ada", { policies: [] }, "names", { past: [pastChange] }))).not.toContain(since);
  });

  it("names the person only as far as privacy.show allows", () => {
    expect(told("ada", { policies: [] }, "names")).not.toContain("ada@example.com");
    expect(told("ada", { policies: [] }, "names-and-emails")).toContain("Ada Lovelace <ada@example.com>");
    expect(told("ada", { policies: [] }, "ids")).not.toMatch(/Lovelace|ada@example/);
  });

  it("shows no raw app key and no ARI", () => {
    const all = [unused, policy("all", { instances: [0, 1] }), personPolicy("p", { actions: [suspend] })];
    for (const id of ["ada", "boss", "eve"]) {
      const text = told(id, { policies: all }, "names", { past: [pastChange] });
      expect(text).not.toMatch(/jira-software|jira-service-management|ari:cloud/);
    }
  });

  it("says how far the snapshot can be believed", () => {
    const concerns = ["members of jira-users do not add up."];
    const text = plain(told("ada", { policies: [] }, "names", { certificate: { state: "suspect", concerns } }));
    expect(text).toContain("The snapshot is suspect, so nothing is taken from anybody: members of jira-users do not");
  });

  it("lets no name give orders to a terminal", () => {
    const text = told("ada", { policies: [] }, "names", {
      person: { ...explainedPerson("ada"), name: "Ada\u001b[31m\nFake line", groups: ["g\u202eroup"] },
    });
    for (const sign of ["\u001b", "\u202e", "\nFake line"]) expect(text).not.toContain(sign);
  });
});

function explainedPerson(id: string): Explanation["person"] {
  const population = organization(parts);
  return explain(requestOf(population, { policies: [] }), at.person(population, id)).person;
}

function changeIdOf(id: string): string {
  const population = organization(parts);
  return (
    explain(requestOf(population, { settings, policies: [unused] }), at.person(population, id)).changes[0]?.id ?? ""
  );
}
