import { readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { acmeSnapshot, organizationYaml, policyYaml, repoWith, simulatorHere, soundFiles } from "./organisation.ts";
import { cli, folderWith, patient } from "./run.ts";

/** Stands in a text before the place that the message must name. */
const HERE = "‸";

interface Slip {
  readonly what: string;
  /** Files that differ from a sound repository; one of them marks the place. */
  readonly files: Readonly<Record<string, string>>;
  /** What the message must say. */
  readonly says: string;
  /** What the remedy must say. */
  readonly remedy: string;
}

const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
for (const [at, name] of ["b", "c", "d", "e", "f", "g", "h", "i"].entries()) {
  const before = String.fromCharCode(97 + at);
  bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(", ")}]`);
}
bomb[1] = (bomb[1] ?? "").replace("[*a", `[${HERE}*a`);

const hr = `sources:
  ${HERE}hr: {csv: data/hr.csv, key: {email: work_email}, dates: {end: {column: last_day}}, minRows: 3, maxAge: 36h, maxShrink: 20%}
`;
const leavers = policyYaml({
  id: "leavers",
  for: "person",
  where: "{in: hr, date: {hr.end: passed}}",
  then: "[{suspend: {}}]",
});

const exemption = (keys: string): string => `version: 1\nexemptions:\n  - ${keys}\n`;

const slips: readonly Slip[] = [
  {
    what: "a misspelt key",
    files: { "policies/unused.yaml": policyYaml({ where: `{app: jira-software, ${HERE}unusde: 90d}` }) },
    says: "`unusde` is not a key of `where`",
    remedy: "Did you mean `unused`?",
  },
  {
    what: "a misspelt key of the organisation file",
    files: { "seatwright.yaml": `${organizationYaml}${HERE}acessGroups: [a]\n` },
    says: "`acessGroups` is not a key",
    remedy: "Did you mean `accessGroups`?",
  },
  {
    what: "a key that stands twice",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: 90d, ${HERE}unused: 30d}` }) },
    says: "This key stands twice",
    remedy: "Keep one of the two",
  },
  {
    what: "aliases that blow up",
    files: { "policies/bomb.yaml": `version: 1\n${bomb.join("\n")}\n` },
    says: "repeats itself by aliases",
    remedy: "Write out what is repeated",
  },
  {
    what: "YAML that is none",
    files: { "policies/broken.yaml": `version: 1\npolicies:\n${HERE}\t- id: x\n` },
    says: "not valid YAML",
    remedy: "Indent with spaces",
  },
  {
    what: "a duration without a unit",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: ${HERE}90}` }) },
    says: "cannot be the number `90`",
    remedy: "A duration needs a unit, for example `90d`",
  },
  {
    what: "a threshold under the lag",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: ${HERE}24h}` }) },
    says: "may be a day late",
    remedy: "Use a longer time",
  },
  {
    what: "an unknown group",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: 90d, not: {memberOf: ${HERE}jira-user}}` }) },
    says: "There is no group called `jira-user`",
    remedy: "Did you mean `jira-users`?",
  },
  {
    what: "an unknown app",
    files: { "policies/unused.yaml": policyYaml({ where: `{app: ${HERE}jria-software, unused: 90d}` }) },
    says: "There is no app called `jria-software`",
    remedy: "Did you mean `jira-software`?",
  },
  {
    what: "an unknown site",
    files: { "policies/unused.yaml": policyYaml({ where: `{site: ${HERE}amce, unused: 90d}` }) },
    says: "There is no site called `amce`",
    remedy: "Did you mean `acme`?",
  },
  {
    what: "an unknown person",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: 90d, people: [${HERE}nobody@example.com]}` }) },
    says: "Nobody in the organisation has the address `nobody@example.com`",
    remedy: "Correct it, or write the account id",
  },
  {
    what: "a name with two meanings",
    files: { "policies/unused.yaml": policyYaml({ where: `{unused: 90d, memberOf: ${HERE}twins}` }) },
    says: "2 groups are called `twins`",
    remedy: "Write the id instead of the name",
  },
  {
    what: "an empty list",
    files: { "policies/unused.yaml": policyYaml({ where: `{app: ${HERE}[], unused: 90d}` }) },
    says: "`app` is an empty list",
    remedy: "an empty list never means everybody",
  },
  {
    what: "an exemption without an owner",
    files: {
      "exemptions.yaml": exemption(`${HERE}{id: E, group: jira-users, from: [saving], reason: x, until: 2027-01-01}`),
    },
    says: "The exemption has no `owner`",
    remedy: "Add `owner:`",
  },
  {
    what: "an exemption without an end",
    files: {
      "exemptions.yaml": exemption(`${HERE}{id: E, group: jira-users, from: [saving], reason: x, owner: "@a"}`),
    },
    says: "The exemption has no `until`",
    remedy: "at most a year ahead",
  },
  {
    what: "an exemption for longer than a year",
    files: {
      "exemptions.yaml": exemption(
        `{id: E, group: jira-users, from: [saving], reason: x, owner: "@a", until: ${HERE}2099-01-01}`,
      ),
    },
    says: "runs for more than a year",
    remedy: "and renew it then",
  },
  {
    what: "an exemption of somebody who is not found",
    files: {
      "exemptions.yaml": exemption(
        `{id: E, person: ${HERE}gone@example.com, from: [saving], reason: x, owner: "@a", until: ${nextMonth()}}`,
      ),
    },
    says: "Nobody in the organisation has the address `gone@example.com`",
    remedy: "Remove the entry if the person has left",
  },
  {
    what: "a source that is missing",
    files: { "seatwright.yaml": organizationYaml + hr, "policies/unused.yaml": leavers },
    says: "The source `hr` is missing",
    remedy: "`--source hr=PATH`",
  },
  {
    what: "a source that is too short",
    files: {
      "seatwright.yaml": organizationYaml + hr,
      "policies/unused.yaml": leavers,
      "data/hr.csv": "work_email,last_day\na@example.com,2026-01-01\n",
    },
    says: "has 1 row, fewer than 3. It is not believed",
    remedy: "lower `minRows`",
  },
  {
    what: "a source without the promised column",
    files: {
      "seatwright.yaml": (organizationYaml + hr).replace(HERE, ""),
      "policies/unused.yaml": leavers,
      "data/hr.csv": `${HERE}mail,last_day\na@example.com,2026-01-01\n`,
    },
    says: "There is no column called `work_email`",
    remedy: "Check the export",
  },
];

