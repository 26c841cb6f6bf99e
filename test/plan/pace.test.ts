import { describe, expect, it } from "vitest";
import { noDifference } from "../../src/people/counterfactual.ts";
import type { Draft } from "../../src/plan/draft.ts";
import type { Proposal } from "../../src/plan/drafts.ts";
import { atPace, withoutOrphans } from "../../src/plan/pace.ts";
import type { Policy } from "../../src/policy/types.ts";
import { policy } from "../support/policies.ts";

const quick = policy("quick", { pace: { changes: 2 } });
const slow = policy("slow", { pace: { changes: 1 } });
const free = policy("free");

interface Parts {
  readonly person?: number;
  readonly account?: string;
  readonly instance?: number;
  readonly lastActive?: string;
  readonly alongWith?: readonly number[];
  readonly direction?: Draft["direction"];
  readonly policies?: readonly Policy[];
}

function proposal(id: string, parts: Parts = {}): Proposal {
  const { person = id.charCodeAt(0), account = id, instance = 0, lastActive = "never", alongWith = [] } = parts;
  const draft: Draft = {
    person,
    instance,
    action: "revoke",
    direction: parts.direction ?? "take",
    accountId: account,
    seat: null,
    target: null,
    operations: [],
    difference: noDifference,
    hazards: [],
    undo: { possible: "exact", note: "" },
    before: { status: "active", seats: [], paths: [] },
    after: { status: "active", seats: [], paths: [] },
    lastActive,
    alongWith,
    gives: [],
  };
  return { id, draft, purpose: "saving", policies: parts.policies ?? [quick], reasons: [] };
}

function ids(proposals: readonly Proposal[]): readonly string[] {
  return proposals.map(({ id }) => id);
}

describe("pace", () => {
  it("lets as many changes of a policy through as it says, and the rest wait", () => {
    const paced = atPace([proposal("a"), proposal("b"), proposal("c")]);
    expect([ids(paced.now), ids(paced.waiting)]).toEqual([["a", "b"], ["c"]]);
  });

  it("holds nobody back where a policy has none", () => {
    const all = ["a", "b", "c", "d"].map((id) => proposal(id, { policies: [free] }));
    expect(ids(atPace(all).now)).toEqual(["a", "b", "c", "d"]);
  });

  it("takes the longest unused first: never, then the earliest day, then who is not known", () => {
    const moments = ["unknown", "2026-03-01T00:00:00Z", "never", "2025-12-31T00:00:00Z"];
    const all = moments.map((lastActive, index) => proposal(`p${index}`, { lastActive, policies: [slow] }));
    const taken: string[] = [];
    for (let left = all; left.length > 0; ) {
      const { now, waiting } = atPace(left);
      taken.push(...now.map(({ draft }) => draft.lastActive));
      left = [...waiting];
    }
    expect(taken).toEqual(["never", "2025-12-31T00:00:00Z", "2026-03-01T00:00:00Z", "unknown"]);
  });

  it("breaks ties by account id, then by the change's id", () => {
    const all = [
      proposal("a", { account: "ben", policies: [slow] }),
      proposal("y", { account: "ada", policies: [slow] }),
      proposal("w", { account: "ada", policies: [slow] }),
    ];
    expect(ids(atPace(all).now)).toEqual(["w"]);
    expect(ids(atPace([...all].reverse()).now)).toEqual(["w"]);
  });

  it("counts a change for each policy that asks for it", () => {
    const both = proposal("a", { policies: [slow, quick] });
    const paced = atPace([both, proposal("b", { policies: [slow] }), proposal("c"), proposal("d")]);
    expect([ids(paced.now), ids(paced.waiting)]).toEqual([
      ["a", "c"],
      ["b", "d"],
    ]);
  });

  it("lets changes that rest on one another go together, or wait together", () => {
    const pair = [
      proposal("a", { person: 1, instance: 0, alongWith: [1] }),
      proposal("b", { person: 1, instance: 1, alongWith: [0], lastActive: "unknown" }),
    ];
    const single = proposal("c", { lastActive: "2026-01-01T00:00:00Z" });
    expect(ids(atPace([...pair, single]).now)).toEqual(["a", "b"]);
    const waits = [single, ...pair].map((each, at) => ({
      ...each,
      policies: [slow],
      draft: { ...each.draft, lastActive: at === 0 ? "never" : "2026-01-01T00:00:00Z" },
    }));
    expect(ids(atPace(waits).now)).toEqual(["c"]);
    expect(ids(atPace(waits).waiting)).toEqual(["a", "b"]);
  });

  it("lets changes that rest on one another go as the first of their policy where they alone are more than its pace", () => {
    const pair = [
      proposal("a", { person: 1, instance: 0, alongWith: [1], policies: [slow] }),
      proposal("b", { person: 1, instance: 1, alongWith: [0], policies: [slow] }),
    ];
    const after = proposal("c", { lastActive: "2026-01-01T00:00:00Z", policies: [slow] });
    expect(ids(atPace([...pair, after]).now)).toEqual(["a", "b"]);
    expect(ids(atPace([...pair, after]).waiting)).toEqual(["c"]);
  });

  it("does not hold back a change because another rests on it", () => {
    const needed = proposal("b", { person: 1, instance: 1, policies: [free] });
    const needing = proposal("a", { person: 1, instance: 0, alongWith: [1], policies: [slow] });
    const paced = atPace([proposal("0", { policies: [slow] }), needing, needed]);
    expect([ids(paced.now), ids(paced.waiting)]).toEqual([["0", "b"], ["a"]]);
    expect(ids(atPace([needing, needed]).now)).toEqual(["a", "b"]);
  });

  it("is not used up by changes that wait, so that the others go on", () => {
    const stuck = proposal("a", { person: 1, instance: 0, alongWith: [1], policies: [slow] });
    const paced = atPace([stuck, proposal("b", { policies: [slow] })]);
    expect(ids(paced.now)).toEqual(["b"]);
    expect(ids(paced.stranded)).toEqual(["a"]);
  });

  it("counts additions of a policy too", () => {
    const paced = atPace([
      proposal("a", { direction: "give", policies: [slow] }),
      proposal("b", { direction: "give", policies: [slow] }),
    ]);
    expect(ids(paced.waiting)).toEqual(["b"]);
  });
});

describe("a change that takes another seat along", () => {
  it("is left out where the change of that seat is not there, and so is what rests on it in turn", () => {
    const chain = [
      proposal("a", { person: 1, instance: 0, alongWith: [1] }),
      proposal("b", { person: 1, instance: 1, alongWith: [2] }),
      proposal("c", { person: 1, instance: 2, alongWith: [3] }),
      proposal("d", { person: 2, instance: 3 }),
    ];
    expect(ids(withoutOrphans(chain))).toEqual(["d"]);
    expect(ids(withoutOrphans([...chain, proposal("e", { person: 1, instance: 3 })]))).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
    ]);
  });

  it("is not served by giving that seat", () => {
    const give = proposal("b", { person: 1, instance: 1, direction: "give" });
    expect(ids(withoutOrphans([proposal("a", { person: 1, instance: 0, alongWith: [1] }), give]))).toEqual(["b"]);
  });
});
