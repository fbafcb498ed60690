import { PassThrough, Writable } from "node:stream";
import type { CliContext } from "../../../src/cli/context.ts";
import { formatBytes, formatFiles, startProgress } from "../../../src/cli/progress.ts";
import { fakeClock } from "../../support/fake-clock.ts";

function contextWith(interactive: boolean): { context: CliContext; written: string[] } {
  const written: string[] = [];
  const stderr = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  return { context: { environment: {}, ...streams, directory: "/", interactive }, written };
}

describe("startProgress", () => {
  it("draws one line over and over, and takes it away", () => {
    const { context, written } = contextWith(true);
    const clock = fakeClock();
    const progress = startProgress(context, "pushing acme/vpc", clock);
    clock.advance(1000);
    progress.update(1_000_000, 4_000_000);
    clock.advance(1000);
    progress.update(4_000_000, 4_000_000);
    progress.end();
    expect(written).toEqual([
      "\r\u001b[2Kpushing acme/vpc 25 %  1.0 MB of 4.0 MB  1.0 MB/s",
      "\r\u001b[2Kpushing acme/vpc 100 %  4.0 MB of 4.0 MB  2.0 MB/s",
      "\r\u001b[2K",
    ]);
  });

  it("says nothing about what ends at once, and draws at most ten times a second", () => {
    const { context, written } = contextWith(true);
    const clock = fakeClock();
    const progress = startProgress(context, "x", clock);
    progress.update(10, 100);
    clock.advance(499);
    progress.update(20, 100);
    expect(written).toEqual([]);
    clock.advance(1);
    progress.update(30, 100);
    clock.advance(99);
    progress.update(40, 100);
    expect(written).toHaveLength(1);
  });

  it("says nothing where there is no terminal", () => {
    const { context, written } = contextWith(false);
    const clock = fakeClock();
    const progress = startProgress(context, "x", clock);
    clock.advance(5000);
    progress.update(50, 100);
    progress.end();
    expect(written).toEqual([]);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_450_000, "1.4 MB"],
    [2_000_000_000, "2.0 GB"],
    [5e15, "5000.0 TB"],
  ])("of %d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

it.each([
  [1, 225, "1 file, 225 B"],
  [2, 1_400_000, "2 files, 1.4 MB"],
  [0, 0, "0 files, 0 B"],
])("counts %d files of %d bytes as %s", (count, bytes, text) => {
  expect(formatFiles(count, bytes)).toBe(text);
});
