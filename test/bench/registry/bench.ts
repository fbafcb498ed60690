// Publishing and fetching 100 MB against oras on the same docker-registry, in alternation. oras sends a zip that lies there and keeps
// the zip that it gets; ours makes one from a directory, the same on every machine, and unpacks one after checking all of it. So
// each is held against oras alone, and reported beside oras with the zip or unzip that it needs for the same result.
import { randomBytes, randomInt } from "node:crypto";
import { rmSync } from "node:fs";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { runOk } from "../../support/processes.ts";
import { findRegistryTool } from "../../support/registry-tools.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import type { Bench, BenchContext } from "../bench.ts";
import { median, pairRatios } from "../statistics.ts";

const pairs = 9;
const quickPairs = 2;
/** Text is compressed, which takes seconds. */
const textPairs = 3;
const maxRatio = 1.2;
const files = 10;
const fileBytes = 10_000_000;

interface Payload {
  readonly name: string;
  readonly make: () => Uint8Array;
  /** What zip is told, for an archive like ours: compressing random bytes would only cost the other side. */
  readonly zipLevel: "-0" | "-6";
  readonly pairs: number;
  /** Of the ratio to oras alone. */
  readonly limit: number | undefined;
}

const payloads: readonly Payload[] = [
  { name: "binaries", make: () => randomBytes(fileBytes), zipLevel: "-0", pairs, limit: maxRatio },
  // No limit: whoever has no zip yet has to compress, and the two compressors are not the same.
  { name: "text", make: makeText, zipLevel: "-6", pairs: textPairs, limit: undefined },
];

export const bench: Bench = {
  question: "how long do push and pull of 100 MB take beside oras?",
  run: async (context) => {
    const oras = await findRegistryTool("oras");
    if (oras === undefined) return context.note("oras cannot be built: install Go");
    using workspace = createWorkspace();
    using authority = createAuthority();
    await using registry = await startDockerRegistry({ auth: "none", authority });
    for (const payload of payloads) {
      await new Comparison(context, payload, workspace, authority, registry, oras).run();
    }
  },
};

type Operation = "push" | "orasPush" | "zip" | "pull" | "orasPull" | "unzip";

class Comparison {
  readonly #context: BenchContext;
  readonly #payload: Payload;
  readonly #workspace: Workspace;
  readonly #registry: DockerRegistry;
  readonly #oras: string;
  readonly #options: { readonly environment: Record<string, string>; readonly directory: string };
  readonly #timesMs: Record<Operation, number[]> = {
    push: [],
    orasPush: [],
    zip: [],
    pull: [],
    orasPull: [],
    unzip: [],
  };

  constructor(
    context: BenchContext,
    payload: Payload,
    workspace: Workspace,
    authority: Authority,
    registry: DockerRegistry,
    oras: string,
  ) {
    this.#context = context;
    this.#payload = payload;
    this.#workspace = workspace;
    this.#registry = registry;
    this.#oras = oras;
    const environment = workspace.environment({ trust: authority.certificateFile });
    this.#options = { environment, directory: workspace.directory };
  }

  async run(): Promise<void> {
    const { name, make, limit } = this.#payload;
    this.#workspace.write("module/main.tf", "# bench\n");
    for (let file = 0; file < files; file += 1) this.#workspace.write(`module/data/${file}.bin`, make());
    const rounds = this.#context.isQuick ? quickPairs : this.#payload.pairs;
    // The first round only warms the machine up.
    for (let round = 0; round <= rounds; round += 1) await this.#round(round, round > 0);
    const { push, orasPush, zip, pull, orasPull, unzip } = this.#timesMs;
    this.#report(`${name}: push / oras push of a ready zip`, push, orasPush, limit);
    this.#report(`${name}: push / zip and oras push`, push, sums(zip, orasPush));
    this.#report(`${name}: pull / oras pull of the zip`, pull, orasPull, limit);
    this.#report(`${name}: pull / oras pull and unzip`, pull, sums(orasPull, unzip));
  }

  async #round(round: number, counts: boolean): Promise<void> {
    const scalrOci = builtExecutable("scalr-oci");
    const { name: kind, zipLevel } = this.#payload;
    const ours = `oci://${this.#registry.host}/bench/${kind}-ours-${round}`;
    const theirs = `${this.#registry.host}/bench/${kind}-theirs-${round}:1.0.0`;
    const type = ["--artifact-type", "application/vnd.opentofu.modulepkg"];
    const https = "--plain-http=false";
    const commands: Record<Operation, readonly string[]> = {
      push: [scalrOci, "push", "module", ours, "--version", "1.0.0"],
      zip: ["sh", "-c", `cd module && zip -q -r ${zipLevel} ../module.zip .`],
      orasPush: [this.#oras, "push", https, ...type, theirs, "module.zip:archive/zip"],
      pull: [scalrOci, "pull", `${ours}?tag=1.0.0`, "pulled"],
      orasPull: [this.#oras, "pull", https, "-o", "oras", theirs],
      unzip: ["unzip", "-q", "oras/module.zip", "-d", "unzipped"],
    };
    for (const name of ["module.zip", "pulled", "oras", "unzipped"]) {
      rmSync(this.#workspace.path(name), { recursive: true, force: true });
    }
    for (const [name, [command = "", ...args]] of Object.entries(commands) as [Operation, readonly string[]][]) {
      const startedMs = performance.now();
      await runOk(command, args, this.#options);
      if (counts) this.#timesMs[name].push(performance.now() - startedMs);
    }
  }

  #report(name: string, ours: readonly number[], theirs: readonly number[], limit?: number): void {
    const value = median(pairRatios(ours, theirs));
    const detail = `${median(ours).toFixed(0)} ms beside ${median(theirs).toFixed(0)} ms`;
    this.#context.report({ name, value, unit: "×", limit, detail });
  }
}

function sums(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, index) => value + (other[index] ?? Number.NaN));
}

/** Lines as in a configuration, which compress to a quarter or so. */
function makeText(): Uint8Array {
  const lines: string[] = [];
  for (let bytes = 0; bytes < fileBytes;) {
    const line = `  subnet_${randomInt(1e6)} = { cidr = "10.${randomInt(256)}.${randomInt(256)}.0/24", zone = "eu-${randomInt(9)}" }\n`;
    lines.push(line);
    bytes += line.length;
  }
  return Buffer.from(lines.join(""));
}
