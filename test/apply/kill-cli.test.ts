import { describe, expect, it } from "vitest";
import { folderWith } from "../e2e/run.ts";
import { killAll, randomKills, seedOfRun } from "./kill-cli.ts";
import { prepare, type StoryName } from "./kill-stage.ts";

/** The seeds draw other instants each time; `kill-cli.long.test.ts` plays every step and hundreds of instants. */
const stories: readonly (readonly [StoryName, number])[] = [
  ["apply", 11],
  ["put back", 7],
  ["undo", 7],
];

describe("the command line, killed at an instant drawn by a seed", { timeout: 180_000 }, () => {
  it.each(stories)("is gone on with by the same command: %s", async (name, count) => {
    const story = await prepare(name, await folderWith());
    const seed = seedOfRun();
    const kills = randomKills(story, count, seed).map((kill) => [kill]);
    const { killed, problems } = await killAll(story, kills);
    console.log(`${name}: seed ${seed}, ${killed} of ${count} killed`);
    expect(problems, `SEATWRIGHT_SEED=${seed}`).toEqual([]);
    expect(killed).toBeGreaterThan(0);
  });
});
