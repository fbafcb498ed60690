// The known name that a mistyped one most likely means.

/** More than two slips, or half of the name, is another word. */
const maxSlips = 2;

/** @returns undefined when none is near */
export function findNearName(text: string, known: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  const distances = known.map((name) => [distance(lower, name.toLowerCase()), name] as const);
  const [nearest] = distances.sort(([one], [other]) => one - other);
  const limit = Math.min(maxSlips, Math.floor(text.length / 2));
  return nearest !== undefined && nearest[0] <= limit ? nearest[1] : undefined;
}

/** Letters to put in, take out or replace, two neighbours that change places counting once (optimal string alignment). */
function distance(one: string, other: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      const swapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
        ...(swapped && row > 1 && column > 1 ? [(older[column - 2] ?? 0) + 1] : []),
      );
    }
    older = previous;
    previous = current;
  }
  return previous[other.length] ?? 0;
}
