// Writes the L1 constructs for cdktf and cdktn from a provider's schema: `node generate.ts SCHEMA.json DIRECTORY`.
// The schema has the shape of `tofu providers schema -json`; no OpenTofu, no provider and no network are needed.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as commons from "@cdktn/commons";
import type * as providerGenerator from "@cdktn/provider-generator";
import type * as codemaker from "codemaker";
import { flattenL1 } from "./flatten.ts";

export type Framework = "cdktf" | "cdktn";

interface ProviderSchemas {
  readonly format_version: string;
  readonly provider_schemas: Readonly<Record<string, unknown>>;
}

/** As the constructs name it in `required_providers`; the host is whichever the tool that runs them has by default. */
const provider = { name: "scalr", source: "scalr-oci/scalr", version: "~> 0.1" } as const;

/**
 * The generator's own modules, past its index: that one needs packages which cdktf's does not declare. The host is the registry
 * under which a framework's generator looks for the provider in the schema.
 */
const generators = {
  cdktf: { module: "@cdktf/provider-generator/lib/get/generator/provider-generator", host: "registry.terraform.io" },
  cdktn: { module: "@cdktn/provider-generator/build/get/generator/provider-generator", host: "registry.opentofu.org" },
} as const;

const [schemaFile, directory] = process.argv.slice(2);
if (schemaFile === undefined || directory === undefined) {
  console.error("usage: node generate.ts SCHEMA.json DIRECTORY");
  process.exitCode = 2;
} else {
  quietenGenerators();
  const schemas = JSON.parse(readFileSync(schemaFile, "utf8")) as ProviderSchemas;
  for (const framework of ["cdktf", "cdktn"] as const) await generate(framework, schemas, join(directory, framework));
}

/** Loading them runs `terraform version` and, where that fails, asks a server on the internet. */
function quietenGenerators(): void {
  process.env["CHECKPOINT_DISABLE"] = "1";
  delete process.env["TF_CLI_CONFIG_FILE"];
}

async function generate(framework: Framework, schemas: ProviderSchemas, target: string): Promise<void> {
  const staging = mkdtempSync(join(tmpdir(), "generate-l1-"));
  try {
    await runGenerator(framework, schemas, staging);
    const printed = join(staging, "providers", provider.name);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    for (const folder of readdirSync(printed, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      const text = readFileSync(join(printed, folder.name, "index.ts"), "utf8");
      writeFileSync(join(target, `${folder.name}.ts`), flattenL1(text));
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function runGenerator(framework: Framework, schemas: ProviderSchemas, target: string): Promise<void> {
  const load = createRequire(import.meta.url);
  const { CodeMaker } = load("codemaker") as typeof codemaker;
  const { TerraformProviderConstraint } = load(`@${framework}/commons`) as typeof commons;
  const { TerraformProviderGenerator } = load(generators[framework].module) as Pick<
    typeof providerGenerator,
    "TerraformProviderGenerator"
  >;
  const code = new CodeMaker();
  code.indentation = 2;
  const generator = new TerraformProviderGenerator(code, underHost(schemas, generators[framework].host) as never);
  // A constraint is what it reads; its type wants a target, with the language and folders of the command line around it.
  generator.generate(new TerraformProviderConstraint(provider) as never);
  await code.save(target);
}

/** The one provider of the schema, at the address where the generator looks for it. */
function underHost(schemas: ProviderSchemas, host: string): ProviderSchemas {
  const [schema, ...others] = Object.values(schemas.provider_schemas);
  if (schema === undefined || others.length > 0) throw new Error("expected the schema of one provider");
  return { ...schemas, provider_schemas: { [`${host}/${provider.source}`]: schema } };
}
