import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import type { OpenHandoff } from "../../src/model/ledger-view.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { handoffsOf, isDone } from "../../src/plan/handoff.ts";
import { handedTo } from "../../src/model/handoff.ts";
import { createNames } from "../../src/report/people.ts";
import { renderPlanMarkdown } from "../../src/report/plan-markdown.ts";
import { renderPlanText } from "../../src/report/plan-text.ts";
import { propose } from "../../src/plan/propose.ts";
import { renderHandoffs } from "../../src/report/handoff-csv.ts";
import { DAYS, now, organization, type PersonParts } from "../support/people.ts";
import { policy, requestOf, revoke, type Rules, settingsFor, where } from "../support/policies.ts";

const people: Readonly<Record<string, PersonParts>> = {
  ada: { groups: ["okta-jira"], name: "=HYPERLINK(1)", email: "ada@example.com" },
  bob: { groups: ["okta-jira", "okta-more"] },
  cyd: { groups: ["entra-jira"] },
};
const groups = {
  "okta-jira": { grants: ["jira"], synced: true },
  "okta-more": { grants: ["jira"], synced: true },
  "entra-jira": { grants: ["jira"], synced: true },
};
const handing = { ...revoke, ifBlocked: "handoff" } as const;

function planned(who: Readonly<Record<string, PersonParts>> = people, open: readonly OpenHandoff[] = [], ids = ["a"]) {
  const population = organization({ groups, people: who });
  const at = (name: string): ReadonlySet<number> =>
    new Set(population.header.groups.flatMap((group, position) => (group.name.startsWith(name) ? [position] : [])));
  const identityProviders = [
    { name: "Okta", owner: "@acme/iam", groups: at("okta"), emailDomains: [] },
    { name: "Entra ID", owner: "@acme/entra", groups: at("entra"), emailDomains: [] },
  ];
  const rules: Rules = {
    policies: ids.map((id) => policy(id, { filter: where.everybody, actions: [handing] })),
    settings: { identityProviders },
    ledger: { handoffs: open },
  };
  const plan = propose(requestOf(population, rules));
  const handoffs = handoffsOf(plan, population, settingsFor(population, { identityProviders }));
  return { plan, population, handoffs, files: renderHandoffs(handoffs, identityProviders, population, plan.asOf) };
}

