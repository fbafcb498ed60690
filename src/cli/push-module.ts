// `scalr-oci push` of a module: pack, look, send, attach where it comes from.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { Digest } from "../names/digest.ts";
import { formatOciReference, type OciReference } from "../names/oci-reference.ts";
import type { ZipFile } from "../registry/module-package.ts";
import type { ProvenanceClaim } from "../registry/provenance.ts";
import type { PushPlan, PushResult } from "../registry/push-module.ts";
import type { UploadOutcome } from "../registry/upload.ts";
import type { CliContext } from "./context.ts";
import { printResult } from "./json-flag.ts";
import type { ModuleOrigin } from "./module-origin.ts";
import { formatFiles, startProgress } from "./progress.ts";
import { parseAnnotations, type PushFlags, wrongAddress } from "./push.ts";
import { openRegistry, parsePackageReference } from "./registry-access.ts";
import { readKeyFile } from "./verify.ts";

/** What is pushed where. */
interface Target {
  readonly reference: OciReference;
  readonly tag: string;
  /** Undefined when the tag is no version. */
  readonly version: string | undefined;
  readonly hasAliases: boolean;
}

/** @param directory absolute */
export async function pushModuleCommand(
  context: CliContext,
  directory: string,
  address: string,
  flags: PushFlags,
): Promise<void> {
  const target = await readTarget(address, flags);
  const signer = flags.signKey === undefined ? undefined : await readSigner(context, flags.signKey);
  const given = parseAnnotations(flags);
  const { findModuleOrigin, noOrigin, toAnnotations } = await import("./module-origin.ts");
  const { packModule } = await import("../registry/module-package.ts");
  const { planPush, executePush, findIgnoredAnnotations } = await import("../registry/push-module.ts");
  // git answers while the zip is made.
  const answer = flags.git ? findModuleOrigin(directory, context.environment) : Promise.resolve(noOrigin);
  await using zip = await packModule(directory);
  const origin = await answer;
  const claim = readClaim(origin, target, flags);
  const annotations = { ...toAnnotations(origin, { version: target.version, licenses: flags.license }), ...given };
  const asked = { ...toAnnotations(noOrigin, { licenses: flags.license }), ...given };
  const client = await openRegistry(context, target.reference, "push");
  try {
    const { tag, hasAliases, reference } = target;
    const { repository } = reference;
    const version = hasAliases ? target.version : undefined;
    const plan = await planPush({ client, repository, zip, tag, version, annotations, isForced: flags.force });
    const ignored = findIgnoredAnnotations(plan, asked);
    if (flags.dryRun) return print(context, flags, describe(target, zip, plan, ignored));
    const progress = startProgress(context, `pushing ${repository}`);
    const pushed = await executePush(plan, (sent) => progress.update(sent, zip.size)).finally(() => progress.end());
    const provenance = claim && (await attach(plan, claim, signer));
    print(context, flags, describe(target, zip, plan, ignored, { ...pushed, provenance }));
  } finally {
    await client.close();
  }
}

/** A key that can sign: known before anything is published that shall be signed. */
interface Signer {
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}

/** @throws InputError KEY_UNUSABLE */
async function readSigner(context: CliContext, file: string): Promise<Signer> {
  const privateKeyPem = await readKeyFile(context, file, "--sign-key");
  const { publicKeyOf } = await import("../registry/envelope.ts");
  return { privateKeyPem, publicKeyPem: publicKeyOf(privateKeyPem) };
}

async function readTarget(address: string, flags: PushFlags): Promise<Target> {
  const reference = parsePackageReference(address);
  if (reference.digest !== undefined) {
    throw wrongAddress("has a digest, expected a tag", "a digest follows from the content; give --version or ?tag=");
  }
  if (reference.tag !== undefined && flags.version !== undefined) {
    throw wrongAddress("has a tag beside --version, expected one of them", "leave out ?tag=");
  }
  const { findVersionOfTag, parseVersion } = await import("../registry/version-tag.ts");
  if (flags.version !== undefined) return { reference, ...parseVersion(flags.version), hasAliases: flags.aliases };
  if (reference.tag === undefined) {
    throw wrongAddress("names no version, expected --version or ?tag=TAG", "give --version 1.0.0, or ?tag=latest");
  }
  return { reference, tag: reference.tag, version: findVersionOfTag(reference.tag), hasAliases: false };
}

/** What can be claimed about the module; nothing when its origin is not known to the commit. */
function readClaim(origin: ModuleOrigin, { version }: Target, flags: PushFlags): ProvenanceClaim | undefined {
  const { source, revision } = origin;
  if (flags.provenance && source !== undefined && revision !== undefined) return { source, revision, version };
  if (flags.signKey === undefined) return undefined;
  const message = "there is nothing to sign, expected a commit of a repository with an origin";
  throw new InputError("INVALID_ARGUMENT", message, { path: "--sign-key", hint: adviceToSign(origin, flags) });
}

