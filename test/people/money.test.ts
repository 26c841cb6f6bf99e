import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Price } from "../../src/model/documents.generated.ts";
import { secondsOf } from "../../src/model/time.ts";
import { countBits } from "../../src/model/bits.ts";
import { decimalsOf, minorUnits, minus, plus, times } from "../../src/people/money.ts";
import { costOf, nextRenewal, tierEdge } from "../../src/people/money-price.ts";
import { subscriptionsOf } from "../../src/people/money-subscriptions.ts";
import { holdersOfAny } from "../../src/people/seat-holders.ts";
import { seatsOf } from "../../src/people/seats.ts";
import { organization } from "../support/people.ts";

const usd = (minor: number) => ({ currency: "USD", minor });

describe("an amount", () => {
  it("is read from its digits, exactly, in the minor unit of its currency", () => {
    expect(minorUnits(9.05, "USD")).toBe(905);
    expect(minorUnits(0.1, "USD")).toBe(10);
    expect(minorUnits(4.35, "EUR")).toBe(435);
    expect(minorUnits(900, "JPY")).toBe(900);
    expect(minorUnits(1.005, "KWD")).toBe(1005);
    expect([decimalsOf("USD"), decimalsOf("JPY"), decimalsOf("KWD")]).toEqual([2, 0, 3]);
  });

  it("is none where it has more decimals than its currency, or is no amount", () => {
    for (const [amount, currency] of [
      [4.755, "USD"],
      [0.5, "JPY"],
      [1e-7, "USD"],
      [-1, "USD"],
      [Number.NaN, "USD"],
      [1e300, "USD"],
    ] as const) {
      expect(minorUnits(amount, currency), `${amount} ${currency}`).toBeNull();
    }
  });

  it("is read as it is written, whatever the cents", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (cents) => {
        expect(minorUnits(Number((cents / 100).toFixed(2)), "USD")).toBe(cents);
      }),
    );
  });

  it("is never added to one of another currency, nor counted where it cannot be counted exactly", () => {
    expect(() => plus(usd(1), { currency: "EUR", minor: 1 })).toThrow("cannot be added");
    expect(() => times(usd(Number.MAX_SAFE_INTEGER), 2)).toThrow("exactly");
    expect(minus(usd(1), usd(3))).toEqual(usd(-2));
  });
});

const bands: Price = {
  currency: "USD",
  tiers: [{ upTo: 100, perSeatMonth: 8.6 }, { upTo: 250, perSeatMonth: 7.6 }, { perSeatMonth: 6.5 }],
};
const year: Price = {
  currency: "USD",
  billing: "annual",
  tiers: [
    { upTo: 100, perYear: 9000 },
    { upTo: 200, perYear: 17000 },
  ],
  renews: "2027-02-01",
};

describe("a cost", () => {
  it("of a flat price is so many times the price", () => {
    expect(costOf({ currency: "USD", perSeatMonth: 9.05 }, 63)).toEqual(usd(57015));
    expect(costOf({ currency: "USD", perSeatMonth: 9.05 }, 0)).toEqual(usd(0));
  });

  it("of bands takes each seat at the price of its own band", () => {
    expect(costOf(bands, 100)).toEqual(usd(86000));
    expect(costOf(bands, 101)).toEqual(usd(86760));
    expect(costOf(bands, 251)).toEqual(usd(86000 + 150 * 760 + 650));
  });

  it("of bands is what its seats cost one by one", () => {
    const rate = (seat: number): number => (seat <= 100 ? 860 : seat <= 250 ? 760 : 650);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), (seats) => {
        let sum = 0;
        for (let seat = 1; seat <= seats; seat++) sum += rate(seat);
        expect(costOf(bands, seats)?.minor).toBe(sum);
      }),
    );
  });

  it("of a year is that of the whole tier, and none is known beyond the last", () => {
    expect(costOf(year, 1)).toEqual(usd(900000));
    expect(costOf(year, 100)).toEqual(usd(900000));
    expect(costOf(year, 101)).toEqual(usd(1700000));
    expect(costOf(year, 0)).toEqual(usd(0));
    expect(costOf(year, 201)).toBeNull();
    expect(costOf({ currency: "USD", tiers: [{ upTo: 10, perSeatMonth: 1 }] }, 11)).toBeNull();
  });
});

