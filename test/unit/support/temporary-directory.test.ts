import { tmpdir } from "node:os";

describe("temporary directory", () => {
  it("is one of this run's own, with a short path", () => {
    expect(tmpdir()).toMatch(/\/so-\w{6}$/);
    expect(process.env["TMPDIR"]).toBe(tmpdir());
  });
});
