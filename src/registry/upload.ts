// Puts a blob into a registry: not at all where it is, by mounting, in one piece, and after a cut from where the registry stands;
// OCI distribution specification, "Pushing blobs".
import { isScalrOciError, TransientError } from "../base/errors.ts";
import { hasBlob } from "./blob-calls.ts";
import type { Connection } from "./connection.ts";
import type { Descriptor } from "./manifest.ts";
import type { HttpResponse } from "./transport.ts";

/** Up to this a blob goes in one request. A larger one takes a request more: what is cut in its last one cannot be continued. */
const maxMonolithicBytes = 1024 * 1024;

/** A blob's bytes, from any offset, as often as they are needed. */
export interface BlobSource {
  open(start: number): AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  /** A repository of the same registry that may hold the blob already. */
  readonly mountFrom?: string | undefined;
  /** Told how many of the blob's bytes were handed to the connection; smaller after a cut. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** How the blob got there. */
export type UploadOutcome = "present" | "mounted" | "uploaded";

/**
 * Makes a repository hold a blob.
 * @throws AuthError, RemoteError; TransientError after as many cuts without progress as the retry policy has attempts
 */
export async function uploadBlob(
  connection: Connection,
  repository: string,
  descriptor: Descriptor,
  source: BlobSource,
  options: UploadOptions = {},
): Promise<UploadOutcome> {
  return new BlobUpload(connection, repository, descriptor, source, options).run();
}

class BlobUpload {
  readonly #connection: Connection;
  readonly #repository: string;
  readonly #descriptor: Descriptor;
  readonly #source: BlobSource;
  readonly #options: UploadOptions;
  /** Where the upload goes on; undefined before it was started and after the registry forgot it. */
  #location: URL | undefined;
  /** Bytes that the registry has. */
  #offset = 0;
  /** False once the registry did not take a first piece. */
  #takesPieces = true;

  constructor(
    connection: Connection,
    repository: string,
    descriptor: Descriptor,
    source: BlobSource,
    options: UploadOptions,
  ) {
    this.#connection = connection;
    this.#repository = repository;
    this.#descriptor = descriptor;
    this.#source = source;
    this.#options = options;
  }