describe("the edge of a tier", () => {
  it("tells how many more fit, and how many fewer reach the tier below", () => {
    expect(tierEdge(year, 130)).toEqual({ upTo: 200, room: 70, toLower: 30 });
    expect(tierEdge(year, 100)).toEqual({ upTo: 100, room: 0, toLower: null });
    expect(tierEdge(bands, 300)).toEqual({ upTo: null, room: null, toLower: 50 });
  });

  it("is not there for a flat price, nor beyond the last tier", () => {
    expect(tierEdge({}, 5)).toBeNull();
    expect(tierEdge(year, 201)).toBeNull();
  });
});

describe("the next renewal", () => {
  const on = (moment: string): number => secondsOf(moment) ?? 0;
  const monthly = (renews: number) => ({ currency: "USD", perSeatMonth: 1, renews });

  it("of a monthly bill is the next such day after today, in a short month its last", () => {
    expect(nextRenewal(monthly(28), on("2026-11-20T06:00:00Z"))).toEqual({ day: "2026-11-28", assumed: false });
    expect(nextRenewal(monthly(20), on("2026-11-20T06:00:00Z"))?.day).toBe("2026-12-20");
    expect(nextRenewal(monthly(31), on("2026-11-20T06:00:00Z"))?.day).toBe("2026-11-30");
    expect(nextRenewal(monthly(31), on("2026-11-30T06:00:00Z"))?.day).toBe("2026-12-31");
    expect(nextRenewal(monthly(31), on("2027-01-31T23:59:59Z"))?.day).toBe("2027-02-28");
  });

  it("of an annual one is its date, and of a date behind us the same day of a later year", () => {
    const now = on("2026-11-20T06:00:00Z");
    expect(nextRenewal(year, now)).toEqual({ day: "2027-02-01", assumed: false });
    expect(nextRenewal({ ...year, renews: "2024-11-20" }, now)).toEqual({ day: "2027-11-20", assumed: true });
    expect(nextRenewal({ ...year, renews: "2024-02-29" }, now)).toEqual({ day: "2027-02-28", assumed: true });
  });

  it("is not known where nobody wrote it", () => {
    expect(nextRenewal({ billing: "annual" }, 0)).toBeNull();
  });
});

const twoSites = organization({
  instances: {
    jira: { app: "jira-software" },
    labs: { app: "jira-software", site: "labs" },
    confluence: { app: "confluence" },
    sandbox: { app: "jira-software", site: "sandbox", sandbox: true },
  },
  groups: { jira: { grants: ["jira"] }, labs: { grants: ["labs"] }, wiki: { grants: ["confluence"] } },
  people: { ada: { groups: ["jira", "labs"] }, ben: { groups: ["jira"] }, cem: { groups: ["labs", "wiki"] } },
});

describe("subscriptions", () => {
  const flat: Price = { currency: "USD", perSeatMonth: 1 };
  const dear: Price = { currency: "USD", perSeatMonth: 2 };

  it("are one for each instance, by the price of its site before that of its app", () => {
    const { subscriptions, unused, unpriced } = subscriptionsOf(twoSites, {
      jira: flat,
      "jira-software/labs": dear,
      "jira-software/sandbox": dear,
    });
    expect(subscriptions.map(({ key, price, instances }) => [key, price, instances])).toEqual([
      ["jira", flat, [0]],
      ["jira-software/labs", dear, [1]],
    ]);
    expect(unused).toEqual(["jira-software/sandbox"]);
    expect(unpriced).toEqual([2]);
  });

  it("are one for all instances where the licence counts people, each of whom counts once", () => {
    const { subscriptions } = subscriptionsOf(twoSites, { "jira-software": { ...flat, counts: "people" } });
    expect(subscriptions.map(({ instances }) => instances)).toEqual([[0, 1]]);
    const held = seatsOf(twoSites).holders.map(({ yes }) => yes);
    expect(countBits(holdersOfAny([0, 1], held))).toBe(3);
    // Without her seat on labs, Ada still counts by the one on acme.
    const onlyAda = Uint32Array.of(1);
    expect(countBits(holdersOfAny([0, 1], held, [undefined, onlyAda]))).toBe(3);
    expect(countBits(holdersOfAny([0, 1], held, [onlyAda, onlyAda]))).toBe(2);
  });
});
