// `scalr-oci push --provider`: publishes provider packages for OpenTofu's OCI mirrors.
import { InputError } from "../base/errors.ts";
import type { OciReference } from "../names/oci-reference.ts";
import { formatOciReference } from "../names/oci-reference.ts";
import type { ProviderPlan, ProviderRelease } from "../registry/push-provider.ts";
import type { CliContext } from "./context.ts";
import { printResult } from "./json-flag.ts";
import { toAnnotations, noOrigin } from "./module-origin.ts";
import { formatBytes, startProgress } from "./progress.ts";
import { parseAnnotations, type PushFlags, wrongAddress } from "./push.ts";
import { openRegistry, parsePackageReference } from "./registry-access.ts";

/** @param directory absolute; holds terraform-provider-TYPE_VERSION_OS_ARCH.zip */
export async function pushProviderCommand(
  context: CliContext,
  directory: string,
  address: string,
  flags: PushFlags,
): Promise<void> {
  const reference = parsePackageReference(address);
  if (reference.tag !== undefined || reference.digest !== undefined) {
    throw wrongAddress("names a version, which the packages' names say", "leave out ?tag= and ?digest=");
  }
  const { executeProviderPush, planProviderPush, readProviderRelease } = await import("../registry/push-provider.ts");
  const release = await readProviderRelease(directory);
  checkVersion(release, flags.version);
  const described = toAnnotations(noOrigin, { version: release.version.version, licenses: flags.license });
  const annotations = { ...described, ...parseAnnotations(flags) };
  const { repository } = reference;
  const client = await openRegistry(context, reference, "push");
  try {
    const plan = await planProviderPush({ client, repository, release, annotations, isForced: flags.force });
    if (!flags.dryRun) {
      const total = release.zips.reduce((sum, { size }) => sum + size, 0);
      const progress = startProgress(context, `pushing ${repository}`);
      await executeProviderPush(plan, (sent) => progress.update(sent, total)).finally(() => progress.end());
    }
    print(context, flags, reference, plan);
  } finally {
    await client.close();
  }
}

function checkVersion({ version }: ProviderRelease, wanted: string | undefined): void {
  if (wanted === undefined || wanted === version.version) return;
  throw new InputError("INVALID_ARGUMENT", `packages are of another version, got ${version.version}`, {
    path: "--version",
    hint: "leave out --version: the packages' names say it",
  });
}

function print(context: CliContext, flags: PushFlags, reference: OciReference, plan: ProviderPlan): void {
  const { release } = plan.options;
  const { tag } = release.version;
  const platforms = release.zips.map(({ os, architecture, digest, size }) => ({ os, architecture, digest, size }));
  const report = {
    reference: formatOciReference({ ...reference, tag }),
    digest: plan.index.digest,
    tag,
    outcome: plan.outcome,
    dryRun: flags.dryRun,
    platforms,
  };
  const verb = { created: "pushed", moved: "moved", unchanged: "unchanged" }[plan.outcome];
  printResult(context, flags, report, [
    `${flags.dryRun ? "would be " : ""}${verb} ${report.reference}`,
    ...platforms.map(({ os, architecture, size }) => `  ${os}/${architecture} ${formatBytes(size)}`),
  ]);
}
