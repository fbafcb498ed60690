// `npm run build:providers [-- --platform OS_ARCH…] [--output DIR]`: the provider as releases that registries and mirrors take.
// DIR holds the binaries, which need nothing else; DIR/node the Node script, a package of the same for Linux and macOS.
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { version } from "../src/base/version.ts";
import { buildExecutable, entryOf } from "./build/executables.ts";
import type { PackageFile } from "./build/archives.ts";
import { compileBinary } from "./build/binaries/binary.ts";
import { runtimeNotice } from "./build/binaries/notice.ts";
import { type BinaryBuild, readBinaryBuild } from "./build/binaries/platform-options.ts";
import type { Platform } from "./build/binaries/platforms.ts";
import { writePackage, writeSums } from "./build/providers/release.ts";
import { root } from "./steps.ts";

const release = { type: "scalr", version };
const program = "terraform-provider-scalr";

const legalFiles: readonly PackageFile[] = ["LICENSE", "NOTICE"].map((name) => ({
  name,
  content: { path: join(root, name) },
}));

const build = readBinaryBuild(join("build", "providers", version));
if (build !== undefined) await buildReleases(build);

async function buildReleases({ wanted, output }: BinaryBuild): Promise<void> {
  await rm(output, { recursive: true, force: true });
  const binaries: string[] = [];
  for (const platform of wanted) binaries.push(await packBinary(platform, output));
  await conclude(output, binaries);
  await conclude(join(output, "node"), await packScripts(wanted, join(output, "node")));
}

async function packBinary(platform: Platform, output: string): Promise<string> {
  const suffix = platform.os === "windows" ? ".exe" : "";
  const file = join(output, `.${platform.name}${suffix}`);
  const options = { entry: entryOf(program), platform, file, environment: process.env, report: console.log };
  const { notices } = await compileBinary(options);
  const name = await writePackage(output, release, platform.name, [
    { name: `${program}_v${version}${suffix}`, content: { path: file }, isExecutable: true },
    ...legalFiles,
    { name: "THIRD_PARTY_NOTICES", content: { text: `${runtimeNotice}\n${notices}` } },
  ]);
  await rm(file);
  return name;
}

/** The script has its notices in itself. Windows starts no scripts. */
async function packScripts(wanted: readonly Platform[], directory: string): Promise<string[]> {
  await buildExecutable({ name: program, target: "node22.19" }, join(directory, ".script"));
  const script = { path: join(directory, ".script", program) };
  const names: string[] = [];
  for (const { name } of wanted.filter(({ os }) => os !== "windows")) {
    // No version in the name: below a package.json of type module, Node takes `.0` for an unknown extension.
    const files = [{ name: program, content: script, isExecutable: true }, ...legalFiles];
    names.push(await writePackage(directory, release, name, files));
  }
  await rm(join(directory, ".script"), { recursive: true });
  return names;
}

async function conclude(directory: string, packages: readonly string[]): Promise<void> {
  const others = await writeSums(directory, release, packages);
  for (const name of [...packages, ...others]) console.log(relative(root, join(directory, name)));
}
