// Holds a secret so that it cannot reach a log, a message or a JSON document by accident.

const placeholder = "[secret]";

/** What `util.inspect` and `console.log` call; spelled out because `node:util` costs the helper's start. */
const inspectSymbol: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** A secret text. Every way of printing it gives `[secret]`; only `reveal()` gives the text. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself. Call it where the secret leaves for its destination, nowhere else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [inspectSymbol](): string {
    return placeholder;
  }
}
