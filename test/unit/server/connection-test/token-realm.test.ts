// To which token services a login may go.
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { parseChallenges } from "../../../../src/registry/challenge.ts";
import { findTokenUrl } from "../../../../src/server/connection-test/token-realm.ts";

const urlFor = (registry: string, challenge: string) =>
  findTokenUrl(parseRegistryHost(registry), parseChallenges(`Bearer ${challenge}`)[0]?.parameters ?? new Map())?.href;

describe("a token realm", () => {
  it.each([
    ["ghcr.io", 'realm="https://ghcr.io/token",service="ghcr.io"', "https://ghcr.io/token?service=ghcr.io"],
    ["ghcr.io", 'realm="https://GHCR.io:443/token"', "https://ghcr.io/token"],
    [
      "gitlab.acme.test:5050",
      'realm="https://gitlab.acme.test/jwt/auth",service="r"',
      "https://gitlab.acme.test/jwt/auth?service=r",
    ],
    [
      "registry-1.docker.io",
      'realm="https://auth.docker.io/token",service="registry.docker.io"',
      "https://auth.docker.io/token?service=registry.docker.io",
    ],
    ["index.docker.io", 'realm="https://auth.docker.io/token"', "https://auth.docker.io/token"],
    ["registry.gitlab.com", 'realm="https://gitlab.com/jwt/auth"', "https://gitlab.com/jwt/auth"],
    ["acme.jfrog.io", 'realm="https://acme.jfrog.io/v2/token?x=1"', "https://acme.jfrog.io/v2/token?x=1"],
  ])("of %s in %s is asked", (registry, challenge, url) => expect(urlFor(registry, challenge)).toBe(url));

  it("gets service and scope encoded", () => {
    const url = urlFor("ghcr.io", 'realm="https://ghcr.io/token",service="a&b=c",scope="repository:x/y:pull z"');
    expect(url).toBe("https://ghcr.io/token?service=a%26b%3Dc&scope=repository%3Ax%2Fy%3Apull+z");
  });

  it.each([
    ["plain http", "ghcr.io", 'realm="http://ghcr.io/token"'],
    ["another host", "ghcr.io", 'realm="https://evil.test/token"'],
    ["a host that ends alike", "ghcr.io", 'realm="https://evilghcr.io/token"'],
    ["a host below", "ghcr.io", 'realm="https://token.ghcr.io/token"'],
    ["the host as user info", "ghcr.io", 'realm="https://ghcr.io@evil.test/token"'],
    ["a user name", "ghcr.io", 'realm="https://user@ghcr.io/token"'],
    ["user info", "ghcr.io", 'realm="https://user:pass@ghcr.io/token"'],
    ["Docker Hub's service for another registry", "ghcr.io", 'realm="https://auth.docker.io/token"'],
    ["GitLab's service for another registry", "registry.gitlab.com.evil.test", 'realm="https://gitlab.com/jwt/auth"'],
    ["a relative realm", "ghcr.io", 'realm="/token"'],
    ["another scheme", "ghcr.io", 'realm="file:///etc/passwd"'],
    ["no realm", "ghcr.io", 'service="x"'],
  ])("is not asked when it is %s", (_what, registry, challenge) => expect(urlFor(registry, challenge)).toBeUndefined());
});
