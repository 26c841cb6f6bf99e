import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { object, objects, textAt } from "./json.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

const files = { "seatwright.yaml": "version: 1\n", "policies/seats.yaml": "policies: []\n" };

needs("git").describe("a protected branch on the stage", () => {
  let stage: Stage;
  let base: string;
  beforeAll(async () => {
    const people = { ada: "admin", bob: "write", cas: "write", eve: "read" } as const;
    const owners = { ...files, ".github/CODEOWNERS": "# Owners\n* @bob\n/policies/ @acme/identity\n" };
    stage = await openStage({ people, teams: { identity: ["cas"] }, files: owners });
    base = `/repos/${stage.fullName}`;
    stage.protect("main", {
      approvals: 1,
      dismissStale: true,
      codeOwners: true,
      checks: ["seatwright"],
      bypass: ["ada"],
    });
  });
  afterAll(async () => {
    expect(stage.judge.violations).toEqual([]);
    await stage.close();
  });

  it("refuses direct pushes, but for those who may bypass the rules", async () => {
    await expect(stage.push("bob", "main", { "a.txt": "a" }, "Direct")).rejects.toThrow("GH013");
    const blob = { message: "Direct", content: "" };
    expect((await stage.api("bob", "PUT", `${base}/contents/b.txt`, blob)).status).toBe(409);
    await stage.push("ada", "main", { "a.txt": "a" }, "Bypass");
    expect(await stage.push("bob", "free", { "a.txt": "b" }, "Elsewhere")).toMatch(/^[0-9a-f]{40}$/);
    const { body } = await stage.api("eve", "GET", `${base}/rules/branches/main`);
    expect(objects(body).map(({ type }) => type)).toEqual([
      "deletion",
      "non_fast_forward",
      "pull_request",
      "required_status_checks",
    ]);
    expect((await stage.api("eve", "GET", `${base}/branches/main`)).body).toMatchObject({ protected: true });
  });

  it("is merged into only when the rules are met", async () => {
    const head = await stage.push("bob", "topic", { "policies/seats.yaml": "policies: [1]\n" }, "Change");
    const number = await stage.openPullRequest("bob", { head: "topic", title: "Change" });
    const pull = object((await stage.api("eve", "GET", `${base}/pulls/${number}`)).body);
    expect(pull["mergeable_state"]).toBe("blocked");
    expect(objects(pull["requested_teams"]).map(({ slug }) => slug)).toEqual(["identity"]);
    const merge = async () =>
      await stage.api("ada", "PUT", `${base}/pulls/${number}/merge`, { merge_method: "squash" });
    const refusal = async () => {
      const { status, body } = await merge();
      expect(status).toBe(405);
      return textAt(body, "message");
    };
    expect(await refusal()).toContain("approving review");
    await stage.review("eve", number, "APPROVE");
    expect(await refusal()).toContain("reviewers with write access");
    await stage.review("ada", number, "APPROVE");
    expect(await refusal()).toContain("code owner");
    const review = await stage.review("cas", number, "APPROVE");
    expect(await refusal()).toContain('"seatwright"');
    const job = await stage.jobToken({ checks: "write" });
    const check = { name: "seatwright", head_sha: head, status: "completed", conclusion: "success" };
    await stage.api(job, "POST", `${base}/check-runs`, check);

    const later = await stage.push("bob", "topic", { "policies/seats.yaml": "policies: [2]\n" }, "After the approval");
    const { body } = await stage.api("eve", "GET", `${base}/pulls/${number}/reviews/${review}`);
    expect(body).toMatchObject({ state: "DISMISSED", commit_id: head });
    expect(await refusal()).toContain("approving review");
    await stage.review("cas", number, "REQUEST_CHANGES");
    expect(await refusal()).toContain("requested");
    await stage.review("cas", number, "APPROVE");
    await stage.api(job, "POST", `${base}/check-runs`, { ...check, head_sha: later });
    expect((await merge()).status).toBe(200);
  });

  it("names what is wrong with the code owners", async () => {
    await stage.push(
      "ada",
      "owners",
      { "docs/CODEOWNERS": "x", CODEOWNERS: "x", ".github/CODEOWNERS": "*.md @bob\n* @eve @acme/none\n" },
      "Owners",
    );
    const { body } = await stage.api("eve", "GET", `${base}/codeowners/errors?ref=owners`);
    expect(objects(object(body)["errors"]).map(({ line, column, kind }) => [line, column, kind])).toEqual([
      [2, 3, "Unknown owner"],
      [2, 8, "Unknown owner"],
    ]);
    expect((await stage.api("eve", "GET", `${base}/codeowners/errors`)).body).toEqual({ errors: [] });
  });
});
