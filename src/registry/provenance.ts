// Where a package comes from, as a statement that is attached to it; in-toto Statement 1, SLSA Provenance 1, OCI referrers.
import * as z from "zod";
import { version as ownVersion } from "../base/version.ts";
import type { Digest } from "../names/digest.ts";
import { digestOf } from "../names/digest.ts";
import type { RegistryClient } from "./client.ts";
import { type Envelope, findEnvelope, payloadOf, sealEnvelope } from "./envelope.ts";
import type { Descriptor } from "./manifest.ts";
import { mediaTypes } from "./media-type.ts";
import { emptyConfig, emptyConfigDescriptor } from "./module-package.ts";
import { bytesSource } from "./push-module.ts";

export const statementType = "application/vnd.in-toto+json";
const envelopeType = "application/vnd.dsse.envelope.v1+json";
const predicateType = "https://slsa.dev/provenance/v1";
/** Names this way of building: a directory of a commit, packed as module-package.ts does. */
const buildType = "urn:scalr-oci:module-package:1";
const builderPrefix = "pkg:npm/scalr-oci@";
/** A statement is a page; nothing larger is read. */
const maxStatementBytes = 256 * 1024;
/** Statements that are looked at; a registry may list any number that others attached. */
const maxStatements = 50;

const statement = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()) })),
  predicateType: z.string(),
  predicate: z.looseObject({
    buildDefinition: z.object({
      buildType: z.string(),
      externalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z
        .array(z.object({ uri: z.string().optional(), digest: z.record(z.string(), z.string()).optional() }))
        .optional(),
    }),
    runDetails: z.object({ builder: z.object({ id: z.string() }) }),
  }),
});

/** What a module was made from. */
export interface ProvenanceClaim {
  /** Repository, such as `https://github.com/acme/terraform-vpc`. */
  readonly source: string;
  /** Commit. */
  readonly revision: string;
  readonly version?: string | undefined;
}

/** A statement that a registry lists for a package and that is about it. */
export interface FoundProvenance {
  readonly digest: Digest;
  readonly claim: ProvenanceClaim;
  readonly builder: string;
  /** Present when the statement is signed, by whomever. */
  readonly envelope: Envelope | undefined;
}

/** The statement's bytes. The same claim about the same package gives the same bytes. */
export function encodeStatement(name: string, subject: Digest, claim: ProvenanceClaim): Buffer {
  const [algorithm = "", hex = ""] = subject.split(":");
  const { source, revision, version } = claim;
  return Buffer.from(
    JSON.stringify({
      _type: "https://in-toto.io/Statement/v1",
      subject: [{ name, digest: { [algorithm]: hex } }],
      predicateType,
      predicate: {
        buildDefinition: {
          buildType,
          externalParameters: { source, ...(version === undefined ? {} : { version }) },
          resolvedDependencies: [{ uri: `git+${source}`, digest: { gitCommit: revision } }],
        },
        runDetails: { builder: { id: `${builderPrefix}${ownVersion}` } },
      },
    }),
  );
}

/**
 * Attaches a claim to a package, signed when there is a key.
 * @returns the attached manifest
 */
export async function attachProvenance(
  client: RegistryClient,
  repository: string,
  subject: Descriptor,
  claim: ProvenanceClaim,
  privateKeyPem?: string,
): Promise<Descriptor> {
  const payload = encodeStatement(`${client.host.value}/${repository}`, subject.digest, claim);
  const isSigned = privateKeyPem !== undefined;
  const content = isSigned ? Buffer.from(JSON.stringify(sealEnvelope(payload, statementType, privateKeyPem))) : payload;
  const layer = {
    mediaType: isSigned ? envelopeType : statementType,
    digest: digestOf(content),
    size: content.length,
    annotations: { "in-toto.io/predicate-type": predicateType },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: statementType,
    config: emptyConfigDescriptor,
    layers: [layer],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: { "in-toto.io/predicate-type": predicateType },
  };
  await client.uploadBlob(repository, emptyConfigDescriptor, bytesSource(emptyConfig));
  await client.uploadBlob(repository, layer, bytesSource(content));
  return client.putManifest(repository, Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest);
}

/**
 * The provenance that is attached to a package. What is no statement, too large, or about something else is left out: anybody
 * who may push can attach anything.
 */
export async function findProvenance(
  client: RegistryClient,
  repository: string,
  subject: Digest,
): Promise<FoundProvenance[]> {
  const referrers = await client.listReferrers(repository, subject, statementType);
  const found: FoundProvenance[] = [];
  for (const referrer of referrers.slice(0, maxStatements)) {
    const provenance = await readProvenance(client, repository, referrer.digest, subject);
    if (provenance !== undefined) found.push(provenance);
  }
  return found;
}

async function readProvenance(
  client: RegistryClient,
  repository: string,
  digest: Digest,
  subject: Digest,
): Promise<FoundProvenance | undefined> {
  const { manifest } = await client.readManifest(repository, digest);
  const layer = manifest.kind === "image" ? manifest.document.layers[0] : undefined;
  if (layer === undefined || layer.size > maxStatementBytes) return undefined;
  const content = await client.readBlob(repository, layer, maxStatementBytes);
  const envelope = layer.mediaType === envelopeType ? findEnvelope(content) : undefined;
  const parsed = parseStatement(envelope === undefined ? content : payloadOf(envelope));
  if (parsed === undefined || !isAbout(parsed, subject)) return undefined;
  const claim = claimOf(parsed);
  return claim && { digest, claim, builder: parsed.predicate.runDetails.builder.id, envelope };
}

function parseStatement(bytes: Uint8Array): z.infer<typeof statement> | undefined {
  try {
    return statement.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return undefined;
  }
}

function isAbout({ subject }: z.infer<typeof statement>, digest: Digest): boolean {
  const [algorithm = "", hex] = digest.split(":");
  return subject.some((one) => one.digest[algorithm] === hex);
}

function claimOf({ predicate }: z.infer<typeof statement>): ProvenanceClaim | undefined {
  const [dependency] = predicate.buildDefinition.resolvedDependencies ?? [];
  const revision = dependency?.digest?.["gitCommit"];
  if (dependency?.uri === undefined || revision === undefined) return undefined;
  const { version } = predicate.buildDefinition.externalParameters;
  const source = dependency.uri.replace(/^git\+/, "");
  return { source, revision, version: typeof version === "string" ? version : undefined };
}
