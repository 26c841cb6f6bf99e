/**
 * The candidate that was most likely meant by a word, or null where none is near: the fewest edits (letters added, left
 * out, changed or swapped), at most a third of the word; capitals, hyphens and underscores count for nothing.
 * Equally near candidates: the first.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const plain = plainOf(word);
  let best: string | null = null;
  let fewest = Math.max(1, Math.floor(plain.length / 3)) + 1;
  for (const candidate of candidates) {
    const other = plainOf(candidate);
    if (Math.abs(other.length - plain.length) >= fewest) continue;
    const edits = editsBetween(plain, other);
    if (edits < fewest) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

/** Words are compared to this length: what is longer is no misspelling. */
const LONGEST = 80;

function plainOf(word: string): string {
  return word.slice(0, LONGEST).toLowerCase().replaceAll(/[-_ ]/g, "");
}

/** Optimal string alignment distance. */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, (before[column - 2] ?? 0) + 1);
      }
      current.push(edits);
    }
    before = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
