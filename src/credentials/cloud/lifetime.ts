// How long a cloud's login may be repeated. BuildKit keeps an answer for nearly five minutes by itself, so what has less than five
// left is not given again.

const reserveMs = 5 * 60_000;

/** Half of what is left, and never into the last five minutes; 0 when there is less. */
export function repeatableFor(lifetimeMs: number): number {
  return Math.max(0, Math.min(lifetimeMs / 2, lifetimeMs - reserveMs));
}
