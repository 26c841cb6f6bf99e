import { describe, expect, it } from "vitest";
import type { AccountHistory, History } from "../../src/model/documents.generated.ts";
import { momentOf, type Seconds } from "../../src/model/time.ts";
import { idleBuckets } from "../../src/people/idle-buckets.ts";
import { accountHistory } from "../../src/people/history-account.ts";
import { renderAccountHistory } from "../../src/report/history-account.ts";
import { renderHistory } from "../../src/report/history-counts.ts";
import { displayWidth } from "../../src/report/width.ts";
import { DAYS, now } from "../support/people.ts";

const tool = { name: "seatwright", version: "0.1.0" } as const;
const jira = "ari:cloud:jira-software::site/1";
const wiki = "ari:cloud:confluence::site/a-site-that-nobody-names-any-more-and-that-is-long";
const day = (number: number): Seconds => now + number * DAYS;

function countsOf(snapshots: number): History {
  return {
    kind: "history",
    version: 1,
    tool,
    organization: { id: "acme" },
    activeWithin: "90d",
    buckets: idleBuckets,
    instances: [
      { instance: jira, app: "jira-software", site: "acme" },
      { instance: wiki, app: null, site: null },
    ],
    snapshots: Array.from({ length: snapshots }, (_, at) => ({
      asOf: momentOf(day(at)),
      people: 3000 + at,
      orgAdmins: 4,
      keyCreators: 1,
      seats: at === 0 ? { [jira]: 1200 } : { [jira]: 1200 - at, [wiki]: 7 },
      unknown: at === 0 ? null : { [jira]: 3, [wiki]: 1 },
      active: at === 0 ? { [jira]: null } : { [jira]: 600, [wiki]: 7 },
      lastActive: null,
      withActivity: { [jira]: 600 },
      accepted: at === 1 ? "a site was sold" : null,
    })),
    comparison: null,
  };
}

const options = { colour: "off", rows: "some" } as const;

describe("counts over time, for a terminal", () => {
  it("fit whatever the width, with the first and the last snapshot among those that are shown", () => {
    for (const width of [30, 60, 80, 100, 200]) {
      for (const rows of ["some", "all"] as const) {
        const text = renderHistory(countsOf(40), { ...options, width, rows });
        expect(Math.max(...text.split("\n").map(displayWidth)), `${width} ${rows}`).toBeLessThanOrEqual(width);
        expect(text).toContain("2026-11-20");
        expect(text).toContain("2026-12-29");
      }
    }
  });

  it("call an instance by its id where nothing tells its name, and leave empty what was not there", () => {
    const text = renderHistory(countsOf(2), { ...options, width: 200 });
    expect(text).toMatch(/Jira on acme +1,200 +1,199 +not known\n/);
    expect(text).toMatch(new RegExp(`${wiki} +7\n`));
    expect(text).toMatch(/People +3,000 +3,001 +\+1\n/);
    expect(text).toContain("On 2026-11-21 counts that had fallen were accepted: a site was sold");
  });

  it("tell a change as a range, and why, where another number of seats was not known", () => {
    const asked = (
      unknown: readonly [number | null, number],
      active: readonly [number, number] = [900, 880],
    ): string => {
      const { instances, snapshots, ...rest } = countsOf(2);
      const two = snapshots.map((snapshot, at) => ({
        ...snapshot,
        seats: { [jira]: [1255, 1200][at] ?? 0 },
        unknown: unknown[at] === null ? null : { [jira]: unknown[at] ?? 0 },
        active: { [jira]: active[at] ?? 0 },
      }));
      return renderHistory({ ...rest, instances: instances.slice(0, 1), snapshots: two }, { ...options, width: 200 });
    };
    const more = asked([2, 12]);
    expect(more).toMatch(/Jira on acme +1,255 +1,200 +−55 to −45\n/);
    expect(more).toMatch(/All seats +1,255 +1,200 +−55 to −45\n/);
    expect(more).toMatch(/Jira on acme +900 71.7% +880 73.3% +−20 to −10\n/);
    expect(more).toContain("A change is a range where another number of seats was not known");
    expect(asked([12, 2])).toMatch(/Jira on acme +1,255 +1,200 +−65 to −55\n/);
    const same = asked([12, 12]);
    expect(same).toMatch(/Jira on acme +1,255 +1,200 +−55\n/);
    expect(same).not.toContain("A change is");
    const older = asked([null, 12]);
    expect(older).toMatch(/Jira on acme +1,255 +1,200 +not known\n/);
    expect(older).toContain("counted by an older version");
  });

  it("tell how many seats were active within a named time, and where that is not known", () => {
    const text = renderHistory(countsOf(2), { ...options, width: 200 });
    expect(text).toMatch(/Active within 90 days +2026-11-20 +2026-11-21/);
    expect(text).toMatch(/Jira on acme +not known +600 50%\n/);
    expect(text).toMatch(/Seats not known +4\n/);
  });

  it("say of groups in a comparison which came, went and changed most", () => {
    const groups = [
      { group: "g-1", name: "small", before: 4, after: 5 },
      { group: "g-2", name: null, before: null, after: 9 },
      { group: "g-3", name: "old", before: 3, after: null },
    ];
    const comparison = { from: momentOf(now), to: momentOf(day(1)), seats: [], groups };
    const text = renderHistory({ ...countsOf(2), comparison }, { ...options, width: 100 });
    expect(text).toMatch(/g-2 +9 +came\nold +3 +went\nsmall +4 +5 +\+1\n/);
  });
});

