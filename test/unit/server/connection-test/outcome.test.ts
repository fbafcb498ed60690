// The texts of outcomes: a closed list that says nothing of the network.
import { messageOf, testOutcomes } from "../../../../src/server/connection-test/outcome.ts";

describe("the outcome of a connection test", () => {
  it("has a text unless it is good", () => {
    const silent = Object.keys(testOutcomes).filter((code) => messageOf(code) === null);
    expect(silent).toEqual(["ok"]);
  });

  it.each([null, "unknown", "constructor", "__proto__"])("that is %j has none", (code) =>
    expect(messageOf(code)).toBeNull(),
  );

  it("never tells a port, an address or a code of the system", () => {
    for (const text of Object.values(testOutcomes))
      expect(text ?? "").not.toMatch(/\d{2,}|E[A-Z]{4,}|refused the connection|timed out/);
  });
});
