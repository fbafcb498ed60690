// `npm run bench -- NAME… [--quick]`: runs benches and holds what they measure against its limits; without a name it lists them.
// A bench is `test/bench/NAME/bench.ts` and exports `bench`.
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Bench, describe, isOverLimit, type Measurement } from "./bench.ts";

/** @returns the exit code: 1 when a limit is exceeded, 2 for a wrong name */
export async function runBenches(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { quick: { type: "boolean" } },
  });
  const names = readdirSync(import.meta.dirname).filter((name) => existsSync(fileOf(name)));
  const wrong = positionals.filter((name) => !names.includes(name));
  if (positionals.length === 0 || wrong.length > 0) {
    await explain(names, wrong);
    return wrong.length > 0 ? 2 : 0;
  }
  const results: Measurement[] = [];
  for (const name of positionals) results.push(...(await runBench(name, values.quick === true)));
  return conclude(results, values.quick === true);
}

async function explain(names: readonly string[], wrong: readonly string[]): Promise<void> {
  if (wrong.length > 0) console.error(`no such bench: ${wrong.join(", ")}`);
  console.error("usage: npm run bench -- NAME… [--quick]\n");
  for (const name of names) console.error(`  ${name.padEnd(10)} ${(await load(name)).question}`);
}

async function runBench(name: string, isQuick: boolean): Promise<Measurement[]> {
  const bench = await load(name);
  console.log(`${name}: ${bench.question}`);
  console.log(`Node ${process.versions.node}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`);
  const results: Measurement[] = [];
  await bench.run({
    isQuick,
    note: (line) => console.log(line),
    report: (measurement) => {
      results.push(measurement);
      console.log(describe(measurement, isQuick));
    },
  });
  return results;
}

function conclude(results: readonly Measurement[], isQuick: boolean): number {
  if (isQuick) {
    console.log(`\n${results.length} numbers; --quick holds no limits`);
    return 0;
  }
  const limited = results.filter(({ limit }) => limit !== undefined);
  const over = limited.filter(isOverLimit);
  console.log(`\n${limited.length - over.length} of ${limited.length} limits held`);
  return over.length > 0 || limited.length === 0 ? 1 : 0;
}

async function load(name: string): Promise<Bench> {
  return ((await import(fileOf(name))) as { readonly bench: Bench }).bench;
}

function fileOf(name: string): string {
  return join(import.meta.dirname, name, "bench.ts");
}
