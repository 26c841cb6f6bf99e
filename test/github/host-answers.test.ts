import { describe, expect, it } from "vitest";
import { errorOf, json, pull, review, serve, sha } from "./host-support.ts";

/** A host to which GitHub answers the same to everything. */
const always = async (body: unknown) => await serve((_request, response) => json(response, 200, body));

describe("an answer that is not as GitHub documents it", () => {
  it.each([
    ["without a commit", { head: { ref: "seats", repo: null } }, `"head.sha" is missing`],
    ["with a short commit", { head: { sha: "abc", ref: "seats", repo: null } }, `"head.sha" is no commit's id`],
    ["without a repository", { head: { sha: sha("a"), ref: "seats" } }, `"head.repo" is missing`],
    ["without an author", { user: null }, `"user" is null where an object is documented`],
    ["with an author who is a text", { user: "ada" }, `"user" is text where an object is documented`],
    ["that does not say whether it is merged", { merged: undefined }, `"merged" is missing`],
    ["that is merged in words", { merged: "yes" }, `"merged" is text where true or false is documented`],
    ["in a state of its own", { state: "draft" }, `"state" is none of open, closed`],
    ["merged and still open", { merged: true }, `"state" is open although it is merged`],
    ["with a label without a name", { labels: [{}] }, `"labels[0].name" is missing`],
    ["with a number in words", { number: "7" }, `"number" is text where a whole number is documented`],
  ])("is refused for a pull request %s", async (_which, fields, what) => {
    const { host } = await always(pull(fields));
    const error = await errorOf(host.pullRequest(7));
    expect(error.message).toBe(`GET /repos/acme/policies/pulls/7: ${what}.`);
    expect(error).toMatchObject({ reason: "usage", remedy: expect.stringContaining("tell the Seatwright project") });
  });

  it.each([
    ["without a state", { state: undefined }, `"state" is missing`],
    ["in a state of its own", { state: "APPROVED_MAYBE" }, `"state" is none of APPROVED,`],
    ["in small letters", { state: "approved" }, `"state" is none of APPROVED,`],
    ["without a reviewer's field", { user: undefined }, `"user" is missing`],
    ["whose reviewer has no kind", { user: { login: "bob" } }, `"user.type" is missing`],
    ["without a moment", { submitted_at: undefined }, `"submitted_at" is missing`],
    ["of a moment nobody can read", { submitted_at: "yesterday" }, `"submitted_at" is no moment`],
    ["without the field of its commit", { commit_id: undefined }, `"commit_id" is missing`],
    ["of half a commit", { commit_id: "abc" }, `"commit_id" is no commit's id`],
  ])("is refused for a review %s, naming its row", async (_which, fields, what) => {
    const { host } = await always([review(), review(fields)]);
    expect((await errorOf(host.reviews(7))).message).toContain(
      `GET /repos/acme/policies/pulls/7/reviews: in row 2, ${what}`,
    );
  });

  it.each([
    ["an object", { message: "odd" }, "the answer is no list"],
    ["a row that is null", [review(), null], "in row 2, the answer is null"],
  ])("is refused where a list is %s", async (_which, body, what) => {
    const { host } = await always(body);
    expect((await errorOf(host.reviews(7))).message).toContain(what);
  });

  it.each([
    ["nothing", "", "application/json", "is nothing"],
    ["half of a list", JSON.stringify([review()]).slice(0, 80), "application/json", "breaks off or is no JSON"],
    ["a sign-in page", "<!doctype html><title>Sign in</title>", "text/html", "a web page instead of data"],
    ["data of another kind", "\u0000\u0001", "odd", "breaks off or is no JSON"],
  ])("is refused where it is %s, which is no empty list", async (_which, body, type, what) => {
    const { host } = await serve((_request, response) => response.writeHead(200, { "content-type": type }).end(body));
    expect((await errorOf(host.reviews(7))).message).toContain(what);
  });
});

