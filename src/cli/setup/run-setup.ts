// One set-up: find the clients on this machine, work out the change for each, show it, write it.
import { resolve } from "node:path";
import { InputError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { createLocalStore } from "../../credentials/local-store.ts";
import { findRegistryHost, parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { findHelperProgram } from "../../credentials/helper-program.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findHostRuleNotes, findRuleFindings } from "../doctor/rule-findings.ts";
import { findOnPath } from "../../base/find-on-path.ts";
import { printResult } from "../json-flag.ts";
import { ambientPlaces, readAmbientFile } from "../opentofu/ambient-files.ts";
import { dockerConfigPath, planDocker, planDockerUndo } from "./docker-change.ts";
import { type FileChange, findText } from "./file-change.ts";
import { planOpenTofu, planOpenTofuUndo } from "./opentofu-change.ts";
import type { PlannedChange } from "./planned-change.ts";
import { planPodman, planPodmanUndo, podmanDropIn } from "./podman-change.ts";
import { readRecord, recordPath, type SetupRecord } from "./setup-record.ts";
import { writeRecorded } from "./write-recorded.ts";

export interface SetupOptions {
  readonly undo: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** Clients that read Docker's configuration file, and those that read podman's. */
const dockerClients = ["docker", "oras", "helm", "crane", "regctl", "nerdctl", "buildctl"];
const podmanClients = ["podman", "buildah", "skopeo"];

/** Longest line of ours with a path in it; Linux's PATH_MAX. */
const maxLine = 4096;

/** @throws InputError for a host or a file that cannot be read; nothing is written then */
export async function runSetup(given: readonly string[], options: SetupOptions, context: CliContext): Promise<void> {
  const hosts = options.undo ? given.map(valueOf) : wantedHosts(given, context);
  const file = recordPath(context.environment);
  const record = readRecord(file);
  const plans = options.undo ? planUndo(hosts, context, record) : await planAll(hosts, context, record);
  const changes = plans.flatMap(({ change }) => change ?? []);
  const around = options.undo ? [] : [...surroundings(hosts, context), ...(await ruleRemarks(hosts, context))];
  const remarks = [...plans.flatMap((plan) => plan.remarks), ...around].map((remark) => printable(remark, maxLine));
  if (!options.dryRun) writeRecorded(changes, file, record);
  printResult(context, options, toDocument(changes, remarks, options), toLines(changes, remarks, options));
}

/** Those that are given, else those with a login in the local store. */
function wantedHosts(given: readonly string[], { environment }: CliContext): string[] {
  if (given.length > 0) return given.map(valueOf);
  const stored = createLocalStore(environment)
    .list()
    .flatMap(({ serverUrl }) => findRegistryHost(serverUrl)?.value ?? []);
  if (stored.length > 0) return [...new Set(stored)];
  throw new InputError("INVALID_ARGUMENT", "there is no host to set up, expected one", {
    path: "host",
    hint: "scalr-oci setup ghcr.io",
  });
}

function valueOf(text: string): string {
  return parseRegistryHost(text).value;
}

async function planAll(
  hosts: readonly string[],
  { environment, directory }: CliContext,
  record: SetupRecord,
): Promise<PlannedChange[]> {
  const has = (programs: readonly string[]) =>
    programs.some((name) => findOnPath(name, environment, directory) !== undefined);
  const { docker, podman } = placesOf({ environment, directory });
  const isDocker = docker !== undefined && (has(dockerClients) || findText(docker) !== undefined);
  return [
    planOpenTofu(hosts, environment, directory, record),
    ...(isDocker ? [planDocker(hosts, docker, record[docker])] : []),
    ...(podman !== undefined && has(podmanClients) ? [await planPodman(podman, record[podman])] : []),
  ];
}

function planUndo(
  hosts: readonly string[],
  { environment, directory }: CliContext,
  record: SetupRecord,
): PlannedChange[] {
  const { docker, podman } = placesOf({ environment, directory });
  return [
    planOpenTofuUndo(hosts, environment, directory, record),
    ...(docker === undefined ? [] : [planDockerUndo(hosts, docker, record[docker])]),
    // It is for all hosts at once: when some are to stay, so does it.
    ...(podman === undefined || hosts.length > 0 ? [] : [planPodmanUndo(podman, record[podman])]),
  ];
}

/** Absolute, so that the record means the same files wherever it is read. */
function placesOf({ environment, directory }: Pick<CliContext, "environment" | "directory">) {
  const [docker, podman] = [dockerConfigPath(environment), podmanDropIn(environment)];
  return { docker: docker && resolve(directory, docker), podman: podman && resolve(directory, podman) };
}

/** What beats even a block for the host, and what the blocks need to work. */
function surroundings(hosts: readonly string[], { environment, directory }: CliContext): string[] {
  const { problem } = findHelperProgram(ownHelper, environment, directory);
  const entries = ambientPlaces(environment, process.platform).flatMap((place) => {
    const keys = [...readAmbientFile(place).auths].filter(([key, entry]) => entry === "login" && isBelow(key, hosts));
    return keys.map(
      ([key]) => `the entry ${key} in ${place} goes before the block for its host; take it out when it is stale`,
    );
  });
  return problem === undefined ? entries : [`${problem}: put the programs of scalr-oci on PATH`, ...entries];
}

/** Where the helper will look for the login, when that is not the usual order; and that it will not, when its rules cannot be read. */
async function ruleRemarks(hosts: readonly string[], { environment, directory }: CliContext): Promise<string[]> {
  const notes = await Promise.all(hosts.map((host) => findHostRuleNotes(parseRegistryHost(host), environment)));
  return [...(await findRuleFindings(environment, directory)), ...notes.flat()].map(({ message }) => message);
}

function isBelow(key: string, hosts: readonly string[]): boolean {
  return key.includes("/") && hosts.includes(key.split("/", 1)[0] ?? "");
}

function toDocument(changes: readonly FileChange[], remarks: readonly string[], { dryRun }: SetupOptions): object {
  return {
    written: !dryRun,
    changes: changes.map((change) => ({ client: change.client, file: change.path, diff: change.diff })),
    remarks,
  };
}

function headOf({ path, before, after }: FileChange): string[] {
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : printable(path, maxLine));
  return [`--- ${name(before)}`, `+++ ${name(after)}`];
}

function toLines(changes: readonly FileChange[], remarks: readonly string[], { dryRun, undo }: SetupOptions): string[] {
  const end = dryRun ? "nothing was written (--dry-run)" : undo ? "undone" : "done";
  return [
    ...changes.flatMap((change) => [...headOf(change), ...change.diff, ""]),
    ...remarks.map((remark) => `note: ${remark}`),
    changes.length === 0 ? "nothing to change" : end,
  ];
}
