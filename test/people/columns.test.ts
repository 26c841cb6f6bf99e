import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { truthAt } from "../../src/model/verdict.ts";
import { candidatesOf, narrowedBy, oneByOne, TRUE, UNKNOWN, FALSE, verdictOf } from "../../src/people/answers.ts";
import { createDictionary, HASH_SEED, hashByte } from "../../src/people/dictionary.ts";
import { finishLists, growingLists, pushRow } from "../../src/people/lists.ts";
import { inverseOf } from "../../src/people/inverse.ts";
import { UNKNOWN_TIME } from "../../src/people/population.ts";
import { finishTexts, growingTexts, pushText, textAt, uniteText } from "../../src/people/texts.ts";
import { notAfter } from "../../src/people/times.ts";

function hashOf(bytes: Uint8Array): number {
  return bytes.reduce(hashByte, HASH_SEED);
}

function listColumn(lists: readonly (readonly number[])[]) {
  const growing = growingLists();
  lists.forEach((entries, person) => pushRow(growing, person, entries));
  return finishLists(growing, lists.length, null);
}

describe("a dictionary", () => {
  it("gives a text the same code as a text and as bytes, and different texts different ones", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: "grapheme", maxLength: 4 }), fc.boolean())), (asked) => {
        const dictionary = createDictionary();
        const codes = new Map<string, number>();
        for (const [text, asBytes] of asked) {
          const bytes = Buffer.from(`<${text}>`);
          const inner = bytes.subarray(1, -1);
          const code = asBytes
            ? dictionary.codeOfBytes(bytes, 1, bytes.length - 1, hashOf(inner))
            : dictionary.codeOf(text);
          expect(codes.get(text) ?? code).toBe(code);
          codes.set(text, code);
          expect(dictionary.values()[code]).toBe(text);
        }
        expect(new Set(codes.values()).size).toBe(codes.size);
      }),
    );
  });

  it("keeps texts apart that were made to have the same hash", () => {
    const dictionary = createDictionary();
    const codes = Array.from({ length: 500 }, (_, number) => {
      const bytes = Buffer.from(`text ${number}`);
      return dictionary.codeOfBytes(bytes, 0, bytes.length, 7);
    });
    expect(new Set(codes).size).toBe(500);
    expect(dictionary.values()[codes[499] ?? 0]).toBe("text 499");
  });
});

describe("a column of texts", () => {
  it("gives everybody's text back, in any order, with what later rows said", () => {
    const text = fc.option(fc.string({ unit: "binary", maxLength: 5 }));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(), fc.string({ unit: "binary", maxLength: 5 }))),
        fc.boolean(),
        (first, later, reversed) => {
          const growing = growingTexts();
          const wanted = first.map((one) => (one === null ? null : one.toWellFormed()));
          const settled = new Set<number>();
          for (const one of first) pushText(growing, one);
          for (const [number, said] of later) {
            const person = number % first.length;
            uniteText(growing, person, said);
            const before = wanted[person] ?? null;
            if (settled.has(person)) continue;
            if (before === null) wanted[person] = said.toWellFormed();
            else if (before !== said.toWellFormed()) {
              wanted[person] = null;
              settled.add(person);
            }
          }
          const order = reversed ? Uint32Array.from(first, (_, at) => first.length - 1 - at) : null;
          const column = finishTexts(growing, first.length, order);
          const read = first.map((_, position) => textAt(column, position));
          expect(read).toEqual(reversed ? wanted.toReversed() : wanted);
        },
      ),
    );
  });
});

describe("people in sets", () => {
  it("are those whose list holds an entry of the set, whether few people have it or many", () => {
    // A few entries that many people have, and many that hardly anybody has.
    const entry = fc.oneof(fc.nat(3), fc.nat(199));
    const lists = fc.array(fc.uniqueArray(entry, { maxLength: 6 }), { minLength: 60, maxLength: 200 });
    const sets = fc.array(fc.uniqueArray(entry, { maxLength: 4 }), { maxLength: 40 });
    fc.assert(
      fc.property(lists, sets, (given, wanted) => {
        const inverse = inverseOf(listColumn(given), 200);
        const found = wanted.map((set) => inverse.holding(set));
        wanted.forEach((set, at) => {
          given.forEach((list, person) => {
            const isIn = ((found[at]?.[person >>> 5] ?? 0) >>> (person & 31)) & 1;
            expect(isIn).toBe(list.some((entry) => set.includes(entry)) ? 1 : 0);
          });
        });
      }),
    );
  });
});

describe("times not after a moment", () => {
  it("are told for each second, also the last that fits, and apart from unknown ones", () => {
    const moment = fc.oneof(
      fc.nat(),
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2),
    );
    const near = moment.chain((at) =>
      fc.tuple(
        fc.constant(at),
        fc.array(
          fc.oneof(
            fc.integer({ min: -3, max: 3 }).map((off) => Math.max(0, Math.min(at + off, UNKNOWN_TIME))),
            fc.constantFrom(0, 1, 2 ** 31, UNKNOWN_TIME - 1, UNKNOWN_TIME),
          ),
          { maxLength: 70 },
        ),
      ),
    );
    fc.assert(
      fc.property(near, ([at, times]) => {
        const verdict = notAfter(Uint32Array.from(times), at, times.length);
        times.forEach((time, person) => {
          expect(truthAt(verdict, person)).toBe(time === UNKNOWN_TIME ? "unknown" : time <= at ? "true" : "false");
        });
        expect(verdict.yes.length).toBe((times.length + 31) >>> 5);
        const rest = times.length & 31;
        if (rest !== 0) expect(((verdict.yes.at(-1) ?? 0) | (verdict.unknown.at(-1) ?? 0)) >>> rest).toBe(0);
      }),
    );
  });
});

describe("candidates", () => {
  it("stand for a verdict, and are narrowed as Kleene's `all` would", () => {
    const answers = fc.array(fc.tuple(fc.constantFrom(FALSE, TRUE, UNKNOWN), fc.constantFrom(FALSE, TRUE, UNKNOWN)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(answers, (given) => {
        const people = Uint32Array.from(given.flatMap(([first], person) => (first === FALSE ? [] : [person])));
        const kinds = Uint8Array.from(people, (person) => given[person]?.[0] ?? FALSE);
        const verdict = verdictOf({ people, answers: kinds }, people.length, given.length);
        expect(candidatesOf(verdict)).toEqual({ people, answers: kinds });
        const both = narrowedBy(
          verdict,
          oneByOne((person) => given[person]?.[1] ?? FALSE),
          given.length,
        );
        given.forEach(([one, other], person) => {
          const wanted =
            one === FALSE || other === FALSE ? "false" : one === TRUE && other === TRUE ? "true" : "unknown";
          expect(truthAt(both, person)).toBe(wanted);
        });
      }),
    );
  });
});