describe("a review", () => {
  it("without a commit stands, and is of none", async () => {
    const { host } = await always([review({ commit_id: null, state: "CHANGES_REQUESTED" })]);
    expect(await host.reviews(7)).toMatchObject([{ commit: "", state: "changes-requested" }]);
  });

  it("of an account that is gone, of a bot and of an organisation is no person's", async () => {
    const users = [null, { login: "renovate[bot]", type: "Bot" }, { login: "acme", type: "Organization" }];
    const { host } = await always(users.map((user) => review({ user })));
    expect((await host.reviews(7)).map(({ by, kind }) => [by, kind])).toEqual([
      ["ghost", "other"],
      ["renovate[bot]", "other"],
      ["acme", "other"],
    ]);
  });

  it("that is not submitted yet is left out", async () => {
    const { host } = await always([review({ state: "PENDING", submitted_at: undefined })]);
    expect(await host.reviews(7)).toEqual([]);
  });

  it("is sorted by its moment, and stays in GitHub's order within a second", async () => {
    const at = (minute: string, login: string) =>
      review({ submitted_at: `2026-11-20T09:${minute}:00Z`, user: { login, type: "User" } });
    const { host } = await always([at("05", "b"), at("01", "a"), at("05", "c")]);
    expect((await host.reviews(7)).map(({ by }) => by)).toEqual(["a", "b", "c"]);
  });
});

describe("a pull request", () => {
  it("of a fork that is gone has no repository", async () => {
    const { host } = await always(pull({ head: { sha: sha("a"), ref: "seats", repo: null } }));
    expect((await host.pullRequest(7))?.head.repository).toBeNull();
  });

  it("of this repository says so in the spelling that was asked with", async () => {
    const { host } = await always(pull({ head: { sha: sha("a"), ref: "s", repo: { full_name: "Acme/Policies" } } }));
    expect((await host.pullRequest(7))?.head.repository).toBe("acme/policies");
  });

  it("of another repository is none that a commit came by here", async () => {
    const other = { sha: sha("b"), ref: "main", repo: { full_name: "upstream/policies" } };
    const { host, asked } = await serve((request, response) => {
      const isList = (request.url ?? "").includes("/commits/");
      json(response, 200, isList ? [pull({ base: other, number: 3 }), pull()] : pull());
    });
    expect((await host.pullRequestsOf(sha("c"))).map(({ number }) => number)).toEqual([7]);
    expect(asked).toHaveLength(2);
  });

  it("from a fork of the same owner is not the open one of a branch here", async () => {
    const fork = pull({ head: { sha: sha("a"), ref: "seats", repo: { full_name: "acme/policies-fork" } } });
    const { host } = await serve((request, response) =>
      json(response, 200, (request.url ?? "").includes("?") ? [fork] : fork),
    );
    expect(await host.openPullRequests("seats")).toEqual([]);
  });

  it("of another branch is not taken where GitHub ignores the filter", async () => {
    const { host } = await always([pull({ head: { sha: sha("a"), ref: "other", repo: null } })]);
    expect(await host.openPullRequests("seats")).toEqual([]);
  });
});

describe("somebody's permission", () => {
  const flags = (...names: readonly string[]) =>
    Object.fromEntries(["pull", "triage", "push", "maintain", "admin"].map((name) => [name, names.includes(name)]));
  const permission = async (answer: Readonly<Record<string, unknown>>) =>
    await (await always({ role_name: "custom", ...answer })).host.permission("bob");
  const bob = (permissions?: object) => ({ login: "Bob", ...(permissions === undefined ? {} : { permissions }) });

  it("is what a custom role grants, not what it is called", async () => {
    const reader = { permission: "read", role_name: "admin-of-docs", user: bob(flags("pull")) };
    expect(await permission(reader)).toBe("read");
    const writer = { permission: "write", role_name: "read-plus", user: bob(flags("pull", "triage", "push")) };
    expect(await permission(writer)).toBe("write");
  });

  it("is the level that a custom role is based on, where GitHub tells no details", async () => {
    expect(await permission({ permission: "write", user: null })).toBe("write");
    expect(await permission({ permission: "read", user: bob() })).toBe("read");
  });

  it("is triage or maintain by the role, where GitHub tells no details", async () => {
    expect(await permission({ permission: "read", role_name: "triage", user: null })).toBe("triage");
    expect(await permission({ permission: "write", role_name: "maintain", user: null })).toBe("maintain");
  });

  it("is the least where GitHub's fields differ", async () => {
    expect(await permission({ permission: "read", role_name: "admin", user: null })).toBe("read");
    expect(await permission({ permission: "write", user: bob(flags("pull")) })).toBe("read");
    expect(await permission({ permission: "none", user: bob(flags("pull", "push", "admin")) })).toBe("none");
  });

  it.each([
    ["a level of its own", { permission: "owner", user: null }, `"permission" is none of admin, write, read, none`],
    ["no level", { user: null }, `"permission" is missing`],
    ["somebody else", { permission: "admin", user: { login: "eve" } }, `"user.login" is somebody else`],
    ["half the details", { permission: "admin", user: bob({ admin: "yes" }) }, `"user.permissions.admin" is text`],
  ])("is refused where GitHub tells %s", async (_which, answer, what) => {
    const { host } = await always(answer);
    expect((await errorOf(host.permission("bob"))).message).toContain(what);
  });
});

