// A clock that stands still and jumps over every wait, and notes what was waited for.
import type { Clock } from "../../src/base/clock.ts";

export interface FakeClock extends Clock {
  /** The waits so far, in milliseconds. */
  readonly slept: number[];
  advance(durationMs: number): void;
}

export function fakeClock(startMs: number = Date.UTC(2030, 0, 1)): FakeClock {
  const slept: number[] = [];
  let nowMs = startMs;
  return {
    slept,
    now: () => nowMs,
    sleep: async (durationMs, signal) => {
      signal?.throwIfAborted();
      slept.push(durationMs);
      nowMs += durationMs;
    },
    advance: (durationMs) => {
      nowMs += durationMs;
    },
  };
}
