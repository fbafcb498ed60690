// Looks for something once, when it is first wanted; a failure is kept too, and thrown to who wants the thing itself.

export interface Once<Value> {
  /** True when there is one, or when looking for it failed: then `get` says why. */
  isThere(): boolean;
  /** @throws what looking for it threw */
  get(): Value | undefined;
}

export function once<Value>(look: () => Value | undefined): Once<Value> {
  let result: { readonly value: Value | undefined } | { readonly failure: unknown } | undefined;
  const ensure = () => {
    if (result !== undefined) return result;
    try {
      result = { value: look() };
    } catch (failure) {
      result = { failure };
    }
    return result;
  };
  return {
    isThere: () => {
      const found = ensure();
      return "failure" in found || found.value !== undefined;
    },
    get: () => {
      const found = ensure();
      if ("failure" in found) throw found.failure;
      return found.value;
    },
  };
}