describe("who pushed to a branch", () => {
  const entry = (fields: Readonly<Record<string, unknown>> = {}) => ({
    ref: "refs/heads/seats",
    after: sha("a"),
    actor: { login: "bob", type: "User" },
    activity_type: "push",
    ...fields,
  });

  it("is in the entries of that very branch, on whichever page, the newest first", async () => {
    const { host, asked } = await serve((request, response) => {
      const isFirst = !(request.url ?? "").includes("after=");
      const rows = isFirst
        ? [entry({ after: sha("c") }), entry({ ref: "refs/heads/other", actor: { login: "eve", type: "User" } })]
        : [
            entry({ activity_type: "force_push", actor: { login: "Copilot", type: "Bot" } }),
            entry({ activity_type: "branch_deletion", after: "0".repeat(40), actor: null }),
            entry({ activity_type: "branch_creation" }),
          ];
      const next = `<http://${request.headers.host ?? ""}/repos/acme/policies/activity?after=x>; rel="next"`;
      json(response, 200, rows, isFirst ? { link: next } : {});
    });
    expect(await host.pushesTo("seats")).toEqual([
      { by: { login: "bob", kind: "person" }, what: "moved", after: sha("c") },
      { by: { login: "Copilot", kind: "other" }, what: "moved", after: sha("a") },
      { by: null, what: "deleted", after: "0".repeat(40) },
      { by: { login: "bob", kind: "person" }, what: "made", after: sha("a") },
    ]);
    expect(asked[0]).toContain("ref=refs%2Fheads%2Fseats");
  });

  it("is not told where the server has no activity", async () => {
    const { host } = await serve((request, response) => {
      const isActivity = (request.url ?? "").includes("/activity");
      json(response, isActivity ? 404 : 200, isActivity ? { message: "Not Found" } : {});
    });
    expect(await host.pushesTo("seats")).toBeNull();
  });

  it("is refused where an entry lacks its commit", async () => {
    const { host } = await always([entry({ after: undefined })]);
    expect((await errorOf(host.pushesTo("seats"))).message).toContain(`in row 1, "after" is missing`);
  });
});

describe("check runs", () => {
  const run = (fields: Readonly<Record<string, unknown>> = {}) => ({
    id: 1,
    name: "Seatwright plan",
    head_sha: sha("a"),
    external_id: "seal",
    conclusion: "neutral",
    completed_at: "2026-11-20T09:00:00Z",
    html_url: "https://github.com/acme/policies/runs/1",
    ...fields,
  });
  const runs = (...check_runs: readonly object[]) => ({ total_count: check_runs.length, check_runs });

  it("are sorted by what nobody can forge, and only of that name and commit", async () => {
    const { host } = await always(
      runs(
        run({ id: 5, completed_at: "2026-11-20T08:00:00Z" }),
        run({ id: 4, completed_at: "2036-11-20T08:00:00Z" }),
        run({ id: 6, name: "Seatwright plan 2" }),
        run({ id: 7, head_sha: sha("b") }),
        run({ id: 8, completed_at: null, conclusion: null, external_id: null }),
      ),
    );
    const found = await host.checkRuns(sha("a"), "Seatwright plan");
    expect(found.map(({ id }) => id)).toEqual([8, 5, 4]);
    expect(found[0]).toMatchObject({ completedAt: null, externalId: "" });
  });

  it("are refused without the field of their external id", async () => {
    const { host } = await always(runs(run({ external_id: undefined })));
    expect((await errorOf(host.checkRuns(sha("a"), "Seatwright plan"))).message).toContain(
      `in row 1, "external_id" is missing`,
    );
  });
});
