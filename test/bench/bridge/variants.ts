// The providers that are compared, each as its users install it: the Go one, and ours as a Node script and as a Bun binary.
import { existsSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { buildExecutable } from "../../../scripts/build/executables.ts";
import { compileBinary } from "../../../scripts/build/binaries/binary.ts";
import { bunVersion, findPlatform } from "../../../scripts/build/binaries/platforms.ts";
import { findGoProgram } from "../../support/go-program.ts";
import type { Workspace } from "../../support/workspace.ts";

export type VariantName = "Go" | "quiet Go" | "Node" | "Bun";

export interface Variant {
  readonly name: VariantName;
  /** The provider's executable. */
  readonly path: string;
  /** What the host's environment has besides. */
  readonly variables: Readonly<Record<string, string>>;
}

const entry = "test/bench/bridge/bench-provider-main.ts";

/** The variants that can be had here; `note` is told which cannot. @throws Error when the Go provider, the yardstick, is not among them */
export async function buildVariants(workspace: Workspace, note: (line: string) => void): Promise<Variant[]> {
  note("building the providers (the Go one takes a minute the first time)");
  const go = await findGoProgram({
    name: "terraform-provider-bench",
    module: "bench-provider",
    directory: join(import.meta.dirname, "go-provider"),
    package: ".",
  });
  if (go === undefined) throw new Error("the Go provider cannot be built: it needs Go 1.25");
  const variants: Variant[] = [
    { name: "Go", path: go, variables: {} },
    { name: "quiet Go", path: go, variables: { TF_LOG_SDK: "off" } },
    { name: "Node", path: await buildScript(workspace), variables: {} },
  ];
  const bun = await buildBinary(workspace, note);
  return bun === undefined ? variants : [...variants, { name: "Bun", path: bun, variables: {} }];
}

async function buildScript(workspace: Workspace): Promise<string> {
  const name = "terraform-provider-bench";
  const directory = workspace.path("node");
  await buildExecutable({ name, entry, target: "node22.19" }, directory);
  return join(directory, name);
}

async function buildBinary(workspace: Workspace, note: (line: string) => void): Promise<string | undefined> {
  const platform = findPlatform(process.platform, process.arch);
  const file = workspace.path("bun", "terraform-provider-bench");
  try {
    if (platform === undefined) throw new Error(`no Bun ${bunVersion} for ${process.platform} ${process.arch}`);
    await compileBinary({ entry, platform, file, environment: process.env, report: note });
    return file;
  } catch (error) {
    note(`no Bun binary: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Puts the executable alone into a filesystem mirror of its own. @returns the CLI configuration that names it */
export async function installVariant(workspace: Workspace, { name, path }: Variant): Promise<string> {
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const folder = name.replace(" ", "-");
  const mirror = workspace.path("mirrors", folder);
  const place = ["mirrors", folder, "registry.opentofu.org", "example", "bench", "1.0.0"];
  const directory = [...place, `${process.platform}_${architecture}`].join("/");
  const file = workspace.write(`${directory}/terraform-provider-bench`, "", 0o755);
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  await copyFile(path, file);
  return `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
}
