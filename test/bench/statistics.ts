// Middles and ratios of repeated measurements.

/** The middle value; of an even number the mean of the two in the middle. @throws Error for an empty list */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("no values, expected one at least");
  return (lower + upper) / 2;
}

/**
 * Ratios of runs that followed each other closely, one of each kind: what slows a machine down for a while slows both.
 * @throws Error when the numbers of runs differ
 */
export function pairRatios(values: readonly number[], base: readonly number[]): number[] {
  if (values.length !== base.length) throw new Error(`${values.length} runs beside ${base.length}, expected pairs`);
  return values.map((value, index) => value / (base[index] ?? Number.NaN));
}
