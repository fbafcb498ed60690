// Ends a provider whose host has gone without a word: a killed host sends no Shutdown.

/** Hosts connect once and stay connected; whoever has not come back by then is gone. */
const orphanDelayMs = 5_000;
/** A host gives up a start after one minute; whoever has not connected by then is gone. */
const firstConnectionDelayMs = 70_000;

/** Calls `onOrphaned` when there has been no connection for too long. */
export class Watchdog {
  readonly #onOrphaned: () => void;
  #timer: NodeJS.Timeout;

  constructor(onOrphaned: () => void) {
    this.#onOrphaned = onOrphaned;
    this.#timer = this.#arm(firstConnectionDelayMs);
  }

  /** Tells how many connections there are now. */
  sessions(count: number): void {
    clearTimeout(this.#timer);
    if (count === 0) this.#timer = this.#arm(orphanDelayMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): NodeJS.Timeout {
    return setTimeout(this.#onOrphaned, delayMs);
  }
}
