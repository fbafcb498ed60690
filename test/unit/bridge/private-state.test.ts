// Private state: values by key, and what another framework left.
import { PrivateState } from "../../../src/bridge/private-state.ts";

const encoded = (state: PrivateState) => Buffer.from(state.encode()).toString();

describe("private state", () => {
  it("is nothing at first", () => {
    expect(encoded(PrivateState.decode(undefined))).toBe("");
    expect(encoded(PrivateState.decode(new Uint8Array(0)))).toBe("");
  });

  it("keeps what was set, and forgets what was deleted", () => {
    const state = PrivateState.decode(Buffer.from('{"a":1,"b":{"c":[null,true]}}'));
    expect([state.get("a"), state.get("b"), state.get("z")]).toEqual([1, { c: [null, true] }, undefined]);
    state.set("d", "x");
    state.delete("a");
    expect(JSON.parse(encoded(state))).toEqual({ b: { c: [null, true] }, d: "x" });
  });

  it.each(["[1]", '"text"', "{", "\u0001\u0002"])("hands on %j as it is until something is set", (foreign) => {
    const state = PrivateState.decode(Buffer.from(foreign));
    expect(state.get("a")).toBeUndefined();
    expect(encoded(state)).toBe(foreign);
    state.set("a", 1);
    expect(encoded(state)).toBe('{"a":1}');
  });
});
