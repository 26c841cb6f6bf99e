import fc from "fast-check";

const pieces = [
  "<script>alert(1)</script>",
  "</summary></details>",
  "</td></tr></table>",
  "<!--",
  "-->",
  "]]>",
  "<",
  ">",
  "&",
  "&lt;",
  "&#60;",
  '"',
  "'",
  "`",
  "```",
  "|",
  "\\",
  "\\|",
  "*",
  "**",
  "_",
  "~~",
  "[x](https://evil.example)",
  "![x](//evil.example/p.png)",
  "[",
  "]",
  "(",
  ")",
  "@acme/owners",
  "@",
  "#12",
  "GH-7",
  ":bomb:",
  "https://evil.example",
  "www.evil.example",
  "$x$",
  "\n",
  "\r\n",
  "\n\n# Heading",
  "\t",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\u001b]8;;https://evil.example\u0007",
  "\u009b2J",
  "\u0085",
  "\u00ad",
  "\u200b",
  "\u200e",
  "\u202e",
  "\u2028",
  "\u2066",
  "\ufeff",
  "\ud800",
  "\u{e0041}",
  "- ",
  "1. ",
  "===",
  "a",
  "Ada",
  "佐藤",
  "👩‍🔧",
  " ",
] as const;

/** Texts that a report must survive: markup, control characters, mentions, links, all in odd orders. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ unit: "grapheme", maxLength: 4 })),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(""));

/**
 * The signs of a line of GitHub Flavored Markdown that have a meaning, in their order: what is escaped or inside a code
 * span is left out, a code span is `C`. Written apart from the escaping it judges.
 * Source: GitHub Flavored Markdown Spec, 2.4, 4.10, 6.3.
 */
export function markdownSigns(line: string): string {
  let signs = "";
  let at = 0;
  while (at < line.length) {
    const rest = line.slice(at);
    const skipped =
      /^\\[!-/:-@[-`{-~]/.exec(rest) ??
      /^&(?:[a-z]+|#\d+);/i.exec(rest) ??
      /^[@#:.-]&#8203;/.exec(rest) ??
      /^<span>\$<\/span>/.exec(rest);
    if (skipped !== null) {
      at += skipped[0].length;
      continue;
    }
    const fence = /^`+/.exec(rest)?.[0];
    if (fence !== undefined) {
      const end = closing(line, at + fence.length, fence.length);
      if (end === -1) {
        signs += "`";
        at += fence.length;
      } else {
        signs += line.slice(at, end).includes("|") ? "C|" : "C";
        at = end;
      }
      continue;
    }
    const found =
      /^(?:[*_[\]<>|~$@&]|#|:(?=[\w+-]+:|\/\/))/.exec(rest)?.[0] ?? /^(?:www\.(?!&#8203;)|gh-\d)/i.exec(rest)?.[0];
    signs += found ?? "";
    at += found?.length ?? 1;
  }
  return signs;
}

/** Where the code span that begins before `from` ends, or -1. */
function closing(line: string, from: number, length: number): number {
  for (const run of line.slice(from).matchAll(/`+/g)) {
    if (run[0].length === length) return from + run.index + length;
  }
  return -1;
}
