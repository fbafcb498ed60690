// A client of one OCI registry; OCI distribution specification 1.1.
import { type Clock, systemClock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { InputError, RemoteError } from "../base/errors.ts";
import type { RetryPolicy } from "../base/retry.ts";
import type { Digest } from "../names/digest.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { FindCredential } from "./authorizer.ts";
import { streamBlob } from "./blob-calls.ts";
import { Connection } from "./connection.ts";
import { addToReferrersTag, hasReferrersList, listReferrers, listTags } from "./discovery-calls.ts";
import { type FetchedManifest, findDescriptor, putManifest, readManifest } from "./manifest-calls.ts";
import { type Descriptor, parseManifest } from "./manifest.ts";
import { createTransport, type Transport } from "./transport.ts";
import { type BlobSource, uploadBlob, type UploadOptions, type UploadOutcome } from "./upload.ts";

export interface RegistryClientOptions {
  readonly host: RegistryHost;
  /** Asked once, when the registry wants a credential. */
  readonly find: FindCredential;
  /**
   * What is going to be done: a token for pushing is then asked for from the start, and one does for all of a repository.
   * @default "pull"
   */
  readonly intent?: "pull" | "push";
  /** Many small reads come at once: where the registry speaks HTTP/2 they share a connection. @default false */
  readonly sharesConnections?: boolean;
  /** SSL_CERT_FILE, HTTPS_PROXY and NO_PROXY are read from it. */
  readonly environment: Environment;
  readonly clock?: Clock;
  /** Ends everything that is under way. */
  readonly signal?: AbortSignal;
  /** @default up to five attempts, waiting up to 30 s for a registry that asks for it */
  readonly retryPolicy?: RetryPolicy;
  /** @default one of its own */
  readonly transport?: Transport;
}

/**
 * Talks to one registry over https. Repositories, tags and digests must be valid names, see names/oci-reference.ts.
 * Every method throws AuthError, NotFoundError, RemoteError or TransientError with a REGISTRY_ code.
 */
export class RegistryClient {
  readonly #connection: Connection;
  readonly #transport: Transport;

  /** @throws InputError INVALID_REGISTRY_HOST for http, which OpenTofu cannot use either; INVALID_ARGUMENT for SSL_CERT_FILE */
  constructor(options: RegistryClientOptions) {
    const { host, find, clock = systemClock, retryPolicy, signal, intent, environment, sharesConnections } = options;
    if (host.scheme !== "https") {
      throw new InputError("INVALID_REGISTRY_HOST", `registry host is http, got ${host.url}, expected https`, {
        hint: "OpenTofu loads modules over https only",
      });
    }
    this.#transport = options.transport ?? createTransport(environment, { sharesConnections });
    this.#connection = new Connection({ host, find, clock, retryPolicy, signal, intent, transport: this.#transport });
  }

  get host(): RegistryHost {
    return this.#connection.host;
  }

  /** Checks that the host is a registry and takes the credential, where it wants one for this. */
  async ping(): Promise<void> {
    const response = await this.#connection.call({
      method: "GET",
      target: "/v2/",
      action: "pull",
      expected: [200],
    });
    await response.discard();
  }

  /** What a tag or digest names; undefined when the registry has no such thing, or does not show it. */
  findDescriptor(repository: string, reference: string): Promise<Descriptor | undefined> {
    return findDescriptor(this.#connection, repository, reference);
  }

  /** A manifest by tag or digest, its digest checked. */
  readManifest(repository: string, reference: string): Promise<FetchedManifest> {
    return readManifest(this.#connection, repository, reference);
  }

  /**
   * Writes a manifest under a tag, or under its digest when there is no tag. One that names a subject is listed among its
   * referrers afterwards, whether the registry does that by itself or not.
   */
  async putManifest(repository: string, bytes: Uint8Array, mediaType: string, tag?: string): Promise<Descriptor> {
    const manifest = parseManifest(bytes, mediaType);
    const pushed = await putManifest(this.#connection, repository, bytes, mediaType, tag);
    if (manifest.document.subject !== undefined && !pushed.isReferrerListed) {
      await addToReferrersTag(this.#connection, repository, pushed.descriptor, manifest);
    }
    return pushed.descriptor;
  }

  /** The bytes of a blob; nothing of them is checked before the end is reached, see streamBlob. */
  streamBlob(repository: string, descriptor: Descriptor): AsyncIterable<Uint8Array> {
    return streamBlob(this.#connection, repository, descriptor);
  }

  /** The bytes of a small blob, checked. @throws RemoteError REGISTRY_CONTENT_MISMATCH when it is larger than `maxBytes` */
  async readBlob(repository: string, descriptor: Descriptor, maxBytes: number): Promise<Buffer> {
    if (descriptor.size > maxBytes) {
      const message = `blob is too large, got ${descriptor.size} bytes, expected at most ${maxBytes}`;
      throw new RemoteError("REGISTRY_CONTENT_MISMATCH", message);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.streamBlob(repository, descriptor)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Makes the repository hold a blob; one that it holds already is not sent. */
  uploadBlob(
    repository: string,
    descriptor: Descriptor,
    source: BlobSource,
    options?: UploadOptions,
  ): Promise<UploadOutcome> {
    return uploadBlob(this.#connection, repository, descriptor, source, options);
  }

  /** All tags of a repository. @throws NotFoundError when there is no such repository */
  listTags(repository: string): Promise<string[]> {
    return listTags(this.#connection, repository);
  }

  /** The manifests that name this one as their subject. */
  listReferrers(repository: string, subject: Digest, artifactType?: string): Promise<Descriptor[]> {
    return listReferrers(this.#connection, repository, subject, artifactType);
  }

  /** True when the registry lists referrers by itself; where it does not, a tag stands for the list. */
  hasReferrersList(repository: string, subject: Digest): Promise<boolean> {
    return hasReferrersList(this.#connection, repository, subject);
  }

  /** Lets go of the connections; to be called when no request is under way. */
  async close(): Promise<void> {
    await this.#transport.close();
  }
}
