// `scalr-oci inspect`: what a registry says about a package, without its content.
import type { Command } from "commander";
import { printable } from "../base/text.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { FetchedManifest } from "../registry/manifest-calls.ts";
import type { Descriptor } from "../registry/manifest.ts";
import type { CliContext } from "./context.ts";
import { type JsonFlag, printResult } from "./json-flag.ts";
import { formatBytes } from "./progress.ts";
import { openRegistry, parsePackageReference, versionOf } from "./registry-access.ts";

export function registerInspect(program: Command, context: CliContext): void {
  program
    .command("inspect")
    .description("show a package's manifest, annotations and what is attached to it")
    .argument("<address>", "oci://HOST/REPOSITORY[?tag=TAG | ?digest=DIGEST]")
    .option("--json", "print the result as JSON", false)
    .action(async (address: string, flags: JsonFlag) => {
      const reference = parsePackageReference(address);
      const client = await openRegistry(context, reference, "pull");
      try {
        const report = await inspect(client, reference.repository, versionOf(reference));
        printResult(context, flags, report, toLines(report));
      } finally {
        await client.close();
      }
    });
}

interface InspectReport {
  readonly repository: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  /** What keeps OpenTofu from loading it as a module; empty when nothing does. */
  readonly faults: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  /** Layers of an image, manifests of an index. */
  readonly contents: readonly Descriptor[];
  /** What is attached, such as provenance. */
  readonly referrers: readonly Descriptor[];
}

async function inspect(client: RegistryClient, repository: string, version: string): Promise<InspectReport> {
  const { findModuleFaults } = await import("../registry/module-check.ts");
  const fetched = await client.readManifest(repository, version);
  const { descriptor, manifest } = fetched;
  return {
    repository: `${client.host.value}/${repository}`,
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    artifactType: manifest.document.artifactType,
    faults: findModuleFaults(fetched),
    annotations: manifest.document.annotations ?? {},
    contents: contentsOf(fetched),
    referrers: await client.listReferrers(repository, descriptor.digest),
  };
}

function contentsOf({ manifest }: FetchedManifest): readonly Descriptor[] {
  return manifest.kind === "image" ? manifest.document.layers : manifest.document.manifests;
}

/** Everything here comes from whoever published the package. */
function toLines(report: InspectReport): string[] {
  const line = ({ mediaType, artifactType, digest, size, platform }: Descriptor): string => {
    const place = platform === undefined ? "" : ` ${platform.os}/${platform.architecture}`;
    return printable(`  ${digest} ${formatBytes(size)} ${artifactType ?? mediaType}${place}`, 400);
  };
  return [
    `repository  ${report.repository}`,
    `digest      ${report.digest}`,
    printable(`type        ${report.artifactType ?? report.mediaType}`),
    report.faults.length === 0
      ? "OpenTofu loads it as a module"
      : `no module for OpenTofu: ${report.faults.join("; ")}`,
    ...Object.entries(report.annotations).map(([key, value]) => printable(`  ${key} = ${value}`, 400)),
    "contents",
    ...report.contents.map(line),
    ...(report.referrers.length === 0 ? [] : ["attached", ...report.referrers.map(line)]),
  ];
}
