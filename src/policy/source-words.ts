/** `hr.end` as source and column or date; the source's name has no dot. */
export function splitSourceWord(word: string): readonly [source: string, name: string] {
  const dot = word.indexOf(".");
  return [word.slice(0, dot), word.slice(dot + 1)];
}
