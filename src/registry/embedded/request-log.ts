// What an embedded registry was asked, for tests that count requests and look at who asked.

/** Entries that are kept; the oldest go first. */
const maxEntries = 10_000;

export interface LoggedRequest {
  readonly method: string;
  /** Without the query, in which tokens and upload states travel. */
  readonly path: string;
  readonly status: number;
  /** Undefined for an anonymous or refused caller. */
  readonly username: string | undefined;
  /** How the caller authenticated, whether it was accepted or not. */
  readonly scheme: "none" | "basic" | "bearer" | "other";
  readonly atMs: number;
}

export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  /** From the oldest to the newest. */
  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  /** How many requests had this method and a path that contains the text. */
  count(method: string, text: string): number {
    return this.#entries.filter((entry) => entry.method === method && entry.path.includes(text)).length;
  }

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries) this.#entries.shift();
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