/** What keeps a claim from being made, as what to do about it. */
function adviceToSign({ source, revision }: ModuleOrigin, flags: PushFlags): string {
  if (!flags.provenance) return "leave out --no-provenance, or --sign-key";
  if (!flags.git) return "leave out --no-git, or --sign-key";
  const advice = [
    ...(revision === undefined ? ["commit all changes"] : []),
    ...(source === undefined ? ["give the repository a remote called origin"] : []),
  ];
  return advice.join(", and ");
}

/**
 * Attaches the claim. Where the registry does not list what is attached, that takes a further tag for each version: a claim
 * that is not signed is not worth one.
 * @returns what was attached or there already; undefined for a claim without signature where the registry has no such list
 */
async function attach(
  { options, manifest }: PushPlan,
  claim: ProvenanceClaim,
  signer: Signer | undefined,
): Promise<Digest | undefined> {
  const { client, repository } = options;
  if (signer === undefined && !(await client.hasReferrersList(repository, manifest.digest))) return undefined;
  const { isSignedBy } = await import("../registry/envelope.ts");
  const { attachProvenance, findProvenance } = await import("../registry/provenance.ts");
  const found = await findProvenance(client, repository, manifest.digest);
  const same = found.find(
    (one) =>
      one.claim.source === claim.source &&
      one.claim.revision === claim.revision &&
      (signer === undefined
        ? one.envelope === undefined
        : one.envelope !== undefined && isSignedBy(one.envelope, signer.publicKeyPem)),
  );
  if (same !== undefined) return same.digest;
  return (await attachProvenance(client, repository, manifest, claim, signer?.privateKeyPem)).digest;
}

/** The result, as `--json` prints it. */
interface PushReport {
  readonly reference: string;
  /** The same module for good, whatever becomes of the tag. */
  readonly pinned: string;
  readonly digest: string;
  readonly tag: string;
  readonly aliases: readonly string[];
  readonly outcome: PushPlan["outcome"];
  /** How the zip got there; absent in a dry run. */
  readonly upload?: UploadOutcome;
  /** Attached statement of source and revision; absent where there is none. */
  readonly provenance?: string;
  /** Keys that were asked for and are not there, as the version was published before without them. */
  readonly ignoredAnnotations: readonly string[];
  readonly dryRun: boolean;
  readonly zip: { readonly digest: string; readonly size: number };
  /** Files that look like private keys and are not in the package. */
  readonly leftOut: readonly string[];
  readonly files: readonly string[];
}

function describe(
  target: Target,
  zip: ZipFile,
  plan: PushPlan,
  ignoredAnnotations: readonly string[],
  done?: PushResult & { readonly provenance: Digest | undefined },
): PushReport {
  const { host, repository } = target.reference;
  const place = { host, repository, subdir: undefined, tag: undefined, digest: undefined };
  return {
    reference: formatOciReference({ ...place, tag: target.tag }),
    pinned: formatOciReference({ ...place, digest: plan.manifest.digest }),
    digest: plan.manifest.digest,
    tag: target.tag,
    aliases: done?.aliases ?? plan.aliases,
    outcome: plan.outcome,
    ...(done === undefined ? {} : { upload: done.upload }),
    ...(done?.provenance === undefined ? {} : { provenance: done.provenance }),
    ignoredAnnotations,
    dryRun: done === undefined,
    zip: { digest: zip.digest, size: zip.size },
    leftOut: zip.leftOut,
    files: zip.files.map(({ name }) => name),
  };
}

function print(context: CliContext, flags: PushFlags, report: PushReport): void {
  const verb = { created: "pushed", moved: "moved", unchanged: "unchanged" }[report.outcome];
  const size = formatFiles(report.files.length, report.zip.size);
  printResult(context, flags, report, [
    ...(report.dryRun ? report.files.map((name) => `  ${printable(name)}`) : []),
    `${report.dryRun ? "would be " : ""}${verb} ${report.reference} (${size})`,
    ...(report.aliases.length === 0 ? [] : [`  also ${report.aliases.join(", ")}`]),
    `  pinned ${report.pinned}`,
    ...report.ignoredAnnotations.map((key) => `  not changed ${printable(key)}; publish a new version to change it`),
    ...report.leftOut.map((name) => `  left out ${printable(name)}, a private key; !NAME in .scalrociignore packs it`),
    ...(report.provenance === undefined ? [] : [`  provenance ${report.provenance}`]),
  ]);
}
