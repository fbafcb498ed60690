import { environmentTable, processEnvironment } from "../../../src/base/env.ts";

describe("the environment table", () => {
  it("names every variable once, with a meaning", () => {
    const names = environmentTable.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, meaning } of environmentTable) {
      expect(name).toMatch(/^[A-Z][A-Z0-9_]*(?:<[a-z]+>)?$/);
      expect(meaning).toMatch(/[^.]$/);
    }
  });

  it("marks as secret what holds a token or a password; the address of a proxy may", () => {
    const secret = environmentTable.filter((variable) => variable.secret).map(({ name }) => name);
    const suspicious = environmentTable
      .map(({ name }) => name)
      .filter((name) => /(?:TOKEN|PASSWORD|SECRET|_KEY|HTTPS_PROXY)(?:_<|$)/.test(name));
    expect(secret).toEqual(suspicious);
  });
});

describe("processEnvironment", () => {
  it("gives a copy that later changes do not reach", () => {
    const before = processEnvironment();
    expect(before["PATH"]).toBe(process.env["PATH"]);
    expect(before).not.toBe(process.env);
    const copy = before as Record<string, string>;
    copy["SCALR_OCI_TEST_ONLY"] = "x";
    expect(process.env["SCALR_OCI_TEST_ONLY"]).toBeUndefined();
  });
});
