// Blobs: read, read a part, delete; OCI distribution specification, "Pulling blobs" and "Deleting Blobs".
import type { Digest } from "../../names/digest.ts";
import type { ContentStore } from "./content-store.ts";
import { Fault } from "./fault.ts";
import type { Reply } from "./reply.ts";

/** @param range the Range header; only a single byte range is understood, anything else gets the whole blob */
export async function readBlob(
  store: ContentStore,
  repository: string,
  digest: Digest,
  range: string | undefined,
): Promise<Reply> {
  const size = await store.findBlobSize(repository, digest);
  if (size === undefined) throw unknownBlob();
  const headers = {
    "accept-ranges": "bytes",
    "content-type": "application/octet-stream",
    "docker-content-digest": digest,
  };
  const part = parseRange(range, size);
  if (part === undefined) {
    return { status: 200, headers: { ...headers, "content-length": size }, body: store.streamBlob(digest, 0, size) };
  }
  const { start, end } = part;
  return {
    status: 206,
    headers: { ...headers, "content-length": end - start, "content-range": `bytes ${start}-${end - 1}/${size}` },
    body: store.streamBlob(digest, start, end),
  };
}

export async function deleteBlob(store: ContentStore, repository: string, digest: Digest): Promise<Reply> {
  if (!(await store.removeBlob(repository, digest))) throw unknownBlob();
  return { status: 202 };
}

/** RFC 9110 section 14.1.2. @returns `end` is the first byte that is not meant */
function parseRange(range: string | undefined, size: number): { start: number; end: number } | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(range ?? "");
  if (match === null || range === "bytes=-") return undefined;
  const [, first = "", last = ""] = match;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (start >= end) {
    throw new Fault(416, "SIZE_INVALID", "the range is outside of the blob", { "content-range": `bytes */${size}` });
  }
  return { start, end };
}

function unknownBlob(): Fault {
  return new Fault(404, "BLOB_UNKNOWN", "the repository holds no such blob");
}
