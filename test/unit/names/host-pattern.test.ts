import { compareWeights, parseHostPattern } from "../../../src/names/host-pattern.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { thrownBy } from "../../support/thrown.ts";

const matches = (pattern: string, host: string, repository?: string) =>
  parseHostPattern(pattern).matches(parseRegistryHost(host), repository);

describe("a pattern of hosts", () => {
  it.each([
    ["ghcr.io", "ghcr.io"],
    ["ghcr.io", "https://GHCR.io:443/acme/vpc"],
    ["GHCR.io", "ghcr.io"],
    ["ghcr.io:443", "ghcr.io"],
    ["docker.io", "https://index.docker.io/v1/"],
    ["index.docker.io", "registry-1.docker.io"],
    ["*.docker.io", "docker.io"],
    ["localhost:5000", "http://localhost:5000"],
    ["localhost:*", "localhost:5000"],
    ["localhost:50*", "localhost:5001"],
    ["[::1]:5000", "[0:0:0:0:0:0:0:1]:5000"],
    ["*.azurecr.io", "acme.azurecr.io"],
    ["prod-*.azurecr.io", "prod-7.azurecr.io"],
    ["*.dkr.ecr.*.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
    ["*.DKR.ecr.eu-west-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
    ["*", "ghcr.io"],
    ["*", "localhost:5000"],
    ["*", "[::1]:5000"],
  ])("%s means %s", (pattern, host) => {
    expect(matches(pattern, host)).toBe(true);
  });

  // What looks alike to who compares parts of a text.
  it.each([
    ["ghcr.io", "ghcr.io.evil.test"],
    ["ghcr.io", "evilghcr.io"],
    ["ghcr.io", "ghcr.io:444"],
    ["ghcr.io", "http://ghcr.io"],
    ["ghcr.io", "ghcrxio.test"],
    ["ghcr.io", "sub.ghcr.io"],
    ["ghcr.io:80", "ghcr.io"],
    ["localhost:5000", "localhost"],
    ["localhost:5000", "localhost:50001"],
    ["localhost:*", "localhost"],
    ["localhost", "localhost:5000"],
    ["*.azurecr.io", "azurecr.io"],
    ["*.azurecr.io", "a.b.azurecr.io"],
    ["*.azurecr.io", "acme.azurecr.io.evil.test"],
    ["*.azurecr.io", "acme.azurecr.io:444"],
    ["*.azurecr.io", "acme-azurecr.io"],
    ["*.azurecr.io", "acme.azurecrxio"],
    ["*.azurecr.io", "evil.test:5000"],
    ["*.dkr.ecr.*.amazonaws.com", "1.dkr.ecr.eu.west.amazonaws.com"],
    ["*.dkr.ecr.*.amazonaws.com", "1.dkr.ecr.eu-west-1.amazonaws.com.cn"],
    ["*.dkr.ecr.*.amazonaws.com", "dkr.ecr.eu-west-1.amazonaws.com"],
    ["*.test", "a.test:5000"],
    ["*.io", "127.0.0.1"],
    ["*", ""],
  ])("%s does not mean %s", (pattern, host) => {
    expect(host !== "" && matches(pattern, host)).toBe(false);
  });

  it.each([
    ["ghcr.io/acme", "acme", true],
    ["ghcr.io/acme", "acme/vpc", true],
    ["ghcr.io/acme", "acme/nested/vpc", true],
    ["ghcr.io/acme", "acmeevil/vpc", false],
    ["ghcr.io/acme", "evil/acme", false],
    ["ghcr.io/acme/*", "acme/vpc", true],
    ["ghcr.io/acme/*", "acme/nested/vpc", true],
    ["ghcr.io/acme/*", "acme", false],
    ["ghcr.io/acme/vpc-*", "acme/vpc-eu", true],
    ["ghcr.io/acme/vpc-*", "acme/dns", false],
    ["ghcr.io/*/vpc", "acme/vpc", true],
    ["ghcr.io/*/vpc", "a/b/vpc", false],
    ["ghcr.io/a.me", "axme", false],
    ["ghcr.io/acme", undefined, false],
    ["ghcr.io", "acme/vpc", true],
  ])("%s of the repository %s: %s", (pattern, repository, expected) => {
    expect(matches(pattern, "ghcr.io", repository)).toBe(expected);
    expect(matches(pattern, "ghcr.io.evil.test", repository)).toBe(false);
  });

  it.each([
    "",
    "**",
    "**.io",
    "https://ghcr.io",
    "user@ghcr.io",
    "ghcr.io/",
    "ghcr.io//acme",
    "ghcr.io/ACME",
    "ghcr.io/acme?x",
    "ghcr.io/acme/**",
    "ghcr.io/..",
    "*..io",
    "*.io.",
    "-*.io",
    "[*]:5000",
    "*:5000:1",
    "a b.test",
    "ghcr.io:x",
    "*_x.test",
    "*.io:0*x",
  ])("%j is none", (text) => {
    expect(thrownBy(() => parseHostPattern(text))).toMatchObject({ code: "INVALID_REGISTRY_HOST" });
  });

  it("says more exactly what it means in this order", () => {
    const order = [
      "ghcr.io/acme/vpc",
      "ghcr.io/acme/*",
      "ghcr.io/acme",
      "ghcr.io",
      "*.dkr.ecr.eu-west-1.amazonaws.com",
      "*.dkr.ecr.*.amazonaws.com",
      "prod-*.io",
      "*.io/acme",
      "*.io",
      "*/acme",
      "*",
    ].map(parseHostPattern);
    for (const [index, pattern] of order.entries())
      for (const later of order.slice(index + 1)) {
        expect([pattern.text, later.text, compareWeights(pattern, later) > 0]).toEqual([
          pattern.text,
          later.text,
          true,
        ]);
        expect(compareWeights(later, pattern)).toBeLessThan(0);
      }
  });

  it("two that nothing tells apart are equal", () => {
    expect(compareWeights(parseHostPattern("a*.test"), parseHostPattern("*a.test"))).toBe(0);
  });

  it("means the same in another spelling", () => {
    expect(parseHostPattern("docker.io").normal).toBe(parseHostPattern("Index.docker.io:443").normal);
    expect(parseHostPattern("*.IO:443").normal).toBe("*.io");
  });
});