describe("a hand-off", () => {
  it("has one id for a person, a seat and a provider, whichever policies ask for it", () => {
    const { plan, handoffs } = planned(people, [], ["a", "b"]);
    expect(plan.heldBack).toHaveLength(6);
    expect(handoffs).toHaveLength(3);
    expect(handoffs.map(({ policies }) => policies)).toEqual([
      ["a", "b"],
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(handoffs.map(({ id }) => id)).toEqual(planned().handoffs.map(({ id }) => id));
    expect(new Set(plan.heldBack.map(({ handoffId }) => handoffId))).toEqual(new Set(handoffs.map(({ id }) => id)));
  });

  it("is open since the plan that first had it, and the plan counts new, open and done ones", () => {
    const first = planned();
    expect(first.plan.heldBack.map(({ since }) => since)).toEqual(Array(3).fill(first.plan.asOf));
    expect(first.plan.notes).toContain(
      "Hand-offs of what cannot be changed here: 3 new, 0 open since earlier, 0 seen done.",
    );
    const open = first.plan.heldBack.slice(0, 2).map(
      ({ handoffId: id = "", accountId, action, seat }): OpenHandoff => ({
        id,
        accountId,
        action,
        instance: seat?.instance ?? null,
        since: now - 12 * DAYS,
      }),
    );
    const { ada: _, ...rest } = people;
    const later = planned({ ...rest, ada: { groups: [] } }, open);
    expect(later.plan.notes).toContain(
      "Hand-offs of what cannot be changed here: 1 new, 1 open since earlier, the oldest for 12 days, 1 seen done.",
    );
    expect(later.plan.heldBack.map(({ accountId, since }) => `${accountId} ${since}`)).toEqual([
      "bob 2026-11-08T06:00:00Z",
      "cyd 2026-11-20T06:00:00Z",
    ]);
  });

  it.each<[string, PersonParts | null, string, boolean]>([
    ["the seat is gone", { groups: [] }, "revoke", true],
    ["the person is gone", null, "revoke", true],
    ["the seat is held", { groups: ["okta-jira"] }, "revoke", false],
    ["it is not known which groups they are in", { groups: null }, "revoke", false],
  ])("of a seat, where %s: done is %4$s", (_, ada, action, done) => {
    const population = organization({ groups, people: ada === null ? {} : { ada } });
    const instance = population.header.instances[0]?.id ?? "";
    expect(isDone(population, seatsOf(population), { accountId: "ada", action, instance })).toBe(done);
  });

  it.each<[string, string, boolean]>([
    ["active", "deactivate", false],
    ["suspended", "deactivate", false],
    ["deactivated", "deactivate", true],
    ["suspended", "suspend", true],
    ["active", "activate", true],
    ["odd", "deactivate", false],
  ])("of an account that is %s, to %s: done is %s", (status, action, done) => {
    const population = organization({ people: { ada: { status } } });
    expect(isDone(population, seatsOf(population), { accountId: "ada", action, instance: null })).toBe(done);
  });
});

describe("a hand-off that no identity provider can do", () => {
  const mixed = () => {
    const population = organization({
      groups: { ...groups, both: { grants: ["jira", "confluence"] }, extra: { grants: ["jira"] } },
      people: {
        ada: { groups: ["okta-jira"] },
        // Leaving the group would take Confluence too; and a group that the tool may not leave.
        bob: { groups: ["both"] },
        cyd: { groups: ["extra"] },
      },
    });
    const settings = { accessGroups: ["both"] };
    const rules: Rules = { policies: [policy("a", { filter: where.everybody, actions: [handing] })], settings };
    const plan = propose(requestOf(population, rules));
    const handoffs = handoffsOf(plan, population, settingsFor(population, settings));
    return { plan, handoffs, files: renderHandoffs(handoffs, [], population, plan.asOf) };
  };

  it("is for admins of the organisation, whom the plan counts apart", () => {
    const { plan, handoffs } = mixed();
    const told = handoffs.map(({ accountId, to, groups: names }) => [accountId, to, names.map(({ name }) => name)]);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        ["ada", "provider", ["okta-jira"]],
        ["bob", "admins", ["both"]],
        ["cyd", "admins", ["extra"]],
      ]),
    );
    expect(plan.notes.join(" ")).toContain("1 for the identity provider, 2 for admins of the organisation.");
    expect(plan.heldBack.map((held) => `${held.code} ${handedTo(held)}`).sort()).toEqual([
      "other-group admins",
      "other-seat admins",
      "synced-group provider",
    ]);
    expect(handedTo({ handoff: false, code: "synced-group" })).toBeNull();
  });

  it("is in a file of its own, and in the plan an admin can do it", () => {
    const { plan, files } = mixed();
    expect(files.map(({ name, rows, owner }) => [name, rows, owner])).toEqual([
      ["provider-not-named.csv", 1, null],
      ["organisation-admins.csv", 2, "admins of the organisation"],
    ]);
    expect(files[1]?.text).toContain("decide, and free the seat by hand");
    const names = createNames(null, "ids");
    const text = renderPlanText(plan, names, {
      colour: "off",
      width: 120,
      rows: "all",
      detail: "full",
      planPath: null,
    });
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      "An admin of the organisation can do it, in the hand-off file for admins",
    );
    expect(
      renderPlanMarkdown(plan, names, { maxBytes: 60_000, whole: { words: "the plan", url: null }, planPath: null }),
    ).toContain("An admin of the organisation, in the hand-off file for admins");
  });

  it("never shares a file with a provider of the same name", () => {
    const rows = mixed().handoffs;
    const population = organization({ people: {} });
    const providers = [{ name: "Organisation admins", owner: "@acme/iam" }];
    const names = renderHandoffs(rows, providers, population, "2026-11-20T06:00:00Z").map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the hand-off files", () => {
  const { files } = planned();
  const rowsOf = (text: string) =>
    parse(text, { bom: true, columns: true }) as readonly Readonly<Record<string, string>>[];

  it("are one for each provider and one for admins, with what a person needs who acts there", () => {
    expect(files.map(({ name, rows }) => [name, rows])).toEqual([
      ["entra-id.csv", 1],
      ["okta.csv", 2],
      ["organisation-admins.csv", 0],
    ]);
    const bob = rowsOf(files[1]?.text ?? "").find((row) => row["account id"] === "bob");
    expect(bob).toMatchObject({
      state: "new",
      "open since": "2026-11-20",
      "days open": "0",
      "to do": "take out of the groups",
      "groups to leave": "okta-jira; okta-more",
      app: "Jira",
      site: "acme",
      policy: "a",
    });
  });

  it("are there without rows for a provider that has nothing to do, so that no old file stays", () => {
    const { cyd: _, ...others } = people;
    const [entra] = planned(others).files;
    expect(entra).toMatchObject({ name: "entra-id.csv", rows: 0, owner: "@acme/entra" });
    expect(rowsOf(entra?.text ?? "x")).toEqual([]);
    expect(entra?.text.startsWith("\uFEFFid,state,")).toBe(true);
  });

  it("open in Excel as text: with a byte order mark, and without a formula", () => {
    const text = files[1]?.text ?? "";
    expect(text.startsWith("\uFEFFid,state,")).toBe(true);
    const ada = rowsOf(text).find((row) => row["account id"] === "ada");
    expect(ada).toMatchObject({ name: "'=HYPERLINK(1)", "e-mail": "ada@example.com", owner: "'@acme/iam" });
  });
});
