// What a bench is: numbers, some with a limit, told one by one while they are measured.

export interface Measurement {
  /** What was measured, such as `plan of 1 resource, Node script / Go`. */
  readonly name: string;
  readonly value: number;
  /** `×` for ratios, else `ms` or `MiB`. */
  readonly unit: "×" | "ms" | "MiB";
  /** What the value must not exceed. */
  readonly limit?: number | undefined;
  /** The numbers behind it. */
  readonly detail?: string | undefined;
}

export interface BenchContext {
  /** Few runs, for a look: the numbers say little and the limits are not held against them. */
  readonly isQuick: boolean;
  report(measurement: Measurement): void;
  /** One line for the reader, such as what is not there. */
  note(line: string): void;
}

export interface Bench {
  /** What it answers, in one line. */
  readonly question: string;
  run(context: BenchContext): Promise<void>;
}

/** True when there is a limit and the value is over it. */
export function isOverLimit({ value, limit }: Measurement): boolean {
  return limit !== undefined && value > limit;
}

/** One line of the report. */
export function describe(measurement: Measurement, isQuick = false): string {
  const { name, value, unit, limit, detail } = measurement;
  const figure = `${value.toFixed(2)} ${unit}`.padStart(12);
  const bound = limit === undefined ? "" : `limit ${limit} ${unit}`;
  const verdict = limit === undefined || isQuick ? "" : isOverLimit(measurement) ? "FAIL" : "ok";
  const line = [name.padEnd(54), figure, bound.padEnd(14), verdict.padEnd(4)].join("  ").trimEnd();
  return detail === undefined ? line : `${line}\n    ${detail}`;
}
