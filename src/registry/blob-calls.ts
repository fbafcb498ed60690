// Blobs of a registry: is it there, read it; OCI distribution specification, "Pulling blobs", RFC 9110 section 14 for resuming.
import { createHash } from "node:crypto";
import { isScalrOciError, RemoteError } from "../base/errors.ts";
import type { Connection } from "./connection.ts";
import type { Descriptor } from "./manifest.ts";
import type { HttpResponse } from "./transport.ts";

/** True when the repository holds the blob. Asked before a push, with the token of the push. */
export async function hasBlob(connection: Connection, repository: string, descriptor: Descriptor): Promise<boolean> {
  const response = await connection.call({
    method: "HEAD",
    target: blobPath(repository, descriptor),
    repository,
    action: "push",
    expected: [200, 404],
  });
  await response.discard();
  return response.status === 200;
}

/**
 * The bytes of a blob. A transfer that is cut goes on where it ended; the last piece is only followed by an end when size
 * and digest are those of the descriptor, so whoever reads must not use anything before the end.
 * @throws NotFoundError REGISTRY_CONTENT_NOT_FOUND; RemoteError REGISTRY_CONTENT_MISMATCH; TransientError after cuts without progress
 */
export async function* streamBlob(
  connection: Connection,
  repository: string,
  descriptor: Descriptor,
): AsyncIterable<Uint8Array> {
  const hash = createHash(descriptor.digest.startsWith("sha512:") ? "sha512" : "sha256");
  const { attempts, baseDelayMs } = connection.retryPolicy;
  let offset = 0;
  for (let failures = 0; ;) {
    try {
      for await (const chunk of readFrom(connection, repository, descriptor, offset)) {
        offset += chunk.byteLength;
        if (offset > descriptor.size) throw mismatch(connection, repository, descriptor);
        hash.update(chunk);
        failures = 0;
        yield chunk;
      }
      break;
    } catch (thrown) {
      failures += 1;
      if (!isScalrOciError(thrown) || thrown.kind !== "transient" || failures >= attempts) throw thrown;
      await connection.clock.sleep(baseDelayMs * 2 ** (failures - 1), connection.signal);
    }
  }
  const hex = descriptor.digest.slice(descriptor.digest.indexOf(":") + 1);
  if (offset !== descriptor.size || hash.digest("hex") !== hex) throw mismatch(connection, repository, descriptor);
}

/** The bytes from an offset; a registry that knows no ranges sends all of them and the first are dropped. */
async function* readFrom(
  connection: Connection,
  repository: string,
  descriptor: Descriptor,
  offset: number,
): AsyncIterable<Uint8Array> {
  const response = await connection.call({
    method: "GET",
    target: blobPath(repository, descriptor),
    repository,
    action: "pull",
    expected: offset === 0 ? [200] : [200, 206],
    what: `${repository}@${descriptor.digest}`,
    headers: offset === 0 ? {} : { range: `bytes=${offset}-` },
    isLong: true,
  });
  let toDrop = response.status === 206 ? 0 : offset;
  if (response.status === 206) checkContentRange(connection, response, offset);
  for await (const chunk of response.body) {
    const rest = chunk.subarray(Math.min(toDrop, chunk.byteLength));
    toDrop -= chunk.byteLength - rest.byteLength;
    if (rest.byteLength > 0) yield rest;
  }
}

function checkContentRange(connection: Connection, response: HttpResponse, offset: number): void {
  if (response.header("content-range")?.startsWith(`bytes ${offset}-`) === true) return;
  const message = `${connection.host.value} answered with another part of a blob than was asked for`;
  throw new RemoteError("REGISTRY_PROTOCOL_BROKEN", message);
}

function blobPath(repository: string, { digest }: Descriptor): string {
  return `/v2/${repository}/blobs/${digest}`;
}

function mismatch({ host }: Connection, repository: string, { digest }: Descriptor): RemoteError {
  const message = `${host.value} sent other content than ${repository}@${digest}`;
  return new RemoteError("REGISTRY_CONTENT_MISMATCH", message);
}
