import { describe, expect, it } from "vitest";
import type { SeatReport } from "../../src/model/documents.generated.ts";
import schema from "../../schemas/seats.schema.json" with { type: "json" };
import { moneyText } from "../../src/report/seats-money.ts";
import { renderSeatsText } from "../../src/report/seats-text.ts";
import { displayWidth } from "../../src/report/width.ts";

const [example] = schema.examples as unknown as readonly SeatReport[];
if (example === undefined) throw new Error("the schema has no example");
const report: SeatReport = example;

function text(of: SeatReport, width = 100, detail: "short" | "full" = "short"): string {
  return renderSeatsText(of, { colour: "off", width, detail });
}

/** The text on one line, as a reader reads it. */
const flat = (of: string): string => of.replaceAll(/\s+/g, " ");

function changed(parts: Partial<SeatReport>): SeatReport {
  return { ...report, ...parts };
}

const [instance] = report.instances;
const [licence] = report.licences;
if (instance === undefined || licence === undefined) throw new Error("the example has too little");

describe("an amount of money", () => {
  it("is written with its currency and as many decimals as that has", () => {
    const usd = { currency: "USD", decimals: 2 };
    expect([0, 5, 105, 1089620].map((minor) => moneyText(minor, usd))).toEqual([
      "USD 0.00",
      "USD 0.05",
      "USD 1.05",
      "USD 10,896.20",
    ]);
    expect(moneyText(-5, usd)).toBe("USD −0.05");
    expect(moneyText(90000, { currency: "JPY", decimals: 0 })).toBe("JPY 90,000");
    expect(moneyText(1005, { currency: "KWD", decimals: 3 })).toBe("KWD 1.005");
  });
});

