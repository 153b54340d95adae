/**
 * The candidate a mistyped word most likely means, if any is near: at most two letters changed,
 * added, dropped or swapped, and fewer than half of the word.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const kebab = word
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .replace(/^-+/, '')
    .toLowerCase();
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(kebab, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.min(2, (candidate.length - 1) / 2))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.candidate;
}

/** Edits from one word to the other, a swap of neighbours being one (optimal string alignment). */
function editDistance(from: string, to: string): number {
  // Longer words are near nothing here, and the table would grow with what a user typed.
  if (Math.abs(from.length - to.length) > 2) return Infinity;
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= from.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const edits = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost];
      if (isSwap) edits.push(at(i - 2, j - 2) + 1);
      rows[i]?.push(Math.min(...edits));
    }
  }
  return at(from.length, to.length);
}