function nextMonth(): string {
  return new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
}

/** The files without the mark, and the marked place as `file:line:column`. */
function marked(files: Readonly<Record<string, string>>): readonly [Readonly<Record<string, string>>, string] {
  const plain = Object.entries(files).map(([path, text]) => [path, text.replace(HERE, "")] as const);
  const [path, text] = Object.entries(files).find(([, each]) => each.includes(HERE)) ?? ["", ""];
  const lines = text.slice(0, text.indexOf(HERE)).split("\n");
  return [Object.fromEntries(plain), `${path}:${lines.length}:${(lines.at(-1) ?? "").length + 1}`];
}

/** Words as they stand in a message that was wrapped to a width. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

describe.concurrent("a policy repository that is not sound", patient, () => {
  let snapshot = "";
  beforeAll(async () => {
    snapshot = await acmeSnapshot();
  });

  it.each(slips)("ends a plan with the place and the remedy: $what", async ({ files, says, remedy }) => {
    const [plain, place] = marked(files);
    const repo = await repoWith({ ...soundFiles, ...plain });
    const told = await cli(["plan", "--repo", repo, "--snapshot", snapshot, "--out", join(repo, "plan.json")]);
    expect(told).toMatchObject({ code: 9, out: "" });
    expect(unwrapped(told.err)).toContain(`${place} error`);
    expect(unwrapped(told.err)).toContain(says);
    expect(unwrapped(told.err)).toContain(remedy);
    expect(told.err).toContain("nothing was changed");
    await expect(readFile(join(repo, "plan.json"))).rejects.toThrow("ENOENT");
  });

  it("is told to a program as JSON, with the same exit code and nothing on stderr", async () => {
    const [plain, place] = marked(slips[0]?.files ?? {});
    const repo = await repoWith({ ...soundFiles, ...plain });
    const { code, out, err } = await cli(["plan", "--repo", repo, "--snapshot", snapshot, "--json"]);
    const { error } = JSON.parse(out) as { error: { code: number; findings: { place: object; remedy: string }[] } };
    const [file, line, column] = place.split(":");
    expect(code).toBe(9);
    expect(error.code).toBe(9);
    expect(error.findings.map((finding) => finding.place)).toEqual([
      { file, line: Number(line), column: Number(column) },
    ]);
    expect(err).toBe("");
  });

  it("is told by validate with the line that is meant, all slips at once", async () => {
    const repo = await folderWith({
      ...soundFiles,
      "policies/unused.yaml": policyYaml({ where: "{unusde: 90d}", mode: "enforse", colour: "red" }),
    });
    const text = await cli(["validate", "--repo", repo]);
    expect(text).toMatchObject({ code: 9, err: "" });
    expect(text.out).toContain("    where: {unusde: 90d}\n");
    expect(text.out).toContain("3 problems: 3 errors in 1 file");
    const json = await cli(["validate", "--repo", repo, "--json"]);
    expect(json).toMatchObject({ code: 9, err: "" });
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, lock: null });
  });

  it("stops every command that needs policies, and validate --lock writes no lock", async () => {
    const repo = await repoWith({ ...soundFiles, "policies/more.yaml": "version: 2\n" });
    const all = await Promise.all([
      cli(["plan", "--repo", repo, "--snapshot", snapshot]),
      cli(["explain", "idle-1@example.com", "--repo", repo, "--snapshot", snapshot]),
      cli(["validate", "--lock", "--repo", repo, "--snapshot", snapshot]),
    ]);
    expect(all.map(({ code }) => code)).toEqual([9, 9, 9]);
    await expect(readFile(join(repo, "seatwright.lock.yaml"))).rejects.toThrow("ENOENT");
  });
});

describe.concurrent("a source that changed in a way nobody expects", patient, () => {
  const people = ["a", "b", "c", "d", "e", "f"].map((name) => `${name}@example.com,2027-01-01`);
  const csv = (rows: number): string => `work_email,last_day\n${people.slice(0, rows).join("\n")}\n`;
  const files = { "seatwright.yaml": (organizationYaml + hr).replace(HERE, ""), "policies/unused.yaml": leavers };

  it("because it is too old is not believed", async () => {
    const repo = await folderWith({ ...files, "data/hr.csv": csv(6) });
    const old = new Date(Date.now() - 3 * 86_400_000);
    await utimes(join(repo, "data/hr.csv"), old, old);
    const { code, out, err } = await cli(["plan", "--repo", repo, "--snapshot", await acmeSnapshot()]);
    expect({ code, out }).toEqual({ code: 9, out: "" });
    expect(err).toContain("older than 36h. It is not believed");
    expect(unwrapped(err)).toContain("Bring a newer one, or raise `maxAge` of `hr`");
  });

  it("because it shrank since the last plan is not believed", async () => {
    const repo = await folderWith({ ...files, "data/hr.csv": csv(6) });
    const first = join(repo, "first.json");
    const { env, close } = await simulatorHere();
    expect((await cli(["sync", "--repo", repo, "--out", first], { env })).code).toBe(0);
    await close();
    expect((await cli(["plan", "--repo", repo, "--snapshot", first])).code).toBe(0);
    const later = join(repo, "later.json");
    const text = await readFile(first, "utf8");
    const asOf = /"asOf":"([^"]+)"/.exec(text)?.[1] ?? "";
    const next = new Date(Date.parse(asOf) + 60_000).toISOString().replace(".000", "");
    await writeFile(later, text.replace(`"asOf":"${asOf}"`, `"asOf":"${next}"`));
    await writeFile(join(repo, "data/hr.csv"), csv(3));
    const { code, out, err } = await cli(["plan", "--repo", repo, "--snapshot", later]);
    expect({ code, out }).toEqual({ code: 9, out: "" });
    expect(unwrapped(err)).toMatch(/seatwright\.yaml:\d+:\d+ error/);
    expect(unwrapped(err)).toContain("`maxShrink`");
  });

  it.each([
    ["hr=nowhere.csv", "nowhere.csv could not be read: there is no such file", "Check the path"],
    ["xx=hr.csv", "--source names xx, which seatwright.yaml does not declare", "use one of: hr"],
    ["hr.csv", "--source hr.csv is not name=PATH", "--source hr=leavers.csv"],
  ])("or is named wrongly on the command line is a slip of usage: %s", async (source, says, remedy) => {
    const repo = await folderWith({ ...files, "data/hr.csv": csv(6) });
    const { code, out, err } = await cli(["plan", "--repo", repo, "--snapshot", "none.json", "--source", source]);
    expect({ code, out }).toEqual({ code: 64, out: "" });
    expect(unwrapped(err)).toContain(says);
    expect(unwrapped(err)).toContain(remedy);
  });
});
