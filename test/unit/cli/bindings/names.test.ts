import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isClassName, NameSet, toCamelCase, toPascalCase, toPropertyName } from "../../../../src/cli/bindings/names.ts";
import { root } from "../../../support/source-files.ts";

const names = [
  "a",
  "cidr_block",
  "cidr-block",
  "cidrBlock",
  "CIDR",
  "CIDRBlock",
  "ipv4_cidr",
  "s3bucket",
  "a_1",
  "a1b",
  "a__b",
  "a_",
  "enable_dns64",
  "x509_subject_key_id",
  "URL_map",
  "get_it",
  "get",
  "getter",
  "node",
  "self",
  "build",
  "system",
  "equals",
  "software",
  "tf_resource_type",
  "import_from",
  "move_to",
  "class",
];

describe("names of properties", () => {
  it.each([
    ["cidr_block", "cidrBlock"],
    ["cidr-block", "cidrBlock"],
    ["CIDRBlock", "cidrBlock"],
    ["ipv4_cidr", "ipv4Cidr"],
    ["s3bucket", "s3Bucket"],
    ["a__b", "aB"],
    ["get_it", "fetchIt"],
    ["get", "get"],
    ["node", "nodeAttribute"],
    ["equals", "equalTo"],
    ["class", "class"],
    ["_1", "_1"],
    ["__", "_"],
    ["_", "_"],
    ["ümlaut_x", "ümlautX"],
    ["__proto__", "proto"],
  ])("%s is %s", (name, property) => {
    expect(toPropertyName(name)).toBe(property);
  });

  it.each(['a*/ b"', "a;b", "`${x}`", "", " "])("%j, which is none, is one that does no harm", (name) => {
    expect(toPropertyName(name)).toMatch(/^_[0-9a-f]*$/);
    expect(toPascalCase(name)).toMatch(/^_[0-9a-f]*$/);
  });

  it("are in Pascal case for types", () => {
    expect(["cidr_block", "a", "s3bucket", "_1", "vpc-endpoints"].map(toPascalCase)).toEqual([
      "CidrBlock",
      "A",
      "S3Bucket",
      "_1",
      "VpcEndpoints",
    ]);
  });

  const generator = join(root, "tools", "generate-l1", "node_modules", "codemaker");
  (existsSync(generator) ? it : it.skip)(
    "are those of the generators of L1 constructs (after npm run generate)",
    () => {
      const load = createRequire(join(root, "tools", "generate-l1", "generate.ts"));
      const codemaker = load("codemaker") as { toCamelCase(name: string): string; toPascalCase(name: string): string };
      for (const name of names) {
        const camel = codemaker.toCamelCase(name);
        expect({ name, camel: toCamelCase(name) }).toEqual({ name, camel });
        expect({ name, pascal: toPascalCase(name) }).toEqual({ name, pascal: codemaker.toPascalCase(name) });
      }
    },
  );
});

describe("a set of names", () => {
  it("gives each once, in the order in which they are asked for", () => {
    const set = new NameSet(["version"]);
    const taken = ["a", "a", "version", "a", "aVariable"].map((name) => set.take(name, "Variable"));
    expect(taken).toEqual(["a", "aVariable", "versionVariable", "aVariable2", "aVariableVariable"]);
  });

  it("counts where there is no suffix", () => {
    const set = new NameSet();
    expect(["a", "a", "a"].map((name) => set.take(name, ""))).toEqual(["a", "a2", "a3"]);
  });
});

describe("names of classes", () => {
  it.each(["Network", "N", "Ümlaut", "A_1", "A$"])("%s is one", (name) => {
    expect(isClassName(name)).toBe(true);
  });
  it.each(["", "network", "1A", "_A", "A-B", "A B", "A;", "A{", "class"])("%j is none", (name) => {
    expect(isClassName(name)).toBe(false);
  });
});
