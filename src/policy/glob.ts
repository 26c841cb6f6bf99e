/** Whether a text holds a wildcard, so that it is a glob and not a name. */
export function isGlob(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/**
 * A matcher for globs: `*` is any run of characters, `?` is exactly one, everything else stands for itself. A glob
 * matches the whole text or not at all. Capitals do not count, and letters with accents match however they are encoded.
 * Matching takes at most glob length times text length: there is no input that makes it slow.
 */
export function globMatcher(globs: readonly string[]): (text: string) => boolean {
  const exact = new Set(globs.filter((glob) => !isGlob(glob)).map(folded));
  const patterns = globs.filter(isGlob).map(folded);
  return (text) => {
    const plain = folded(text);
    return exact.has(plain) || patterns.some((pattern) => matches(pattern, plain));
  };
}

/** A text as names are compared: in lower case, accents composed. */
export function folded(text: string): string {
  return text.normalize("NFC").toLowerCase();
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let position = 0;
  while (position < text.length) {
    const wanted = pattern[at];
    if (wanted === "*") {
      star = at++;
      resume = position;
    } else if (wanted === "?") {
      at++;
      position = afterCharacter(text, position);
    } else if (wanted !== undefined && wanted === text[position]) {
      at++;
      position++;
    } else if (star !== -1) {
      resume = afterCharacter(text, resume);
      position = resume;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** The position behind the character at `position`; some characters take two positions. */
function afterCharacter(text: string, position: number): number {
  return position + ((text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1);
}
