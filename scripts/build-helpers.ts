// `npm run build:helpers [-- --platform OS_ARCH…] [--output DIR]`: the credential helper for machines without Node, an archive for
// each platform. For Linux and macOS it holds the launcher, the very file of the npm package, and beside it the binary that the
// launcher starts when it has no answer itself; for Windows the binary alone.
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { version } from "../src/base/version.ts";
import { type PackageFile, writeChecksums, writeTarGz, writeZip } from "./build/archives.ts";
import { compileBinary } from "./build/binaries/binary.ts";
import { runtimeNotice } from "./build/binaries/notice.ts";
import { type BinaryBuild, readBinaryBuild } from "./build/binaries/platform-options.ts";
import type { Platform } from "./build/binaries/platforms.ts";
import { buildExecutable, entryOf, executables } from "./build/executables.ts";
import { root } from "./steps.ts";

const program = "docker-credential-scalr";
/** What the launcher looks for beside itself; src/helper/launcher.sh. */
const standaloneProgram = `${program}-standalone`;

const legalFiles: readonly PackageFile[] = ["LICENSE", "NOTICE"].map((name) => ({
  name,
  content: { path: join(root, name) },
}));

const build = readBinaryBuild(join("build", "helpers", version));
if (build !== undefined) await buildArchives(build);

async function buildArchives({ wanted, output }: BinaryBuild): Promise<void> {
  await rm(output, { recursive: true, force: true });
  const scratch = join(output, ".scratch");
  const launcher = await buildLauncher(scratch);
  const names: string[] = [];
  for (const platform of wanted) names.push(await pack(platform, { output, scratch, launcher }));
  await rm(scratch, { recursive: true });
  const sums = `${program}_${version}_SHA256SUMS`;
  await writeChecksums(join(output, sums), names);
  for (const name of [...names, sums]) console.log(relative(root, join(output, name)));
}

/** As `npm run build` makes it for the package. @returns its absolute path */
async function buildLauncher(directory: string): Promise<string> {
  const executable = executables.find(({ name }) => name === program);
  if (executable === undefined) throw new Error(`${program} is no executable of this project`);
  await buildExecutable(executable, directory);
  return join(directory, program);
}

interface Places {
  readonly output: string;
  readonly scratch: string;
  readonly launcher: string;
}

async function pack(platform: Platform, { output, scratch, launcher }: Places): Promise<string> {
  const file = join(scratch, platform.name);
  const options = { entry: entryOf(program), platform, file, environment: process.env, report: console.log };
  const { notices } = await compileBinary(options);
  const notice = { name: "THIRD_PARTY_NOTICES", content: { text: `${runtimeNotice}\n${notices}`.trimEnd() + "\n" } };
  const binary = { content: { path: file }, isExecutable: true };
  const archive = `${program}_${version}_${platform.name}`;
  if (platform.os === "windows") {
    await writeZip(join(output, `${archive}.zip`), [{ name: `${program}.exe`, ...binary }, ...legalFiles, notice]);
    return `${archive}.zip`;
  }
  await writeTarGz(join(output, `${archive}.tar.gz`), [
    { name: program, content: { path: launcher }, isExecutable: true },
    { name: standaloneProgram, ...binary },
    ...legalFiles,
    notice,
  ]);
  return `${archive}.tar.gz`;
}
