// The arithmetic of the benches, and what their runner says and returns.
import { describe as describeMeasurement, isOverLimit } from "../../bench/bench.ts";
import { runBenches } from "../../bench/run.ts";
import { median, pairRatios } from "../../bench/statistics.ts";
import { childrenMs, timedRun } from "../../bench/timed-run.ts";

describe("the middle of measurements", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
    [[7], 7],
    [[100, 2, 9], 9],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("is not there without measurements", () => {
    expect(() => median([])).toThrow("no values");
  });

  it("is taken of the ratios of pairs, so that a slow minute slows both", () => {
    expect(pairRatios([10, 100, 12], [20, 200, 24])).toEqual([0.5, 0.5, 0.5]);
    expect(() => pairRatios([1], [1, 2])).toThrow("expected pairs");
  });
});

describe("the time of a command", () => {
  it("is read from what a POSIX shell prints", () => {
    expect(childrenMs("0m0.00s 0m0.01s\n1m2.50s 0m0.25s\n")).toBe(62_750);
    expect(() => childrenMs("")).toThrow("two durations");
  });

  it("counts the processors of what the command waited for", async () => {
    const burn = "const end = Date.now() + 300; while (Date.now() < end);";
    const options = { environment: { PATH: process.env["PATH"] } };
    const { wallMs, cpuMs } = await timedRun([process.execPath, "-e", burn], options);
    expect(wallMs).toBeGreaterThanOrEqual(300);
    expect(cpuMs).toBeGreaterThan(50);
    await expect(timedRun(["false"], options)).rejects.toThrow("exit code 1, expected 0");
  });
});

describe("a measurement", () => {
  const measurement = { name: "a / b", value: 1.234, unit: "×", limit: 1.2 } as const;

  it("is over its limit or not", () => {
    expect(isOverLimit(measurement)).toBe(true);
    expect(isOverLimit({ ...measurement, value: 1.2 })).toBe(false);
    expect(isOverLimit({ ...measurement, limit: undefined })).toBe(false);
  });

  it.each([
    [measurement, false, /^a \/ b +1\.23 ×  limit 1\.2 × +FAIL$/],
    [{ ...measurement, value: 0.5 }, false, /0\.50 × .* ok$/],
    [measurement, true, /limit 1\.2 ×$/],
    [{ ...measurement, limit: undefined, detail: "3 pairs" }, false, /1\.23 ×\n {4}3 pairs$/],
  ])("is a line: %j", (one, isQuick, expected) => {
    expect(describeMeasurement(one, isQuick)).toMatch(expected);
  });
});

describe("the runner", () => {
  it("refuses a bench that is not there", async () => {
    expect(await runBenches(["nonsense"])).toBe(2);
  });

  it("lists the benches when none is named", async () => {
    expect(await runBenches([])).toBe(0);
  });
});
