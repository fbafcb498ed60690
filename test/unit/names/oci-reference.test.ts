import { readFileSync } from "node:fs";
import { InputError } from "../../../src/base/errors.ts";
import { formatOciReference, isRepositoryName, isTag, parseOciReference } from "../../../src/names/oci-reference.ts";
import { thrownBy } from "../../support/thrown.ts";

interface Vectors {
  valid: {
    input: string;
    normal: string;
    host: string;
    repository: string;
    subdir?: string;
    tag?: string;
    digest?: string;
  }[];
  invalid: { input: string; code?: string; message: string; hint?: string }[];
}
const vectors = JSON.parse(
  readFileSync(new URL("../../vectors/oci-references.json", import.meta.url), "utf8"),
) as Vectors;

describe("parseOciReference", () => {
  it.each(vectors.valid)("reads $input", ({ input, normal, host, ...rest }) => {
    const reference = parseOciReference(input);
    expect(reference.host.value).toBe(host);
    expect({ subdir: undefined, tag: undefined, digest: undefined, ...rest }).toEqual({
      ...reference,
      host: undefined,
    });
    expect(formatOciReference(reference)).toBe(normal);
    expect(parseOciReference(normal)).toEqual(reference);
  });

  it.each(vectors.invalid)("refuses $input", ({ input, code = "INVALID_OCI_REFERENCE", message, hint }) => {
    const error = thrownBy(() => parseOciReference(input));
    expect(error).toBeInstanceOf(InputError);
    expect(error).toMatchObject({ code, message, hint });
  });

  it.each(vectors.invalid.filter(({ hint }) => hint?.startsWith("use oci://")))(
    "gives a right spelling for $input",
    ({ hint }) => {
      const suggested = hint?.split(" ")[1] ?? "";
      expect(formatOciReference(parseOciReference(suggested))).toBe(suggested);
    },
  );

  it("refuses names, tags and addresses that are too long", () => {
    const repository = "a".repeat(248);
    expect(parseOciReference(`oci://a.test/${repository.slice(6)}`).repository).toHaveLength(242);
    expect(thrownBy(() => parseOciReference(`oci://ghcr.io/${repository}`)).message).toBe(
      "oci repository is too long, got 256 characters with the host, expected at most 255",
    );
    expect(parseOciReference(`oci://ghcr.io/a?tag=${"1".repeat(128)}`).tag).toHaveLength(128);
    expect(thrownBy(() => parseOciReference(`oci://ghcr.io/a?tag=${"1".repeat(129)}`)).message).toMatch(
      /^oci tag is not/,
    );
    expect(thrownBy(() => parseOciReference(`oci://ghcr.io/${"a/".repeat(5_000_000)}`)).message).toBe(
      "oci reference is too long, got 10000014 characters, expected at most 4096",
    );
  });

  it("never repeats a password in a message", () => {
    for (const input of [
      "oci://bot:hunter2@ghcr.io/acme/vpc",
      "oci::https://bot:hunter2@ghcr.io/acme/vpc",
      "bot:hunter2@ghcr.io/acme/vpc@sha256:00",
      "https://bot:hunter2/x@ghcr.io/acme/vpc",
    ]) {
      const error = thrownBy(() => parseOciReference(input));
      expect(JSON.stringify([error.message, error])).not.toContain("hunter2");
    }
  });
});

describe("names of the distribution specification", () => {
  it.each(["vpc", "acme/vpc", "a0/b-c", "a__b", "a---b"])("takes the repository %s", (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });
  it.each(["", "/vpc", "vpc/", "a//b", "A", "a___b", "a..b", "-a", "a_", "a.-b", "a b", "ä"])(
    "refuses the repository %j",
    (name) => {
      expect(isRepositoryName(name)).toBe(false);
    },
  );
  it.each(["latest", "1.4.0", "_", "V1-rc.1"])("takes the tag %s", (tag) => expect(isTag(tag)).toBe(true));
  it.each(["", ".1", "-1", "1+1", "a/b", "a:b", "a b", "ä", "1\n"])("refuses the tag %j", (tag) => {
    expect(isTag(tag)).toBe(false);
  });
});
