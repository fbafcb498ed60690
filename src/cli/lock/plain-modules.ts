// The OCI modules of a configuration in plain HCL or JSON: what its sources ask for, and how they are pinned.
import { InputError, isScalrOciError } from "../../base/errors.ts";
import type { Attribute, Block } from "../../hcl/block.ts";
import type { ConfigurationFile, ConfigurationModule } from "../../hcl/configuration.ts";
import { readOciSource } from "../../hcl/oci-source.ts";
import type { Digest } from "../../names/digest.ts";
import { keyOfRequest, type ModuleLock, type ModuleRequest, parseRequestKey } from "../../names/module-lock.ts";
import { type OciReference, parseOciReference } from "../../names/oci-reference.ts";

/** OpenTofu takes it when a source has neither tag nor digest. */
const impliedTag = "latest";

export interface PlainModule {
  /** `main.tf:3 module.network` */
  readonly path: string;
  readonly file: ConfigurationFile;
  readonly source: Attribute;
  /** One for a tag. For a digest those that the lock has with it: none, or several when tags have the same content. */
  readonly requests: readonly ModuleRequest[];
  /** The digest in the source. */
  readonly digest: Digest | undefined;
}

/**
 * Every call of an `oci://` module. A digest belongs to the tag for which the lock has it.
 * @throws InputError INVALID_OCI_REFERENCE, INVALID_REGISTRY_HOST
 */
export function findPlainModules(configuration: readonly ConfigurationModule[], lock: ModuleLock): PlainModule[] {
  return configuration.flatMap(({ files }) => files.flatMap((file) => modulesIn(file, lock)));
}

/** Paths of the modules whose source nobody knows without the run's variables; they may be of OCI registries. */
export function findUnknownModules(configuration: readonly ConfigurationModule[]): string[] {
  return configuration.flatMap(({ files }) =>
    files.flatMap((file) =>
      file.blocks.flatMap((block) => {
        const source = block.attributes.get("source");
        return source !== undefined && readOciSource(block).kind === "unknown" ? [pathOf(file, block, source)] : [];
      }),
    ),
  );
}

/** A file and what it would be. */
export interface PinnedFile {
  readonly file: ConfigurationFile;
  readonly text: string;
}

/**
 * Puts the lock's digest into each source, in the place of its tag or of another digest; no other byte changes.
 * @throws InputError INVALID_ARGUMENT for a source that cannot be rewritten in its place
 */
export function pinSources(modules: readonly PlainModule[], lock: ModuleLock): PinnedFile[] {
  const edits = modules.flatMap((module) => editOf(module, lock));
  const files = new Map(edits.map(({ file }) => [file.path, file]));
  return [...files.values()].map((file) => ({ file, text: applied(file, edits) }));
}

interface Edit {
  readonly file: ConfigurationFile;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function modulesIn(file: ConfigurationFile, lock: ModuleLock): PlainModule[] {
  return file.blocks.flatMap((block): PlainModule[] => {
    const read = readOciSource(block);
    const source = block.attributes.get("source");
    if (source === undefined || read.kind === "other" || read.kind === "unknown") return [];
    const path = pathOf(file, block, source);
    if (read.kind === "refused") {
      throw new InputError("INVALID_OCI_REFERENCE", `${path}: ${read.message}`, { path, hint: read.hint });
    }
    const reference = readReference(path, read.source);
    return [{ path, file, source, requests: requestsOf(reference, lock), digest: reference.digest }];
  });
}

function pathOf(file: ConfigurationFile, { labels }: Block, { line }: Attribute): string {
  return `${file.name}${line === undefined ? "" : `:${line}`} module.${labels.join(".")}`;
}

function readReference(path: string, source: string): OciReference {
  try {
    return parseOciReference(source);
  } catch (thrown) {
    if (!isScalrOciError(thrown) || thrown.kind !== "input") throw thrown;
    const { code, hint, message } = thrown as InputError;
    throw new InputError(code, `${path}: ${message}`, { path, hint, cause: thrown });
  }
}

function requestsOf({ host, repository, tag, digest }: OciReference, lock: ModuleLock): ModuleRequest[] {
  const address = `oci://${host.value}/${repository}`;
  if (digest === undefined) return [{ address, tag: tag ?? impliedTag }];
  return [...lock].flatMap(([key, locked]) => {
    const request = parseRequestKey(key);
    return request.tag !== undefined && request.address === address && locked.digest === digest ? [request] : [];
  });
}

function editOf({ path, file, source, requests, digest }: PlainModule, lock: ModuleLock): Edit[] {
  const allowed = requests.flatMap((request) => lock.get(keyOfRequest(request)) ?? []);
  const [locked] = allowed;
  if (locked === undefined || allowed.some((one) => one.digest === digest)) return [];
  if (source.range === undefined || typeof source.value !== "string") throw notRewritable(path, locked.digest);
  const { start, end } = source.range;
  const query = source.value.indexOf("?");
  const from = query === -1 ? end : start + query;
  return [{ file, start: from, end, replacement: `?digest=${locked.digest}` }];
}

/** From the last to the first, so that the offsets stay right. */
function applied(file: ConfigurationFile, edits: readonly Edit[]): string {
  const own = edits.filter((edit) => edit.file.path === file.path).toSorted((one, other) => other.start - one.start);
  return own.reduce(
    (text, { start, end, replacement }) => text.slice(0, start) + replacement + text.slice(end),
    file.text,
  );
}

function notRewritable(path: string, digest: Digest): InputError {
  const message = `${path}: source cannot be rewritten in its place, expected HCL and a literal text without escapes`;
  return new InputError("INVALID_ARGUMENT", message, { path: "--pin", hint: `write ?digest=${digest} there` });
}
