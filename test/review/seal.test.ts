import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Approval } from "../../src/model/documents.generated.ts";
import { createSealer, type PostingPlace } from "../../src/review/seal.ts";
import { fakeDigest, organizationId } from "../support/plan-parts.ts";

const place: PostingPlace = {
  organization: organizationId,
  repository: "acme/policies",
  pullRequest: 7,
  head: "a".repeat(40),
};
const posting = { planDigest: fakeDigest(1), at: 1_800_000_000, askedBy: [] };
const sealer = createSealer("the key of these tests");
const sealed = sealer.seal(place, posting);

describe("the seal of a posting", () => {
  it("is opened where it was posted, with the same key", () => {
    expect(createSealer("the key of these tests").open(sealed, place)).toEqual(posting);
  });

  it.each<[string, Partial<PostingPlace>]>([
    ["organisation", { organization: "another" }],
    ["repository", { repository: "acme/other" }],
    ["pull request", { pullRequest: 8 }],
    ["head commit", { head: "b".repeat(40) }],
  ])("is not opened for another %s", (_, other) => {
    expect(sealer.open(sealed, { ...place, ...other })).toBeNull();
  });

  it("is not opened with another key", () => {
    expect(createSealer("another key").open(sealed, place)).toBeNull();
  });

  it("names people, whatever their logins are like, who can be neither added nor left out", () => {
    const asked = { ...posting, askedBy: ["bob", "app[bot]", "a,b:c"] };
    const named = sealer.seal(place, asked);
    expect(sealer.open(named, place)).toEqual(asked);
    const [version = "", digest = "", at = "", people = "", mac = ""] = named.split(":");
    expect(people).toMatch(/^bob,/);
    expect(sealer.open([version, digest, at, mac].join(":"), place)).toBeNull();
    expect(sealer.open([version, digest, at, people.replace("bob,", ""), mac].join(":"), place)).toBeNull();
    expect(sealer.open([version, digest, at, "bob", sealed.split(":")[3]].join(":"), place)).toBeNull();
    expect(sealer.open([version, digest, at, "%", mac].join(":"), place)).toBeNull();
  });

  it("can say that there is no plan, of whichever organisation, and then of that place only", () => {
    const none = { planDigest: null, at: posting.at, askedBy: [] };
    const said = sealer.seal({ ...place, organization: "" }, none);
    expect(sealer.open(said, place)).toEqual(none);
    expect(sealer.open(said, { ...place, head: "b".repeat(40) })).toBeNull();
    expect(createSealer("another key").open(said, place)).toBeNull();
    expect(sealer.open(sealed.replace(/:[0-9a-f]{64}:/, `:${"0".repeat(64)}:`), place)).toBeNull();
  });

  it("holds digest and moment: neither can be put beside the MAC of another", () => {
    const [version = "", digest = "", at = "", mac = ""] = sealed.split(":");
    const otherDigest = fakeDigest(2).slice("sha256:".length);
    expect(sealer.open([version, digest, at, mac].join(":"), place)).toEqual(posting);
    expect(sealer.open([version, otherDigest, at, mac].join(":"), place)).toBeNull();
    expect(sealer.open([version, digest, String(posting.at - 60), mac].join(":"), place)).toBeNull();
    expect(sealer.open([version, digest, `0${at}`, mac].join(":"), place)).toEqual(posting);
  });

  it.each([
    "",
    "no-plan",
    sealed.toUpperCase(),
    sealed.slice(0, -1),
    `${sealed}0`,
    ` ${sealed}`,
    `${sealed}\n`,
    sealed.replace("seatwright-1", "seatwright-0"),
    sealed.replace(/:[0-9]+:/, "::"),
    sealed.replace(/:[0-9]+:/, ":-1:"),
    sealed.replace(/[0-9a-f]{64}$/, "z".repeat(64)),
    sealed.replace(/[0-9a-f]{64}$/, createHmac("sha256", "").update("").digest("hex")),
  ])("is not found in %j", (externalId) => {
    expect(sealer.open(externalId, place)).toBeNull();
  });

  it("is not the API key, nor a plain hash with it", () => {
    expect(sealed).not.toContain("the key of these tests");
    const plain = createHmac("sha256", "the key of these tests").update(JSON.stringify({ ...place, ...posting }));
    expect(sealed.endsWith(plain.digest("hex"))).toBe(false);
  });
});

describe("the seal of an approval", () => {
  const approval: Approval = {
    kind: "approval",
    version: 1,
    organization: organizationId,
    planDigest: fakeDigest(1),
    made: "pull-request",
    approvers: ["bob"],
    reason: "Pull request #7: Free unused seats",
    at: "2027-01-15T08:00:00Z",
    evidence: { repository: "acme/policies", pusher: "ada" },
    overrides: [],
  };
  const ours = sealer.sealApproval(approval);

  it("is recognised after it was kept as JSON, by whoever holds the key", () => {
    const read = JSON.parse(JSON.stringify(ours)) as Approval;
    expect(createSealer("the key of these tests").isOurApproval(read)).toBe(true);
    expect(createSealer("another key").isOurApproval(read)).toBe(false);
  });

  it("leaves everything else of the approval as it is, and is the same when it is put on again", () => {
    expect(ours).toEqual({ ...approval, evidence: { ...approval.evidence, seal: ours.evidence?.["seal"] } });
    expect(sealer.sealApproval(ours)).toEqual(ours);
  });

  it("is not on an approval that nobody sealed", () => {
    const { evidence: _, ...bare } = approval;
    expect(sealer.isOurApproval(approval)).toBe(false);
    expect(sealer.isOurApproval(bare)).toBe(false);
    expect(sealer.isOurApproval({ ...approval, evidence: { seal: sealed } })).toBe(false);
  });

  it.each<[string, Partial<Approval>]>([
    ["another plan", { planDigest: fakeDigest(2) }],
    ["another organisation", { organization: "another" }],
    ["another kind", { made: "standing" }],
    ["another approver", { approvers: ["eve"] }],
    [
      "an override more",
      { overrides: [{ limit: "perRun.percent", planDigest: fakeDigest(1), by: "eve", reason: "x" }] },
    ],
    ["other evidence", { evidence: { ...ours.evidence, pusher: "eve" } }],
  ])("does not hold for %s", (_, edited) => {
    expect(sealer.isOurApproval({ ...ours, ...edited })).toBe(false);
  });
});
