// A missing real part is a skip with its reason, and with CI=true a failure.
import { judgeMissing, realPart } from "../../support/real-parts.ts";

describe("judgeMissing", () => {
  it.each([
    [[], true, undefined],
    [["skopeo"], false, { reason: "no skopeo: install Debian's skopeo", isFailure: false }],
    [["skopeo"], true, { reason: "no skopeo: install Debian's skopeo", isFailure: true }],
    [["terraform", "skopeo"], true, expect.objectContaining({ isFailure: true })],
    [["terraform"], true, { reason: "no terraform: install Terraform", isFailure: false }],
    [["skopeo", "git"], true, { reason: "no skopeo: install Debian's skopeo; no git: install git", isFailure: true }],
  ] as const)("%j, CI %s", (missing, isCi, verdict) => {
    expect(judgeMissing(missing, isCi)).toEqual(verdict);
  });
});

describe("realPart", () => {
  it("gives the absolute path of a program on PATH", async () => {
    expect((await realPart("git")).path).toMatch(/^\/.*\/git$/);
  });
});
