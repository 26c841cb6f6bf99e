import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byPerson } from "../../src/people/by-person.ts";

const items = fc.array(fc.record({ person: fc.nat(70), name: fc.string() }), { maxLength: 60 });

describe("items by person", () => {
  it("are all of one person's together, in the order in which people and items come", () => {
    fc.assert(
      fc.property(items, (list) => {
        const groups = [...byPerson(list, ({ person }) => person)];
        expect(groups).toEqual([...Map.groupBy(list, ({ person }) => person).values()]);
      }),
    );
  });

  it("are nobody's where there are none", () => {
    expect([...byPerson<{ readonly person: number }>([], ({ person }) => person)]).toEqual([]);
  });
});
