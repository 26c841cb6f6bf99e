import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  foldedText,
  htmlText,
  markdownCode,
  markdownText,
  terminalText,
  visibleText,
} from "../../src/report/escape.ts";
import { hostileText, markdownSigns } from "../support/hostile.ts";

describe("terminalText", () => {
  it("leaves nothing that a terminal obeys or that reorders a line", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(terminalText(text)).not.toMatch(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  it("turns line breaks into one space, so that words stay apart", () => {
    expect(terminalText("Ada\r\n\tOkafor")).toBe("Ada Okafor");
  });

  it.each(["佐藤 陽翔", "Inês Carvalho", "می‌خواهم", "👩‍🔧 Team", "O'Brien & Söhne"])("leaves %s as it is", (name) => {
    expect(terminalText(name)).toBe(name);
    expect(visibleText(name)).toBe(name);
  });
});

describe("visibleText", () => {
  it("writes out what would reorder or hide its neighbours", () => {
    expect(visibleText("admin\u202egro.elpmaxe")).toBe("admin⟨U+202E⟩gro.elpmaxe");
    expect(visibleText("a\u200bb\u0007")).toBe("a⟨U+200B⟩b⟨U+0007⟩");
  });

  it("keeps everything on one line", () => {
    fc.assert(fc.property(hostileText, (text) => !/[\n\r\u0085\u2028\u2029\v\f]/.test(visibleText(text))));
  });
});

describe("htmlText", () => {
  it("leaves no sign that opens or closes a tag, an attribute or an entity of its own", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const escaped = htmlText(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replace(/&(amp|lt|gt|quot|#39);/g, "")).not.toContain("&");
      }),
    );
  });

  it("is read back as the visible text", () => {
    const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(htmlText(text).replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? "")).toBe(
          visibleText(text),
        );
      }),
    );
  });
});

describe("markdownText", () => {
  it("leaves no sign that Markdown or GitHub gives a meaning", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(markdownSigns(markdownText(text))).toBe("");
      }),
    );
  });

  it.each([
    ["a team's mention", "@acme/admins", "@&#8203;acme/admins"],
    ["an issue", "#12", "#&#8203;12"],
    ["an issue in an old form", "GH-12", "GH-&#8203;12"],
    ["an address", "https://evil.example", "https:&#8203;//evil.example"],
    ["an address without a scheme", "WWW.evil.example", "WWW.&#8203;evil.example"],
    ["an emoji's code", ":bomb:", ":&#8203;bomb:"],
    ["a cell's end", "a|b", "a\\|b"],
    ["an escaped cell's end", "a\\|b", "a\\\\\\|b"],
    ["mathematics", "$x$", "<span>$</span>x<span>$</span>"],
    ["a comment", "<!-- x -->", "&lt;!-- x --&gt;"],
    ["a list", "- x", "\\- x"],
    ["a numbered list", "1. x", "1&#8203;. x"],
    ["an underline", "===", "\\==="],
  ])("takes the meaning of %s", (_, text, escaped) => {
    expect(markdownText(text)).toBe(escaped);
  });

  it.each(["06:00 UTC", "jira-users-acme", "5%", "O'Brien (Ops), Ltd."])("does not disfigure %s", (text) => {
    expect(markdownText(text)).toBe(text);
  });
});

describe("foldedText", () => {
  it("takes the meaning of markup and mentions inside an HTML element", () => {
    expect(foldedText("</summary>@acme *x*")).toBe("&lt;/summary&gt;@&#8203;acme *x*");
  });
});

describe("markdownCode", () => {
  it("shows tame text as code", () => {
    expect(markdownCode("ada@example.com")).toBe("`ada@example.com`");
  });

  it("never lets a text end its own code span or cell", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(markdownSigns(markdownCode(text)).replace(/^C$/, "")).toBe("");
      }),
    );
  });
});
