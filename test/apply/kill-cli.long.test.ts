import { describe, expect, it } from "vitest";
import { folderWith } from "../e2e/run.ts";
import { type Kill, killAll, randomKills, seedOfRun } from "./kill-cli.ts";
import { prepare, type StoryName } from "./kill-stage.ts";

/**
 * A run plays every fourth step, which ones being drawn by its seed, and a part of the instants: all of it takes a quarter of
 * an hour. SEATWRIGHT_EXHAUSTIVE=1 plays all. `kill.long.test.ts` kills a process at every step of its journal in any case.
 */
const SHARE = process.env["SEATWRIGHT_EXHAUSTIVE"] === "1" ? 1 : 4;
/** Instants drawn by a seed, of each story; and so many more that are killed a second time while they are gone on with. */
const INSTANTS = Math.ceil(100 / SHARE);
const TWICE = Math.ceil(12 / SHARE);

const stories: readonly StoryName[] = ["apply", "put back", "undo"];

describe("the command line, killed", { timeout: 1_800_000 }, () => {
  it.each(stories)(
    "before, in and after each step of what it writes is gone on with by the same command: %s",
    async (name) => {
      const story = await prepare(name, await folderWith());
      const seed = seedOfRun();
      const steps = Array.from({ length: story.steps }, (_, at) => at + 1);
      const kills = steps.filter((step) => step % SHARE === seed % SHARE).map((step): readonly Kill[] => [{ step }]);
      const { killed, problems } = await killAll(story, kills);
      console.log(`${name}: seed ${seed}, ${killed} killed at ${kills.length} of ${story.steps} steps`);
      expect(problems).toEqual([]);
      // Steps of a run that is a second slower or quicker differ by a few.
      expect(killed).toBeGreaterThan(kills.length * 0.9);
      expect(story.steps).toBeGreaterThan(100);
    },
  );

  it.each(stories)("at hundreds of instants, and again while it is gone on with: %s", async (name) => {
    const story = await prepare(name, await folderWith());
    const seed = seedOfRun();
    const once = randomKills(story, INSTANTS, seed).map((kill) => [kill]);
    const again = randomKills(story, TWICE * 2, seed + 1);
    const twice = Array.from({ length: TWICE }, (_, at) => again.slice(at * 2, at * 2 + 2));
    const { killed, problems } = await killAll(story, [...once, ...twice]);
    console.log(`${name}: seed ${seed}, ${killed} of ${INSTANTS + TWICE} killed`);
    expect(problems, `SEATWRIGHT_SEED=${seed}`).toEqual([]);
    expect(killed).toBeGreaterThan(INSTANTS / 2);
  });
});
