// What can be said of something that was thrown. Test runners give each file its own `Error`, so `instanceof` does not tell.

/** Name and message of an error, or what else it is. */
export function describeThrown(thrown: unknown): string {
  const error = asError(thrown);
  return error === undefined ? `it threw a ${typeof thrown}` : `${error.name}: ${error.message}`;
}

/** The stack of an error, for logs. */
export function stackOf(thrown: unknown): string {
  return asError(thrown)?.stack ?? describeThrown(thrown);
}

/** The error, or undefined when it is none. */
export function asError(thrown: unknown): Error | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const { name, message } = thrown as Partial<Error>;
  return typeof name === "string" && typeof message === "string" ? (thrown as Error) : undefined;
}
