import { redactUrl } from "../../../src/base/redact.ts";

const canary = "canary-5f0d";

describe("redactUrl", () => {
  it.each([
    ["https://ghcr.io/v2/acme/vpc/manifests/1.4.0", "https://ghcr.io/v2/acme/vpc/manifests/1.4.0"],
    ["https://a.test/t?service=s&scope=repository:x:pull", "https://a.test/t?service=s&scope=repository%3Ax%3Apull"],
    ["https://a.test/list?page[number]=2&page[size]=50", "https://a.test/list?page[number]=2&page[size]=50"],
    [`https://bot:${canary}@a.test/v2/`, "https://a.test/v2/"],
    [
      `https://a.test/blob?X-Amz-Signature=${canary}&digest=sha256:0`,
      "https://a.test/blob?[redacted]&digest=sha256%3A0",
    ],
    [`https://a.test/?${canary}`, "https://a.test/?[redacted]"],
    [`https://a.test/?SERVICE=${canary}`, "https://a.test/?[redacted]"],
    [`https://a.test/#${canary}`, "https://a.test/"],
    [`not a url ${canary}`, "[redacted]"],
    ["", "[redacted]"],
  ])("writes %s as %s", (url, expected) => {
    expect(redactUrl(url)).toBe(expected);
    expect(redactUrl(url)).not.toContain(canary);
  });
});
