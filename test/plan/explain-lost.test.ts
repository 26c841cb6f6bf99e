import { describe, expect, it } from "vitest";
import { lost } from "../../src/plan/explain-lost.ts";
import { lostWords, severalWords } from "../../src/report/explain-lost.ts";
import { at, organization } from "../support/people.ts";

const population = organization({
  directories: ["main", "old"],
  people: {
    "712020:00000000-1111-2222-3333-444444abcdef": { name: "Ada Lovelace", email: "ada.lovelace@example.com" },
    ben: { name: "Ben Bell", email: "ben@example.com" },
    bob: { name: "Bob Bell", email: "bob@example.com" },
    zoe: { name: "Zoë Müller", email: "zoe@old.example", in: ["old"] },
    sam: { name: "Sam Lee", email: "sam@example.com", status: "suspended" },
    sam2: { name: "Sam Lee", email: "sam@labs.example", in: ["main", "old"] },
    sam3: { name: "Sam Lees", email: "sam.lees@example.com" },
    sam4: { name: "Sam Leed", email: "sam.leed@example.com" },
    shy: { name: "Shy Person" },
  },
});

const near = (wanted: string): readonly string[] =>
  lost(population, wanted).near.map((person) => population.text("name", person) ?? "");

const words = (wanted: string, show: "names" | "names-and-emails" | "ids" = "names"): string => {
  const { message, remedy } = lostWords(population, wanted, lost(population, wanted), show);
  return `${message}. ${remedy}`;
};

describe("somebody who is not found", () => {
  it("may be another spelling of a name: accents, the order of words, a slip, a name left out", () => {
    expect(near("Muller Zoe")).toEqual(["Zoë Müller"]);
    expect(near("Ada Lovelance")).toEqual(["Ada Lovelace"]);
    expect(near("Lovelace")).toEqual(["Ada Lovelace"]);
    expect(near("Xaver Quux")).toEqual([]);
  });

  it("may be another spelling of an address: the same name elsewhere, or a slip in the same domain", () => {
    expect(near("zoe@example.com")[0]).toBe("Zoë Müller");
    expect(near("ada.lovlace@example.com")).toEqual(["Ada Lovelace"]);
    expect(near("ada.lovlace@elsewhere.example")).toEqual([]);
  });

  it("is never taken for everybody whose address has the same domain", () => {
    expect(near("x@example.com").length).toBeLessThan(3);
    expect(near("quentin@example.com")).toEqual([]);
  });

  it("may be part of an account id that was cut short", () => {
    expect(near("…abcdef")).toEqual(["Ada Lovelace"]);
    expect(near("712020:00000000-1111")).toEqual(["Ada Lovelace"]);
    expect(near("cdef")).toEqual([]);
  });

  it("is shown three others at most", () => {
    expect(near("Sam Leex")).toHaveLength(3);
    expect(near("Sam")).toHaveLength(3);
  });

  it("is told from a portal-only customer, who is never among the people of an organisation", () => {
    expect(words("qm:5f1b:22")).toContain("portal-only customer. Such customers hold no seat");
    expect(words("eva@customer.example")).toContain("A portal-only customer of Jira Service Management is never");
    expect(words("712020:00000000-1111-2222-3333-444444000000")).not.toContain("portal");
  });

  it("is told of hidden addresses only where there are any, and of the directories that were read", () => {
    expect(words("eva@customer.example")).toContain("1 person of this snapshot has a hidden address");
    expect(words("eva@customer.example")).toContain("The snapshot covers the directories main and old");
    const open = organization({ people: { ada: { email: "ada@example.com" } } });
    const told = lostWords(open, "eva@x.example", lost(open, "eva@x.example"), "names").remedy;
    expect(told).toContain("Nobody's address is hidden here");
    expect(told).toContain("The organisation has one directory, main");
    expect(told).toContain("they were not in the organisation on 20 November 2026, 06:00 UTC");
  });

  it("may be missing from a snapshot that is not complete", () => {
    const partial = organization({ certificate: "incomplete", people: { ada: {} } });
    const { remedy } = lostWords(partial, "eva", lost(partial, "eva"), "names");
    expect(remedy).toContain("The snapshot is incomplete, so somebody may be missing from it");
    expect(remedy).not.toContain("were not in the organisation");
  });

  it("is shown others only as privacy.show allows", () => {
    expect(words("Ada Lovelance")).toContain("Ada Lovelace (active, in main, 712020:");
    expect(words("Ada Lovelance")).not.toContain("ada.lovelace@example.com");
    expect(words("Ada Lovelance", "names-and-emails")).toContain("Ada Lovelace <ada.lovelace@example.com>");
    const bare = words("Ada Lovelance", "ids");
    expect(bare).toContain("712020:00000000-1111-2222-3333-444444abcdef (active, in main)");
    expect(bare).not.toContain("Ada Lovelace");
  });
});

describe("several people of one name", () => {
  const both = ["sam", "sam2"].map((id) => at.person(population, id));

  it("are told apart by status, directory and account id, and by address where that may be shown", () => {
    const { message, remedy } = severalWords(population, "Sam Lee", both, "names");
    expect(message).toBe("2 people are called Sam Lee");
    expect(remedy).toBe(
      "Give the account id of the one you mean: Sam Lee (suspended, in main, sam); Sam Lee (active, in main and old, sam2).",
    );
    expect(severalWords(population, "Sam Lee", both, "names-and-emails").remedy).toContain(
      "Sam Lee <sam@labs.example> (active",
    );
    expect(severalWords(population, "Sam Lee", both, "ids").remedy).toContain("sam (suspended, in main); sam2");
  });

  it("are not listed without end", () => {
    const many = organization({
      people: Object.fromEntries(Array.from({ length: 14 }, (_, number) => [`p${number}`, { name: "Kim" }])),
    });
    const { remedy } = severalWords(many, "Kim", [...Array(14).keys()], "names");
    expect(remedy.match(/Kim \(/g)).toHaveLength(10);
    expect(remedy).toContain("and 4 more.");
  });
});
