import { describe, expect, it } from "vitest";
import { dayWords } from "../../page/org.ts";
import { pageColumn } from "../../src/model/page-data.ts";
import { seatPaths, seatsOf } from "../../src/people/seats.ts";
import { userColumns } from "../../src/people/user-columns.ts";
import { peopleForPage } from "../../src/plan/page-people.ts";
import { acme } from "../page/reports.ts";
import type { UserList } from "../../src/plan/user-list.ts";

const population = acme();
const seats = seatsOf(population);
const decided = ["protected", "exempt"].map((name) => ({
  name,
  title: name,
  kind: "text" as const,
  about: "",
  of: ({ person }: { readonly person: number }) => (person === 3 ? `${name} for a reason` : ""),
}));
const list: UserList = { columns: [...userColumns(population, seats), ...decided], matched: [], unknown: [] };
const { people, columns } = peopleForPage(population, list, "names-and-emails");

function listed(name: "groups" | "paths", person: number): readonly number[] {
  const starts = columns.get(pageColumn.starts(name)) ?? [];
  return [...(columns.get(pageColumn.values(name)) ?? [])].slice(starts[person], starts[person + 1]);
}

describe("people as columns", () => {
  it("are told as lists of people tell them", () => {
    const column = (name: string) => list.columns.find((entry) => entry.name === name);
    for (let person = 0; person < population.size; person++) {
      const row = { person, instance: null };
      expect(people.names?.[person]).toBe(column("name")?.of(row));
      expect(people.domains[columns.get("domain")?.[person] ?? 0]).toBe(column("emailDomain")?.of(row));
      expect(people.protections[columns.get("protection")?.[person] ?? 0]).toBe(column("protected")?.of(row));
      const day = columns.get("last")?.[person] ?? 0;
      expect(String(column("lastActive")?.of(row) ?? "not known").slice(0, 10)).toBe(dayWords(day));
    }
  });

  it("have every way to a seat that counts as one, and no other", () => {
    for (let person = 0; person < population.size; person++) {
      const own = listed("paths", person).flatMap((at) => people.paths[at] ?? []);
      for (let instance = 0; instance < population.header.instances.length; instance++) {
        const told = own.find((path) => path.instance === instance)?.by.filter(({ seat }) => seat) ?? [];
        const { paths } = seatPaths(population, person, instance);
        expect(told.map(({ group, role }) => [group, `atlassian/${role}`])).toEqual(
          paths.map((path) => [path.via === "group" ? path.group : null, path.role]),
        );
      }
    }
    expect(people.paths.length).toBeLessThan(population.size);
  });
});
