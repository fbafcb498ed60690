// Everything that can be said about a published module without running it.
import { isScalrOciError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { Digest } from "../names/digest.ts";
import type { RegistryClient } from "./client.ts";
import { isSignedBy } from "./envelope.ts";
import { defaultZipLimits, downloadModule } from "./fetch-module.ts";
import { findProvenance, type FoundProvenance } from "./provenance.ts";
import { checkZip } from "./zip-reader.ts";

/** What the caller demands beside a sound package. */
export interface VerifyDemands {
  /** Public key, PEM, that must have signed the provenance. */
  readonly publicKeyPem?: string | undefined;
  /** Repository that the provenance must name. */
  readonly source?: string | undefined;
  /** Commit that the provenance must name. */
  readonly revision?: string | undefined;
}

export interface VerifyCheck {
  readonly name: "package" | "archive" | "provenance";
  readonly isPassed: boolean;
  /** One line, what was found. */
  readonly detail: string;
}

export interface VerifyReport {
  /** What was looked at; undefined when there is no such package, or OpenTofu would not load it. */
  readonly digest: Digest | undefined;
  readonly checks: readonly VerifyCheck[];
  readonly isPassed: boolean;
}

/**
 * Downloads a module package and checks it: OpenTofu would load it, its content is what the digests say, its archive holds a
 * module and nothing harmful, and its provenance meets the demands.
 * @throws NotFoundError, AuthError and TransientError, which say nothing about the package
 */
export async function verifyModule(
  client: RegistryClient,
  repository: string,
  reference: string,
  demands: VerifyDemands = {},
): Promise<VerifyReport> {
  try {
    await using downloaded = await downloadModule(client, repository, reference);
    const { digest } = downloaded.fetched.descriptor;
    const size = `${downloaded.layer.size} bytes`;
    return report(digest, [
      passed("package", `OpenTofu loads it; ${size} with the digest ${downloaded.layer.digest}`),
      await checkArchive(downloaded.zipPath),
      checkDemands(await findProvenance(client, repository, digest), demands),
    ]);
  } catch (thrown) {
    return report(undefined, [failure("package", thrown)]);
  }
}

async function checkArchive(zipPath: string): Promise<VerifyCheck> {
  try {
    const files = await checkZip(zipPath, defaultZipLimits);
    if (files.some(({ name }) => /\.(?:tf|tofu)(?:\.json)?$/.test(name))) {
      return passed(
        "archive",
        files.length === 1 ? "1 file, not harmful" : `${files.length} files, none of them harmful`,
      );
    }
    return { name: "archive", isPassed: false, detail: "it holds no .tf or .tofu file" };
  } catch (thrown) {
    return failure("archive", thrown);
  }
}

function checkDemands(found: readonly FoundProvenance[], demands: VerifyDemands): VerifyCheck {
  const { publicKeyPem, source, revision } = demands;
  const trusted = publicKeyPem === undefined ? found : found.filter((one) => isSigned(one, publicKeyPem));
  const matching = trusted.filter(
    ({ claim }) =>
      (source === undefined || isSameRepository(claim.source, source)) &&
      (revision === undefined || claim.revision === revision),
  );
  const [first] = matching;
  if (first !== undefined) {
    const { claim } = first;
    const signed = publicKeyPem === undefined ? "its signature was not checked" : "signed by the given key";
    return passed("provenance", `${printable(claim.source)} at ${printable(claim.revision)}, ${signed}`);
  }
  const isDemanded = publicKeyPem !== undefined || source !== undefined || revision !== undefined;
  if (!isDemanded) return passed("provenance", "none is attached, and none is demanded");
  return { name: "provenance", isPassed: false, detail: describeMiss(found, trusted) };
}

/** Clones have addresses with and without `.git`. */
function isSameRepository(one: string, other: string): boolean {
  const [bare, otherBare] = [one, other].map((url) => url.replace(/\/$/, "").replace(/\.git$/, ""));
  return bare === otherBare;
}

function isSigned({ envelope }: FoundProvenance, publicKeyPem: string): boolean {
  return envelope !== undefined && isSignedBy(envelope, publicKeyPem);
}

function describeMiss(found: readonly FoundProvenance[], trusted: readonly FoundProvenance[]): string {
  if (found.length === 0) return "none is attached";
  const [first] = trusted;
  if (first === undefined) return "none is signed by the given key";
  return `it names ${printable(first.claim.source)} at ${printable(first.claim.revision)}`;
}

function report(digest: Digest | undefined, checks: readonly VerifyCheck[]): VerifyReport {
  return { digest, checks, isPassed: checks.every(({ isPassed }) => isPassed) };
}

function passed(name: VerifyCheck["name"], detail: string): VerifyCheck {
  return { name, isPassed: true, detail };
}

/** What a registry sent is judged; that it sent nothing is not. */
function failure(name: VerifyCheck["name"], thrown: unknown): VerifyCheck {
  if (isScalrOciError(thrown) && thrown.kind === "remote") return { name, isPassed: false, detail: thrown.message };
  throw thrown;
}
