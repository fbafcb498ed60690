// Time as an argument, so that tests move it.

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Ends after `durationMs`; rejects with the signal's reason when it is aborted first. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (durationMs, signal) => {
    // Loaded by who waits: the credential helper starts for every answer, and hardly ever does.
    const { setTimeout: delay } = await import("node:timers/promises");
    try {
      await delay(durationMs, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
