// What a registry has: its tags in pages, and the manifests that refer to another; OCI distribution specification,
// "Content Discovery" and "Referrers Tag Schema".
import * as z from "zod";
import { RemoteError } from "../base/errors.ts";
import type { Digest } from "../names/digest.ts";
import { isTag } from "../names/oci-reference.ts";
import type { Connection } from "./connection.ts";
import { findDescriptor, putManifest, readManifest } from "./manifest-calls.ts";
import { artifactTypeOf, type Descriptor, type Manifest, maxManifestBytes, parseManifest } from "./manifest.ts";
import { mediaTypes } from "./media-type.ts";
import { type HttpResponse, readBody } from "./transport.ts";

/** Asked for in one page; registries give less when they want. */
const tagsPerPage = 1000;
/** A registry that sends page after page without end is broken; this is far beyond any repository. */
const maxPages = 1000;
const maxTagPageBytes = 4 * 1024 * 1024;

const tagPage = z.object({ tags: z.array(z.string()).nullable().optional() });

/**
 * All tags of a repository, in the registry's order; what is not a legal tag is left out.
 * @throws NotFoundError REGISTRY_CONTENT_NOT_FOUND when there is no such repository; RemoteError REGISTRY_PROTOCOL_BROKEN
 */
export async function listTags(connection: Connection, repository: string): Promise<string[]> {
  const path = `/v2/${repository}/tags/list`;
  const tags = new Set<string>();
  let next: URL | undefined = connection.resolve(`${path}?n=${tagsPerPage}`);
  for (let pages = 0; next !== undefined; pages += 1) {
    if (pages === maxPages) throw broken(connection, "a list of tags without end");
    const response = await readPage(connection, repository, next);
    for (const tag of await parseTagPage(connection, response)) tags.add(tag);
    next = nextPage(connection, response, next);
  }
  return [...tags].filter(isTag);
}

/** The manifests that name `subject`, by the registry's list or, where it has none, by the tag that stands for it. */
export async function listReferrers(
  connection: Connection,
  repository: string,
  subject: Digest,
  artifactType?: string,
): Promise<Descriptor[]> {
  const filter = artifactType === undefined ? "" : `?artifactType=${encodeURIComponent(artifactType)}`;
  const response = await connection.call({
    method: "GET",
    target: `/v2/${repository}/referrers/${subject}${filter}`,
    repository,
    action: "pull",
    expected: [200, 404, 405],
    headers: { accept: mediaTypes.imageIndex },
  });
  const found = response.status === 200 ? await readIndex(connection, response) : undefined;
  if (found === undefined) await response.discard();
  const all = found ?? (await readReferrersTag(connection, repository, subject));
  return artifactType === undefined ? all : all.filter((one) => one.artifactType === artifactType);
}

/** True when the registry keeps the list of referrers by itself, so that nothing needs a tag that stands for it. */
export async function hasReferrersList(connection: Connection, repository: string, subject: Digest): Promise<boolean> {
  const response = await connection.call({
    method: "GET",
    target: `/v2/${repository}/referrers/${subject}`,
    repository,
    action: "pull",
    expected: [200, 404, 405],
    headers: { accept: mediaTypes.imageIndex },
  });
  const found = response.status === 200 ? await readIndex(connection, response) : undefined;
  if (found === undefined) await response.discard();
  return found !== undefined;
}

/**
 * Makes a manifest that was just pushed findable among the referrers of its subject where the registry does not do that.
 * Two who do so at the same moment may lose one entry; the specification has no way around that.
 */
export async function addToReferrersTag(
  connection: Connection,
  repository: string,
  referrer: Descriptor,
  manifest: Manifest,
): Promise<void> {
  const { subject, annotations } = manifest.document;
  if (subject === undefined) return;
  const known = await readReferrersTag(connection, repository, subject.digest);
  if (known.some(({ digest }) => digest === referrer.digest)) return;
  const artifactType = artifactTypeOf(manifest);
  const entry = { ...referrer, ...(artifactType && { artifactType }), ...(annotations && { annotations }) };
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [...known, entry] };
  const bytes = Buffer.from(JSON.stringify(index));
  await putManifest(connection, repository, bytes, mediaTypes.imageIndex, referrersTag(subject.digest));
}

function referrersTag(subject: Digest): string {
  return subject.replace(":", "-").slice(0, 128);
}

async function readReferrersTag(connection: Connection, repository: string, subject: Digest): Promise<Descriptor[]> {
  const descriptor = await findDescriptor(connection, repository, referrersTag(subject));
  if (descriptor?.mediaType !== mediaTypes.imageIndex) return [];
  const { manifest } = await readManifest(connection, repository, descriptor.digest);
  return manifest.kind === "index" ? manifest.document.manifests : [];
}

/** @returns undefined when it is not an index: servers without the list answer with all kinds of pages */
async function readIndex(connection: Connection, response: HttpResponse): Promise<Descriptor[] | undefined> {
  if (response.header("content-type")?.startsWith(mediaTypes.imageIndex) !== true) return undefined;
  const bytes = await readBody(response, connection.host.value, maxManifestBytes);
  const manifest = parseManifest(bytes, mediaTypes.imageIndex);
  return manifest.kind === "index" ? manifest.document.manifests : undefined;
}

async function readPage(connection: Connection, repository: string, url: URL): Promise<HttpResponse> {
  return connection.call({
    method: "GET",
    target: url,
    repository,
    action: "pull",
    expected: [200],
    headers: { accept: mediaTypes.json },
  });
}

async function parseTagPage(connection: Connection, response: HttpResponse): Promise<readonly string[]> {
  const body = await readBody(response, connection.host.value, maxTagPageBytes);
  try {
    return tagPage.parse(JSON.parse(body.toString("utf8"))).tags ?? [];
  } catch (cause) {
    throw broken(connection, "a list of tags that cannot be read", cause);
  }
}

/** The page that a Link header names; RFC 8288. @throws RemoteError when it leads to another resource or stays where it is */
function nextPage(connection: Connection, response: HttpResponse, current: URL): URL | undefined {
  const links = response.headers("link").join(",");
  const location = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(links)?.[1];
  if (location === undefined) return undefined;
  const next = connection.resolve(location, current);
  const isSameList = next.origin === current.origin && next.pathname === current.pathname;
  if (!isSameList || next.href === current.href) throw broken(connection, "a next page of tags that is not one");
  return next;
}

function broken({ host }: Connection, what: string, cause?: unknown): RemoteError {
  return new RemoteError("REGISTRY_PROTOCOL_BROKEN", `${host.value} sent ${what}`, { cause });
}