describe("the seats on a terminal", () => {
  it("tell what is held, what is unused, and what could be freed", () => {
    const told = flat(text(report));
    expect(told).toContain("20 paid seats by 20 people");
    expect(told).toMatch(/Jira on acme 20 6/);
    expect(told).toMatch(/Jira on acme 90d 6/);
  });

  it("tell of how many it is not known, and beside them what Atlassian counts", () => {
    const doubtful = { ...instance, unknown: 3, counted: { atLeast: 22, atMost: 24 } };
    const told = flat(text(changed({ instances: [doubtful], total: { ...report.total, unknown: 3 } })));
    expect(told).toContain("20 paid seats by 20 people; 3 more not known");
    expect(told).toMatch(/App Seats Not known Unused 90d Jira on acme 20 3 6/);
    expect(told).toContain("Atlassian counts 22 to 24 with a paid role");
    expect(told).toContain("None of them is among the seats");
    const certain = flat(text(report));
    expect(certain).not.toContain("Atlassian counts");
    expect(certain).not.toContain("not known");
  });

  it("tell what Atlassian counts also where nothing is unknown and its count does not fit, and who may be in it", () => {
    const odd = (counted: typeof instance.counted, unknown = 0): string =>
      flat(text(changed({ instances: [{ ...instance, unknown, counted }] })));
    expect(odd({ atLeast: 22, atMost: 24 })).toContain(
      "Atlassian counts 22 to 24 with a paid role, 2 more than held and not known",
    );
    expect(odd({ atLeast: 22, atMost: 24 })).toContain("whose access is suspended in the directory of that app");
    expect(odd({ atLeast: 17, atMost: 18 })).toContain("counts 17 to 18 with a paid role, 2 fewer than held");
    expect(odd({ atLeast: 19, atMost: 20 })).not.toContain("Atlassian counts");
    expect(odd({ atLeast: 22, atMost: 22 }, 2)).toMatch(/Atlassian counts 22 with a paid role (?!.*more than held)/);
  });

  it("say where the use of several apps' seats is not known of some, and of all", () => {
    const dark = { instance: "ari:cloud:bitbucket::site/1", app: "bitbucket", site: "acme-code" };
    const labs = { instance: "ari:cloud:jira::site/2", app: "jira-software", site: "labs" };
    const told = (withoutSignal: typeof instance.withoutSignal): string => {
      const total = { ...report.total, withoutSignal };
      return flat(text(changed({ instances: [instance, { ...instance, site: "labs" }], apps: [], sites: [], total })));
    };
    const ofSome = told({ seats: 7, apps: ["bitbucket"], instances: [dark] });
    expect(ofSome).toMatch(/Everywhere 20 6 20 people/);
    expect(ofSome).toContain("Unused without Bitbucket: of 7 seats there it is not known");
    // Of another site of the same app it is known.
    expect(told({ seats: 7, apps: ["jira-software"], instances: [labs] })).toContain("Unused without Jira on labs:");
    expect(told({ seats: 20, apps: ["bitbucket"], instances: [dark] })).toMatch(/Everywhere 20 not known 20 people/);
    expect(told({ seats: 0, apps: ["bitbucket"], instances: [dark] })).toMatch(/Everywhere 20 6 20 people, each/);
  });

  it("tell who came by invitation, of whom that is not known, and who of the invited was never active", () => {
    const origins = { synced: 11, invited: 6, unknown: 3 };
    const scope = { ...instance, origins, neverAnywhere: 2, invitedNever: 1 };
    const withoutSignal = { seats: 7, apps: ["bitbucket"], instances: [] };
    const parts = { instances: [scope], total: { ...report.total, origins, invitedNever: 1, withoutSignal } };
    const told = flat(text(changed(parts), 200, "full"));
    expect(told).toContain("Synced By invitation Not known Never active Invited but never active Suspended");
    expect(told).toMatch(/Jira on acme 20 0 11 6 3 2 1 0/);
    // Still a table where the titles have to be broken.
    expect(text(changed(parts), 100, "full")).toMatch(/^ +Jira on acme( +\d+){8}$/m);
    expect(told).toContain("Of 3 people Atlassian does not tell how the account came");
    expect(told).toContain("where activity is not known (Bitbucket)");
    expect(told).toContain("2 never active on any app, of them 1 came by invitation");
  });

  it("tell what a licence costs at most where seats are not known, and how far the lower tier is then", () => {
    const tier = { upTo: 30, room: 10, toLower: 5 };
    const perhaps = { ...licence, unknown: 3, costAtMost: 20815, tier };
    const told = flat(text(changed({ licences: [perhaps] })));
    expect(told).toContain("an estimated USD 181.00 a month for 20 seats");
    expect(told).toContain("Not known 3 more seats; if all are held, an estimated USD 208.15 a month");
    expect(told).toContain("5 fewer reach the tier below, 8 if all that are not known are held");
  });

  it("keep tables and whole numbers at 80 columns, whatever stands in the way of a removal", () => {
    const scope = { ...instance, app: "jira-product-discovery" as const, site: "acme-with-a-long-name", held: 12_345 };
    const reclaim = (of: number): (typeof instance.unused)[number]["reclaim"] =>
      Object.fromEntries(Object.keys(instance.unused[0]?.reclaim ?? {}).map((key) => [key, of])) as never;
    const unused = ["30d", "60d", "90d", "120d"].map((each) => ({
      ...instance.unused[0],
      for: each,
      reclaim: reclaim(12_345),
    }));
    const wide = { ...scope, unused } as typeof instance;
    const narrow = text(changed({ instances: [wide, wide], thresholds: ["30d", "60d", "90d", "120d"] }), 80);
    expect(narrow.split("\n").filter((line) => displayWidth(line) > 80)).toEqual([]);
    const table = narrow.slice(narrow.indexOf("What can be freed"));
    expect(table).toMatch(/^ +Unused +Now +By provider +Blocked +Exempt +Protected +Held +Unknown$/m);
    expect(table.match(/^ +120d( +12,345){7}$/gm)).toHaveLength(2);
    // For an eighth column there is no room: it stands below, for each app.
    expect(flat(table).match(/Seat not known: 12,345 for 30d, 12,345 for 60d/g)).toHaveLength(2);
    const roomy = text(changed({ instances: [wide], thresholds: ["30d", "60d", "90d", "120d"] }), 160);
    expect(roomy).toMatch(/^ +App +Unused +Now .* +Unknown +Seat not known$/m);
  });

  it("call every amount of money an estimate", () => {
    const told = flat(
      text(changed({ estimates: [...report.estimates, ...report.estimates], licences: [licence, licence] })),
    );
    expect(told).toContain("Estimated cost");
    expect(told).toContain("an estimated USD 181.00 a month for 20 seats");
    expect(told.indexOf("USD")).toBeGreaterThan(told.indexOf("Estimated cost"));
  });

  it.each([
    ["maximum-quantity", "What is freed before then saves from that day on, not before"],
    ["month-end", "by the month, for the number at its end"],
    ["annual", "A removal saves from then on, and only where a lower tier is reached"],
  ] as const)("say of a bill by %s from when a removal saves", (billing, words) => {
    const none = { fewer: 6, cost: 1, saves: 0 };
    const savings = [{ for: "90d", now: none, withProvider: none }];
    expect(flat(text(changed({ licences: [{ ...licence, billing, savings }] })))).toContain(words);
  });

  it("say where the tier ends, and how far it is to the one below", () => {
    const tiered = { ...licence, tier: { upTo: 100, room: 80, toLower: 3 }, bought: { quantity: 200, cost: 170000 } };
    const told = flat(text(changed({ licences: [tiered] })));
    expect(told).toContain("up to 100, room for 80 more; 3 fewer reach the tier below; smaller than what was bought");
    expect(told).toContain("Bought 200, an estimated USD 1,700.00 a year");
    const last = { ...licence, tier: { upTo: null, room: null, toLower: null } };
    expect(flat(text(changed({ licences: [last] })))).toContain("the last tier, without an end; the lowest tier");
  });

  it("say what is not known of a price instead of a number", () => {
    const odd = { ...licence, cost: null, renewal: null, savings: [] };
    const told = flat(text(changed({ licences: [odd] })));
    expect(told).toContain("not known for 20 seats");
    expect(told).toContain("when it renews is not written");
  });

  it("say first why a plan would take nothing, and that the snapshot is not complete", () => {
    const told = flat(
      text(
        changed({
          obstacle: { code: "freeze", reason: "nothing is taken until the end of 2027-01-02: holidays" },
          certificate: { state: "suspect", concerns: ["seats do not add up"] },
        }),
      ),
    );
    expect(told).toContain(
      "A plan made of this snapshot would take nothing: nothing is taken until the end of 2027-01-02: holidays.",
    );
    expect(told).toContain("suspect: seats do not add up.");
  });

  it("say where idleness is unknown, and why", () => {
    const signal = {
      trusted: false,
      reason: "only 3 of 20 holders have an activity date",
      holders: 20,
      withActivity: 3,
    };
    expect(flat(text(changed({ instances: [{ ...instance, signal }] })))).toContain(
      "Idleness is unknown here: only 3 of 20 holders have an activity date",
    );
  });

  it("show who holds the seats and when they were active where everything is asked for", () => {
    expect(text(report)).not.toContain("Who holds them");
    const full = flat(text(report, 100, "full"));
    expect(full).toContain("Who holds them");
    expect(full).toMatch(/within 3d 4, within 7d 4/);
  });

  it("tell two instances of one app on one site apart", () => {
    const twin = { ...instance, instance: "ari:cloud:jira::site/9999abcd" };
    expect(text(changed({ instances: [instance, twin] }))).toContain("(9999abcd)");
  });

  it("keep to the width of the terminal, down to forty columns", () => {
    const many = changed({ instances: [instance, instance, instance], sites: [report.total], apps: [report.total] });
    for (const width of [40, 60, 80, 100, 140]) {
      for (const detail of ["short", "full"] as const) {
        const long = text(many, width, detail)
          .split("\n")
          .filter((line) => displayWidth(line) > width);
        expect(long, `${width} ${detail}`).toEqual([]);
      }
    }
  });

  it("hold no character that a terminal would obey", () => {
    const bad = "a\u001b[31m\u202e\nb";
    const told = text({
      ...report,
      organization: { id: "x", name: bad },
      notes: [bad],
      instances: [{ ...instance, site: bad }],
    });
    for (const character of ["\u001b", "\u202e"]) expect(told).not.toContain(character);
  });

  it("say that there is no app with paid seats where there is none", () => {
    const none = { ...report.total, held: 0, people: 0, unused: [] };
    expect(text(changed({ instances: [], apps: [], sites: [], licences: [], estimates: [], total: none }))).toContain(
      "There is no app with paid seats.",
    );
  });
});
