// A module from an OCI registry, with a version constraint, which OpenTofu does not have for them: `scalr-oci lock` finds the
// version and notes its digest; synthesis takes the digest from the lock file and asks nobody.
import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import * as cdk from "cdktn";
import type { Construct, IConstruct } from "constructs";
import { processEnvironment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { keyOfRequest, type LockedModule, moduleLockName, type ModuleRequest } from "../names/module-lock.ts";
import { formatOciReference, type OciReference, parseOciReference } from "../names/oci-reference.ts";
import { parseVersionConstraint } from "../names/version-constraint.ts";
import { atPath } from "./construct-error.ts";
import { readLock } from "./lock-reader.ts";
import { checkModuleArguments, checkVariableName } from "./module-arguments.ts";

export interface OciModuleProps {
  /** `oci://HOST[:PORT]/REPOSITORY[//SUBDIR]`, with `?tag=` or `?digest=` unless there is a version. */
  readonly source: string;
  /**
   * Version constraint as in OpenTofu's module blocks, such as `~> 1.4` or `>= 1.0, < 2.0`.
   * @default - none: the source has a tag or digest
   */
  readonly version?: string | undefined;
  /** Values for the module's variables. */
  readonly variables?: { readonly [name: string]: unknown } | undefined;
  readonly providers?: (cdk.TerraformProvider | cdk.TerraformModuleProvider)[] | undefined;
  readonly dependsOn?: cdk.ITerraformDependable[] | undefined;
  readonly forEach?: cdk.ITerraformIterator | undefined;
  /**
   * Path of the lock file; `scalr-oci lock` fills the one that is named here.
   * @default scalr-oci.lock.json in the working directory
   */
  readonly lockFile?: string | undefined;
}

/**
 * A module whose content is fixed by its digest, whatever happens to its tag.
 * @example
 * new OciModule(this, "vpc", { source: "oci://ghcr.io/acme/vpc", version: "~> 1.4", variables: { cidr: "10.0.0.0/16" } });
 * // scalr-oci lock, once and after every change of source or version
 */
export class OciModule extends cdk.TerraformHclModule {
  /** Tag of the version that the lock has; undefined when the source has a digest, or nothing is locked yet. */
  readonly lockedTag: string | undefined;

  /** @throws InputError for a source or version that cannot be read, and for a lock file that cannot be used */
  constructor(scope: Construct, id: string, props: OciModuleProps) {
    const path = `${scope.node.path}/${id}`;
    const wanted = readWanted(path, props);
    const locked = findLocked(scope, path, wanted, props.lockFile ?? moduleLockName);
    super(scope, id, {
      source: sourceOf(wanted, locked),
      variables: definedOnly(props.variables ?? {}),
      ...(props.providers === undefined ? {} : { providers: props.providers }),
      ...(props.dependsOn === undefined ? {} : { dependsOn: props.dependsOn }),
      ...(props.forEach === undefined ? {} : { forEach: props.forEach }),
    });
    this.lockedTag = locked?.tag;
    const requests = requestsFile();
    if (requests !== undefined) writeElsewhere(scope.node.root, `${requests}.out`);
    const { request } = wanted;
    if (request === undefined || locked !== undefined) return;
    // Validation may be switched off; then OpenTofu refuses the source, and shows it.
    this.addOverride("source", notLocked(request));
    if (requests === undefined) this.node.addValidation({ validate: () => [notLocked(request)] });
    else appendFileSync(requests, `${JSON.stringify({ path, ...request, ...lockFileOf(props) })}\n`);
  }

  /** @throws InputError INVALID_ARGUMENT for a name that no variable can have */
  override set(variable: string, value: unknown): void {
    try {
      checkVariableName(variable);
    } catch (thrown) {
      throw atPath(this.node.path, thrown);
    }
    super.set(variable, value);
  }
}

interface Wanted {
  readonly reference: OciReference;
  /** Undefined when the source has a digest, which needs no lock. */
  readonly request: ModuleRequest | undefined;
}

/** Set by `scalr-oci lock`, which runs the program to learn what it wants. */
function requestsFile(): string | undefined {
  return processEnvironment()["SCALR_OCI_LOCK_REQUESTS"];
}

/** Absolute, for whoever reads it runs elsewhere. */
function lockFileOf({ lockFile }: OciModuleProps): { readonly lockFile?: string } {
  return lockFile === undefined ? {} : { lockFile: resolve(lockFile) };
}

/** While requests are collected nothing is locked, so the program's own output stays as it is, wherever the app has it. */
function writeElsewhere(root: IConstruct, outdir: string): void {
  if (!cdk.App.isApp(root) || root.outdir === outdir) return;
  // The frameworks make this folder with the app, and expect it.
  mkdirSync(join(outdir, "stacks"), { recursive: true });
  for (const holder of [root, root.manifest]) Object.defineProperty(holder, "outdir", { value: outdir });
}

function readWanted(path: string, props: OciModuleProps): Wanted {
  const { source, version } = props;
  try {
    checkModuleArguments(props);
    const reference = parseOciReference(source);
    const { host, repository, tag, digest } = reference;
    const address = `oci://${host.value}/${repository}`;
    if (version !== undefined && (tag ?? digest) !== undefined) throw twoVersions(address);
    if (version !== undefined)
      return { reference, request: { address, version: parseVersionConstraint(version).text } };
    if (digest !== undefined) return { reference, request: undefined };
    if (tag === undefined) throw noVersion(address);
    return { reference, request: { address, tag } };
  } catch (thrown) {
    throw atPath(path, thrown);
  }
}

/** While the program is asked what it wants, nothing counts as locked. */
function findLocked(scope: Construct, path: string, { request }: Wanted, lockFile: string): LockedModule | undefined {
  if (request === undefined || requestsFile() !== undefined) return undefined;
  try {
    return readLock(scope.node.root, lockFile).get(keyOfRequest(request));
  } catch (thrown) {
    throw atPath(path, thrown);
  }
}

function sourceOf({ reference }: Wanted, locked: LockedModule | undefined): string {
  if (locked === undefined) return formatOciReference(reference);
  return formatOciReference({ ...reference, tag: undefined, digest: locked.digest });
}

/** In HCL the frameworks write something for what is undefined, too. */
function definedOnly(variables: { readonly [name: string]: unknown }): { [name: string]: unknown } {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined));
}

function notLocked(request: ModuleRequest): string {
  return `module ${keyOfRequest(request)} is not in the lock file; run: scalr-oci lock`;
}

function twoVersions(address: string): InputError {
  return new InputError("INVALID_ARGUMENT", "module has a version and a tag or digest, expected one of them", {
    hint: `write ${address} and leave the version to the property`,
  });
}

function noVersion(address: string): InputError {
  const message = "module has neither version nor tag nor digest, expected one of them";
  return new InputError("INVALID_ARGUMENT", message, {
    hint: `give the property version, or write ${address}?tag=TAG`,
  });
}
