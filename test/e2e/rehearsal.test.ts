import { join } from "node:path";
import { expect, it } from "vitest";
import planSchema from "../../schemas/plan.schema.json" with { type: "json" };
import { cli, folderWith } from "./run.ts";

const [example] = planSchema.examples;

it("a plan made in a rehearsal is refused by a real organisation, whoever approves it", async () => {
  const folder = await folderWith({ "plan.json": JSON.stringify({ ...example, rehearsal: true }) });
  const words = `apply --plan ${join(folder, "plan.json")} --approve ${example?.digest} --reason Go --repo ${folder}`;
  const ended = await cli([...words.split(" "), "--api-url", "https://atlassian.invalid"]);
  expect(ended).toMatchObject({ code: 4, out: "" });
  expect(ended.err).toContain("was made in a rehearsal");
});
