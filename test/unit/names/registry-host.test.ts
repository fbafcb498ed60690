import { readFileSync } from "node:fs";
import { InputError } from "../../../src/base/errors.ts";
import {
  dockerHubHost,
  findRegistryHost,
  isDockerHub,
  isSameRegistryHost,
  parseRegistryHost,
} from "../../../src/names/registry-host.ts";
import { thrownBy } from "../../support/thrown.ts";

interface Vectors {
  valid: { by: string; input: string; value: string; credentialKey: string; url: string }[];
  invalid: { why: string; input: string; message: string; hint?: string }[];
  neverTheSame: [string, string][];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/registry-hosts.json", import.meta.url), "utf8"),
) as Vectors;

describe("parseRegistryHost", () => {
  it.each(vectors.valid)("reads $input ($by)", ({ input, value, credentialKey, url }) => {
    const host = parseRegistryHost(input);
    expect(host).toMatchObject({ value, credentialKey, url });
    expect(new URL(host.url).host).toBe(host.value);
  });

  it.each(vectors.invalid)("refuses $input ($why)", ({ input, message, hint }) => {
    const error = thrownBy(() => parseRegistryHost(input));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code: "INVALID_REGISTRY_HOST", message, hint });
    expect(findRegistryHost(input)).toBeUndefined();
  });

  it("splits host and port, IPv6 without brackets", () => {
    expect(parseRegistryHost("[::1]:5000")).toMatchObject({ hostname: "::1", port: 5000, scheme: "https" });
    expect(parseRegistryHost("http://ghcr.io:80")).toMatchObject({
      hostname: "ghcr.io",
      port: undefined,
      scheme: "http",
    });
  });

  it("refuses a name of more than 253 characters", () => {
    const name = `${"a.".repeat(125)}test`;
    expect(parseRegistryHost(name.slice(1).replace(/^\./, "")).value).toHaveLength(252);
    expect(thrownBy(() => parseRegistryHost(name)).message).toMatch(/^registry host is not valid, got a\.a\./);
  });

  it("refuses a text of 10 MB at once, without repeating it", () => {
    const error = thrownBy(() => parseRegistryHost("a".repeat(10_000_000)));
    expect(error.message).toBe("registry host is too long, got 10000000 characters, expected at most 2048");
  });

  it("never repeats a password in a message, wherever it stands", () => {
    for (const input of [
      "https://bot:hunter2@ghcr.io",
      "bot:hunter2@ghcr.io/acme",
      "https://bot:hunter2/3@ghcr.io",
      "https://bot:hunter2?@ghcr.io",
      "https://bot:hunter2#@ghcr.io",
      "https://bot:hunter2\\@ghcr.io",
      "ftp://bot:hunter2@ghcr.io",
      "https://ghcr .io/?token=hunter2",
    ]) {
      const error = thrownBy(() => parseRegistryHost(input));
      expect(JSON.stringify([error.message, error])).not.toContain("hunter2");
    }
  });
});

describe("comparing hosts", () => {
  it.each(vectors.neverTheSame)("%s is not %s", (one, other) => {
    const [first, second] = [parseRegistryHost(one), parseRegistryHost(other)];
    expect(isSameRegistryHost(first, second)).toBe(false);
    expect(first.credentialKey).not.toBe(second.credentialKey);
  });

  it("takes spellings of one host as the same", () => {
    for (const spelling of ["ghcr.io", "GHCR.IO.", "https://ghcr.io:443/v2/", " ghcr.io/acme\n"]) {
      expect(isSameRegistryHost(parseRegistryHost(spelling), parseRegistryHost("ghcr.io"))).toBe(true);
    }
  });

  it("knows Docker Hub by its five spellings and by no other", () => {
    const hub = ["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "www.docker.io"];
    expect(hub.map((host) => isDockerHub(parseRegistryHost(host)))).toEqual(hub.map(() => true));
    expect(hub.map((host) => parseRegistryHost(host).credentialKey)).toEqual(hub.map(() => dockerHubHost));
    for (const other of ["auth.docker.io", "hub.docker.com", "docker.com", "docker.io:444", "http://docker.io"]) {
      expect(isDockerHub(parseRegistryHost(other))).toBe(false);
    }
  });
});
