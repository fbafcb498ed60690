// What a provider keeps beside the state of one object: never shown, carried from call to call by the host.

/** Anything JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export interface PrivateReader {
  /** The value under that key, or undefined. */
  get(key: string): JsonValue | undefined;
}

/** Values by key. Each must survive a round trip through JSON. */
export class PrivateState implements PrivateReader {
  readonly #entries: Map<string, JsonValue>;
  /** Bytes that are no JSON object, as another framework may have left: handed on as they are until something is set. */
  #foreign: Uint8Array | undefined;

  private constructor(entries: Map<string, JsonValue>, foreign?: Uint8Array) {
    this.#entries = entries;
    this.#foreign = foreign;
  }

  static decode(bytes: Uint8Array | undefined): PrivateState {
    if (bytes === undefined || bytes.length === 0) return new PrivateState(new Map());
    try {
      const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
      if (typeof json === "object" && json !== null && !Array.isArray(json)) {
        return new PrivateState(new Map(Object.entries(json as Record<string, JsonValue>)));
      }
    } catch {
      // Not ours; see #foreign.
    }
    return new PrivateState(new Map(), bytes);
  }

  get(key: string): JsonValue | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: JsonValue): void {
    this.#foreign = undefined;
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Empty when nothing is kept. */
  encode(): Uint8Array {
    if (this.#foreign !== undefined) return this.#foreign;
    if (this.#entries.size === 0) return new Uint8Array(0);
    return new TextEncoder().encode(JSON.stringify(Object.fromEntries(this.#entries)));
  }
}