  async run(): Promise<UploadOutcome> {
    const { attempts, baseDelayMs, maxDelayMs } = this.#connection.retryPolicy;
    for (let failures = 0; ;) {
      let failure = lostUpload(this.#connection, this.#repository);
      try {
        const outcome = this.#location === undefined ? await this.#start() : undefined;
        if (outcome !== undefined) return outcome;
        if (await this.#sendRest()) return "uploaded";
      } catch (thrown) {
        if (!isScalrOciError(thrown) || thrown.kind !== "transient") throw thrown;
        failure = thrown as TransientError;
      }
      failures += 1;
      const { retryAfterMs = 0 } = failure;
      if (failures >= attempts || retryAfterMs > maxDelayMs) throw failure;
      const waitMs = Math.max(retryAfterMs, baseDelayMs * 2 ** (failures - 1));
      await this.#connection.clock.sleep(waitMs, this.#connection.signal);
      if (await this.#learnOffset()) failures = 0;
    }
  }

  /** @returns the outcome when nothing is left to send */
  async #start(): Promise<UploadOutcome | undefined> {
    if (await hasBlob(this.#connection, this.#repository, this.#descriptor)) return "present";
    const { mountFrom } = this.#options;
    const mount = `?mount=${this.#descriptor.digest}&from=${encodeURIComponent(mountFrom ?? "")}`;
    const response = await this.#connection.call({
      method: "POST",
      target: `/v2/${this.#repository}/blobs/uploads/${mountFrom === undefined ? "" : mount}`,
      repository: this.#repository,
      action: "push",
      alsoPull: mountFrom,
      expected: mountFrom === undefined ? [202] : [201, 202],
      headers: { "content-length": "0" },
    });
    await response.discard();
    if (response.status === 201) return "mounted";
    this.#location = this.#connection.resolve(response.header("location"));
    this.#offset = 0;
    return undefined;
  }

  /** Sends what the registry lacks and ends the upload. @returns false when the registry wants it begun anew */
  async #sendRest(): Promise<boolean> {
    const isInPieces = this.#offset > 0 || (this.#takesPieces && this.#descriptor.size > maxMonolithicBytes);
    if (isInPieces && !(await this.#sendPieces())) return false;
    const target = withDigest(this.#location, this.#descriptor);
    const response = await this.#send("PUT", target, isInPieces ? [201, ...lostStatuses] : [201], {});
    if (response.status !== 201) this.#location = undefined;
    return response.status === 201;
  }

  async #sendPieces(): Promise<boolean> {
    while (this.#offset < this.#descriptor.size) {
      if (!(await this.#sendPiece())) return false;
    }
    return true;
  }

  /** Sends all that the registry lacks without ending the upload. @returns false when the registry does not take it so */
  async #sendPiece(): Promise<boolean> {
    const start = this.#offset;
    const range = { "content-range": `${start}-${this.#descriptor.size - 1}` };
    // The first piece goes without a range, as docker sends it: not every registry knows ranges, all know docker.
    const response = await this.#send("PATCH", this.#location, [202, ...lostStatuses], start === 0 ? {} : range);
    if (response.status !== 202) {
      this.#takesPieces = start > 0;
      this.#location = undefined;
      return false;
    }
    this.#location = this.#connection.resolve(response.header("location"), this.#location);
    this.#offset = parseProgress(response.header("range")) ?? this.#descriptor.size;
    return this.#offset > start && this.#offset <= this.#descriptor.size;
  }

  async #send(
    method: "PUT" | "PATCH",
    target: URL | undefined,
    expected: readonly number[],
    headers: Readonly<Record<string, string>>,
  ): Promise<HttpResponse> {
    const start = this.#offset;
    const length = String(this.#descriptor.size - start);
    const response = await this.#connection.call({
      method,
      target: target ?? "",
      repository: this.#repository,
      action: "push",
      expected,
      headers: { "content-type": "application/octet-stream", "content-length": length, ...headers },
      body: () => this.#read(start),
      isLong: true,
      isRetried: false,
    });
    await response.discard();
    return response;
  }

  async *#read(start: number): AsyncIterable<Uint8Array> {
    let sent = start;
    if (start >= this.#descriptor.size) return;
    for await (const chunk of this.#source.open(start)) {
      yield chunk;
      sent += chunk.byteLength;
      this.#options.onProgress?.(sent);
    }
  }

  /** Asks where the registry stands after a cut. @returns whether it has more than it said before */
  async #learnOffset(): Promise<boolean> {
    if (this.#location === undefined) return false;
    const before = this.#offset;
    const offset = parseProgress(await this.#findRange(this.#location));
    if (offset === undefined || offset > this.#descriptor.size || offset < before) {
      this.#location = undefined;
      this.#offset = 0;
      return false;
    }
    this.#offset = offset;
    return offset > before;
  }

  /** The Range header of an upload's status; undefined when the registry knows no such upload. */
  async #findRange(location: URL): Promise<string | undefined> {
    try {
      const response = await this.#connection.call({
        method: "GET",
        target: location,
        repository: this.#repository,
        action: "push",
        expected: [204],
        isRetried: false,
      });
      await response.discard();
      this.#location = this.#connection.resolve(response.header("location") ?? location.href, location);
      return response.header("range");
    } catch (thrown) {
      // Whatever the reason: an upload whose state is unknown is begun anew, and that says what is wrong.
      if (isScalrOciError(thrown)) return undefined;
      throw thrown;
    }
  }
}

/** With these a registry says that it does not know the upload, or takes no pieces, or not this one. */
const lostStatuses = [400, 404, 405, 413, 416] as const;

/** Bytes that a registry has, from its Range header; `0-0` stands for no byte as well as for one. */
function parseProgress(range: string | undefined): number | undefined {
  const end = /^(?:bytes=)?0-(\d+)$/.exec(range ?? "")?.[1];
  if (end === undefined) return undefined;
  return end === "0" ? 0 : Number(end) + 1;
}

function withDigest(location: URL | undefined, { digest }: Descriptor): URL | undefined {
  if (location === undefined) return undefined;
  // Not through searchParams, which would spell the registry's own parameters anew.
  const url = new URL(location);
  url.search = `${url.search === "" ? "?" : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}

function lostUpload({ host }: Connection, repository: string): TransientError {
  return new TransientError("REGISTRY_UNREACHABLE", `${host.value} lost an upload to ${repository}`);
}