describe("the history of an account", () => {
  const gave = { change: "c-1", action: "grant", outcome: "done", origin: "policies", policies: ["p"] } as const;
  const base = { organizationId: "acme", accountId: "ada", ledgerSince: now, names: [], tool };
  const keeping = { spans: [{ from: now, to: null }], last: day(9) };

  function seatsOf(more: Pick<Parameters<typeof accountHistory>[0], "seats" | "deeds">): AccountHistory["seats"] {
    return accountHistory({ ...base, keeping, ...more }).seats;
  }

  it("names the run that gave a seat, and not one from before the seat was lost", () => {
    const first = { instance: jira, firstSeen: day(1), end: { lastSeen: day(2), goneBy: day(3) } };
    const second = { instance: jira, firstSeen: day(5), end: null };
    const early = { ...gave, run: "r-1", at: day(1) - 60, gave: [jira], took: [] };
    expect(seatsOf({ seats: [first, second], deeds: [early] }).map(({ givenBy }) => givenBy)).toEqual(["r-1", null]);
    const late = { ...early, run: "r-2", at: day(5) };
    expect(seatsOf({ seats: [first, second], deeds: [early, late] }).map(({ givenBy }) => givenBy)).toEqual([
      "r-1",
      "r-2",
    ]);
  });

  it("names the run that took a seat only where it did so between its last sight and its absence", () => {
    const seat = { instance: jira, firstSeen: null, end: { lastSeen: day(2), goneBy: day(3) } };
    const took = (at: Seconds, more: object = {}) => ({ ...gave, run: "r-1", at, gave: [], took: [jira], ...more });
    const takenBy = (deed: ReturnType<typeof took>) => seatsOf({ seats: [seat], deeds: [deed] })[0]?.takenBy;
    expect(takenBy(took(day(2) + 60))).toBe("r-1");
    // Reads lag: the snapshot may still have shown what was taken a little before.
    expect(takenBy(took(day(2) - 600))).toBe("r-1");
    expect(takenBy(took(day(1)))).toBeNull();
    expect(takenBy(took(day(4)))).toBeNull();
    expect(takenBy(took(day(2) + 60, { took: [wiki] }))).toBeNull();
    expect(takenBy(took(day(2) + 60, { outcome: "partial" }))).toBeNull();
  });

  it("fits a narrow terminal, and says that somebody else took what no run of ours did", () => {
    const seats = [{ instance: jira, firstSeen: day(1), end: { lastSeen: day(2), goneBy: day(3) } }];
    const text = renderAccountHistory(accountHistory({ ...base, keeping, seats, deeds: [] }), {
      colour: "off",
      width: 60,
    });
    expect(Math.max(...text.split("\n").map(displayWidth))).toBeLessThanOrEqual(60);
    expect(text.replaceAll(/\s+/g, " ")).toContain("not by a run that the ledger holds");
  });
});
