import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  answer as answerOf,
  countOptions,
  type FacetKey,
  type Filters,
  filtersWith,
  noFilters,
} from "../../page/filters.ts";
import { type Org, openOrg } from "../../page/org.ts";
import { filterSelector, peopleSelector } from "../../page/selector.ts";
import { countBits, noBits } from "../../src/model/bits.ts";
import type { UserList } from "../../src/model/documents.generated.ts";
import { contentOf } from "./content.ts";
import { acme, answer, type Made, made, reportOf, textOf } from "./reports.ts";

/** The filters of the page, without a browser: they mean what policies mean. */

let files: Made;
let org: Org;

beforeAll(async () => {
  files = await made(acme());
  org = openOrg(contentOf(await textOf(await reportOf(files))));
});

const none = (): Uint32Array => noBits(org.size);

function counts(filters: Filters): readonly [number, number] {
  const { yes, unknown } = answerOf(org, filters, none());
  return [countBits(yes), countBits(unknown)];
}

async function listed(yaml: string): Promise<UserList> {
  await writeFile(join(files.repo, "policies/copied.yaml"), yaml);
  return answer<UserList>("users", { ...files, where: "selector: copied" });
}

/** Facets that policies have words for, with their options. */
const options = {
  app: ["jira-software", "confluence", "bitbucket"],
  site: ["acme", "labs"],
  unused: [0, 2, 3],
  everywhere: [0, 2],
  status: [1, 2],
  role: [0, 1],
  group: [0, 1, 2, 4, 5],
  domain: [1, 2],
  account: [1, 2],
} as const satisfies Partial<Record<FacetKey, readonly (string | number)[]>>;

const choices = fc.record(
  Object.fromEntries(
    Object.entries(options).map(([key, all]) => [
      key,
      fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.subarray<string | number>([...all], { maxLength: 2 })),
    ]),
  ) as Record<keyof typeof options, fc.Arbitrary<(string | number)[]>>,
);

describe("filters of the page", () => {
  it("give the answer that `users` gives to the same filter in the words of policies", async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(choices, async (chosen) => {
        const filters = filtersWith(chosen);
        const yaml = filterSelector(org, "copied", filters);
        if (yaml === null) return;
        const list = await listed(yaml);
        expect(counts(filters), yaml).toEqual([list.matched, list.unknown]);
        compared++;
      }),
      { numRuns: 120, seed: 7 },
    );
    expect(compared).toBeGreaterThan(70);
  });

  it("tell for each option how many it leaves, beside what the other facets say", () => {
    const filters = filtersWith({ app: ["jira-software"], status: [1] });
    for (const [key, all] of Object.entries({
      ...options,
      shield: ["protected", "exempt", "neither"],
      last: [0, 9, 10],
    })) {
      const facet = key as FacetKey;
      for (const { option, count } of countOptions(org, filters, none(), facet, all)) {
        const one = { ...filters, chosen: { ...filters.chosen, [facet]: [option] } };
        expect(count, `${key} ${option}`).toBe(counts(one)[0]);
      }
    }
  });

  it("have no words for what policies cannot say, and never mean everybody by accident", () => {
    expect(filterSelector(org, "x", noFilters)).toBeNull();
    expect(filterSelector(org, "x", { ...filtersWith({ status: [1] }), search: "ada" })).toBeNull();
    for (const chosen of [{ shield: ["protected"] }, { plan: ["changed"] }, { last: [3] }, { status: [0] }]) {
      expect(filterSelector(org, "x", filtersWith(chosen)), JSON.stringify(chosen)).toBeNull();
    }
    expect(filterSelector(org, "x", filtersWith({ app: ["bitbucket"], site: ["labs"] }))).toBeNull();
  });

  it("name a group by its id where its name means several, or would be read as a pattern", () => {
    const named = (...names: readonly string[]): Org => {
      const groups = org.head.groups.map((group, at) => ({ ...group, name: names[at] ?? group.name }));
      return { ...org, head: { ...org.head, groups } };
    };
    const yamlOf = (of: Org): string | null => filterSelector(of, "x", filtersWith({ group: [0] }));
    const id = JSON.stringify(org.head.groups[0]?.id);
    expect(yamlOf(named("once"))).toContain('"once"');
    expect(yamlOf(named("twins", "twins"))).toContain(id);
    expect(yamlOf(named("a*b"))).toContain(id);
  });

  it("name people by account id", async () => {
    const list = await listed(peopleSelector(org, "copied", [3, 5]));
    expect(list.rows.map(({ accountId }) => accountId)).toEqual([org.head.people.ids[3], org.head.people.ids[5]]);
  });
});
