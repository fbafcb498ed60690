import fc from "fast-check";
import { isScalrOciError } from "../../src/base/errors.ts";
import { formatOciReference, type OciReference, parseOciReference } from "../../src/names/oci-reference.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";

const component = fc.stringMatching(/^[a-z0-9]{1,6}((\.|_|__|-|--)[a-z0-9]{1,4}){0,2}$/);
const repository = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const subdir = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_*-]{1,8}$/), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join("/"));
const tag = fc.stringMatching(/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/);
const digest = fc.stringMatching(/^sha256:[a-f0-9]{64}$/);
const host = fc.constantFrom("ghcr.io", "localhost:5000", "[::1]:5000", "registry-1.docker.io", "10.0.0.1");

const reference: fc.Arbitrary<OciReference> = fc
  .record({
    host: host.map(parseRegistryHost),
    repository,
    subdir: fc.option(subdir, { nil: undefined }),
    version: fc.oneof(
      fc.constant({ tag: undefined, digest: undefined }),
      tag.map((value) => ({ tag: value, digest: undefined })),
      digest.map((value) => ({ tag: undefined, digest: value as NonNullable<OciReference["digest"]> })),
    ),
  })
  .map(({ version, ...rest }) => ({ ...rest, ...version }));

const nearMiss = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "oci://",
        "oci::",
        "https://",
        "docker://",
        "/",
        "//",
        ":",
        "@",
        "?",
        "&",
        "#",
        "..",
        "\\",
        "%2f",
        "\0",
        "\ud800",
      ),
      fc.constantFrom(
        "ghcr.io",
        "ghcr.io/acme/vpc",
        "tag=1",
        "digest=",
        "ref=main",
        "sha256:",
        "a".repeat(64),
        ":1.4.0",
      ),
      repository,
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const runs = { numRuns: 2000 };

describe("parseOciReference", () => {
  it("reads back what formatOciReference writes", () => {
    fc.assert(
      fc.property(reference, (written) => {
        expect(parseOciReference(formatOciReference(written))).toEqual(written);
      }),
      runs,
    );
  });

  it("gives a reference whose normal form reads as itself, or throws an error of ours", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearMiss,
          nearMiss.map((text) => `oci://ghcr.io/${text}`),
        ),
        (text) => {
          try {
            const parsed = parseOciReference(text);
            expect(parseOciReference(formatOciReference(parsed))).toEqual(parsed);
          } catch (error) {
            if (!isScalrOciError(error)) throw error;
            expect(["INVALID_OCI_REFERENCE", "INVALID_REGISTRY_HOST"]).toContain(error.code);
          }
        },
      ),
      runs,
    );
  });

  it("suggests only spellings that it takes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearMiss,
          nearMiss.map((text) => `oci://ghcr.io/acme/${text}`),
        ),
        (text) => {
          try {
            parseOciReference(text);
          } catch (error) {
            const hint = (error as { hint?: string }).hint ?? "";
            const suggested = /^use (oci:\/\/\S+)/.exec(hint)?.[1];
            if (suggested !== undefined) expect(formatOciReference(parseOciReference(suggested))).toBe(suggested);
          }
        },
      ),
      runs,
    );
  });

  it("answers the container spellings of any reference with the address itself", () => {
    fc.assert(
      fc.property(reference, (meant) => {
        const inside = meant.subdir === undefined ? "" : `//${meant.subdir}`;
        const suffix = meant.digest === undefined ? meant.tag && `:${meant.tag}` : `@${meant.digest}`;
        fc.pre(suffix !== undefined);
        const right = formatOciReference(meant);
        for (const written of [
          `oci://${meant.host.value}/${meant.repository}${suffix}${inside}`,
          `oci://${meant.host.value}/${meant.repository}${inside}${suffix}`,
          `oci::${right}`,
          `oci::https://${right.slice("oci://".length)}`,
        ]) {
          expect(() => parseOciReference(written)).toThrow(expect.objectContaining({ hint: `use ${right}` }));
        }
      }),
      runs,
    );
  });
});
