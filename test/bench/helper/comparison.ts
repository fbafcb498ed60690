// Holds the samples of one variant against those of another, round by round.
import type { BenchContext } from "../bench.ts";
import { median, pairRatios } from "../statistics.ts";
import type { Sample } from "./runner.ts";

export interface Comparison {
  readonly name: string;
  readonly ours: readonly Sample[];
  readonly base: readonly Sample[];
  readonly limit?: number;
  /** What counts; the wall time unless given. */
  readonly of?: (sample: Sample) => number;
  /** What counts of the base, where that is something else. */
  readonly ofBase?: (sample: Sample) => number;
}

export const wall = ({ wallMs }: Sample): number => wallMs;
export const inner = ({ innerMs }: Sample): number => innerMs;

/** The middle of the rounds' ratios, with both middles and the processor times. */
export function reportRatio(context: BenchContext, { name, ours, base, limit, of = wall, ofBase = of }: Comparison) {
  const [values, baseValues] = [ours.map(of), base.map(ofBase)];
  const cpu = (samples: readonly Sample[]) => median(samples.map(({ cpuMs }) => cpuMs)).toFixed(1);
  context.report({
    name,
    value: median(pairRatios(values, baseValues)),
    unit: "×",
    limit,
    detail:
      `${median(values).toFixed(2)} / ${median(baseValues).toFixed(2)} ms, ` +
      `processor ${cpu(ours)} / ${cpu(base)} ms, ${values.length} pairs`,
  });
}

/** The samples of a variant. @throws Error when it was not run */
export function samplesOf(samples: ReadonlyMap<string, readonly Sample[]>, name: string): readonly Sample[] {
  const found = samples.get(name);
  if (found === undefined) throw new Error(`no samples of ${name}`);
  return found;
}
