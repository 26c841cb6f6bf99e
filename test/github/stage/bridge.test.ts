import { afterAll, beforeAll, expect, it } from "vitest";
import { needs } from "../../support/needs.ts";
import { createBridge } from "./bridge.ts";
import type { Emulator } from "./emulator.ts";
import { isObject } from "./json.ts";
import type { Stage } from "./stage-shape.ts";
import { openStage } from "./stage.ts";

needs("git").describe("the bridge from Git to the emulator", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage({ people: { ada: "admin" }, files: { "a/b.txt": "b\n" } });
  });
  afterAll(async () => {
    await stage.close();
  });

  it("stops when an object has another id in the emulator than in Git", async () => {
    for (const kind of ["blobs", "trees", "commits"]) {
      const bridge = createBridge(lying(stage.world.emulator, `/git/${kind}`));
      await expect(bridge.mirror(stage.world.upstream)).rejects.toThrow(`has the id ${"0".repeat(40)} in the emulator`);
    }
  });

  it("stops when a ref is elsewhere in the emulator than in Git", async () => {
    const bridge = createBridge(lying(stage.world.emulator, "/git/refs/heads/main"));
    await expect(bridge.mirror(stage.world.upstream)).rejects.toThrow("refs/heads/main of acme/policies is not at");
  });

  it("tells which refs differ", async () => {
    const { emulator, upstream } = stage.world;
    expect(await stage.differences()).toEqual([]);
    await upstream.git.text(["update-ref", "refs/heads/unseen", "refs/heads/main"]);
    expect(await stage.differences()).toEqual(["refs/heads/unseen"]);
    await createBridge(emulator).mirror(upstream);
    expect(await stage.differences()).toEqual([]);
  });
});

/** The emulator, but for one operation whose answers name an id that Git never gave. */
function lying(emulator: Emulator, about: string): Emulator {
  const wrong = "0".repeat(40);
  return {
    ...emulator,
    request: async (request) => {
      const answer = await emulator.request(request);
      if (request.method === "GET" || !request.path.endsWith(about) || !isObject(answer.body)) return answer;
      return { ...answer, body: { ...answer.body, sha: wrong, object: { sha: wrong } } };
    },
  };
}
