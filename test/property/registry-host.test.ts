import fc from "fast-check";
import { InputError } from "../../src/base/errors.ts";
import { findRegistryHost, isDockerHub, parseRegistryHost } from "../../src/names/registry-host.ts";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const name = fc
  .tuple(fc.array(label, { minLength: 0, maxLength: 3 }), fc.stringMatching(/^[a-z]{2,6}$/))
  .map(([labels, last]) => [...labels, last].join("."));
const hostname = fc.oneof(
  { weight: 3, arbitrary: name },
  fc.ipV4(),
  fc.ipV6().map((address) => `[${address}]`),
);
const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
const authority = fc.tuple(hostname, port).map(([host, number]) => (number === undefined ? host : `${host}:${number}`));

/** Texts near the grammar, full of what confuses parsers. */
const nearMiss = fc
  .array(
    fc.oneof(
      authority,
      fc.constantFrom(
        ..."https:// http:// oci:// // / \\ @ : :443 . .. %2e %00 \0 \t \n ? # [ ] [::1] xn-- \u3002 \uff0e \u00ad \u212a \u202e \ud800 ghcr.io docker.io".split(
          " ",
        ),
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

const runs = { numRuns: 2000 };

describe("parseRegistryHost, for any text", () => {
  it("gives a host or throws an InputError, nothing else", () => {
    fc.assert(
      fc.property(nearMiss, (text) => {
        try {
          return parseRegistryHost(text).value.length > 0;
        } catch (error) {
          return error instanceof InputError && error.code === "INVALID_REGISTRY_HOST";
        }
      }),
      runs,
    );
  });

  it("gives a normal form that reads as itself", () => {
    fc.assert(
      fc.property(nearMiss, (text) => {
        const host = findRegistryHost(text);
        if (host === undefined) return;
        expect(parseRegistryHost(host.url)).toEqual(host);
        if (host.scheme === "https") expect(parseRegistryHost(host.value)).toEqual(host);
      }),
      runs,
    );
  });

  it("means the host that a URL parser connects to", () => {
    fc.assert(
      fc.property(nearMiss, (text) => {
        const host = findRegistryHost(text);
        if (host === undefined) return;
        const url = new URL(host.url);
        expect(url.host).toBe(host.value);
        expect([url.username, url.password, url.pathname, url.search, url.hash]).toEqual(["", "", "/", "", ""]);
        // Where a URL parser can read the text at all, it reads the same host from it.
        const written = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
        if (written !== undefined && /^https?:\/\//i.test(text.trim())) {
          expect(written.host.replace(/\.(?=:|$)/, "")).toBe(host.value);
        }
      }),
      runs,
    );
  });

  it("consists of lower-case ASCII letters, digits and the marks of the grammar", () => {
    fc.assert(
      fc.property(nearMiss, (text) => /^[a-z0-9.:[\]-]*$/.test(findRegistryHost(text)?.value ?? "")),
      runs,
    );
  });
});

describe("parseRegistryHost, for valid hosts", () => {
  it("takes scheme, case, path, trailing slash and dot, and the default port as no difference", () => {
    fc.assert(
      fc.property(authority, fc.constantFrom("", "/", "/v2/", "/acme/vpc", "?x=1", "#y"), (text, tail) => {
        const host = parseRegistryHost(text);
        const dotted = /^[^[\]:]+$/.test(text) ? `${text}.` : text;
        for (const spelling of [
          `https://${text}${tail}`,
          `${text.toUpperCase()}${tail}`,
          ` ${text}\n`,
          `${dotted}${tail}`,
        ]) {
          expect(parseRegistryHost(spelling)).toEqual(host);
        }
        if (host.port === undefined) expect(parseRegistryHost(`${host.value}:443`)).toEqual(host);
      }),
      runs,
    );
  });

  it("never takes a host for another one that contains it", () => {
    fc.assert(
      fc.property(name, label, (host, extra) => {
        const { credentialKey } = parseRegistryHost(host);
        for (const other of [
          `${extra}${host}`,
          `${extra}.${host}`,
          `${host}.${extra}.test`,
          `${host}-${extra}`,
          `${host}:444`,
        ]) {
          const found = findRegistryHost(other);
          if (found !== undefined) expect(found.credentialKey).not.toBe(credentialKey);
        }
      }),
      runs,
    );
  });

  it("takes nothing that only ends or begins like Docker Hub for it", () => {
    fc.assert(
      fc.property(
        label,
        fc.constantFrom("docker.io", "registry-1.docker.io", "registry.hub.docker.com"),
        (extra, hub) => {
          for (const other of [`${extra}-${hub}`, `${extra}.x.${hub}`, `${hub}.${extra}.test`, `${hub}:8443`]) {
            expect(isDockerHub(parseRegistryHost(other))).toBe(false);
          }
        },
      ),
      runs,
    );
  });

  it("refuses user info, and says no part of it", () => {
    fc.assert(
      fc.property(authority, fc.stringMatching(/^[!-~]{8,20}$/), (host, password) => {
        try {
          parseRegistryHost(`https://bot:${password}@${host}`);
        } catch (error) {
          const { message, hint } = error as InputError;
          return !`${message}${hint}`.replace("USER:PASSWORD@", "").includes(password);
        }
        return false;
      }),
      runs,
    );
  });
});
