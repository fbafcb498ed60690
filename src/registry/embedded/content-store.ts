// What an embedded registry knows: blobs, manifests, tags, referrers and unfinished uploads, laid out over a byte store.
//
//   blobs/ALGORITHM/HEX                              content, once for all repositories
//   repositories/NAME/_blobs/ALGORITHM/HEX           empty: the repository may read that blob
//   repositories/NAME/_manifests/ALGORITHM/HEX       media type of that manifest
//   repositories/NAME/_tags/TAG                      digest
//   repositories/NAME/_referrers/ALGORITHM/HEX/DIGEST-OF-REFERRER   descriptor of the referrer as JSON
//   uploads/ID                                       what has arrived so far
import { createHash, type Hash, randomUUID } from "node:crypto";
import type { Digest } from "../../names/digest.ts";
import { artifactTypeOf, type Descriptor, type Manifest } from "../manifest.ts";
import type { ByteStore, Key } from "./byte-store.ts";

const nothing = new Uint8Array();

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** An unfinished upload, open until it is finished or cancelled, or the server ends. */
export interface Upload {
  readonly id: string;
  readonly repository: string;
  /** Bytes that have arrived. */
  size: number;
  /** Digest of these bytes so far; undefined when it must be computed from the stored bytes. */
  hash: Hash | undefined;
  /** Ends when the requests that came before are done; one at a time may add. */
  turn: Promise<void>;
}

export class ContentStore {
  readonly #bytes: ByteStore;
  readonly #uploads = new Map<string, Upload>();

  constructor(bytes: ByteStore) {
    this.#bytes = bytes;
  }

  /** Length of a blob that the repository holds. */
  async findBlobSize(repository: string, digest: Digest): Promise<number | undefined> {
    const link = await this.#bytes.findSize(`${blobLinks(repository)}/${pathOf(digest)}`);
    return link === undefined ? undefined : this.#bytes.findSize(blobKey(digest));
  }

  streamBlob(digest: Digest, start: number, end: number): AsyncIterable<Uint8Array> {
    return this.#bytes.stream(blobKey(digest), start, end);
  }

  /** Lets another repository hold the blob. @returns false when `from` does not hold it */
  async mountBlob(repository: string, from: string, digest: Digest): Promise<boolean> {
    if ((await this.findBlobSize(from, digest)) === undefined) return false;
    await this.#bytes.write(`${blobLinks(repository)}/${pathOf(digest)}`, nothing);
    return true;
  }

  /** The content itself stays: other repositories may hold it. @returns false when the repository did not hold it */
  async removeBlob(repository: string, digest: Digest): Promise<boolean> {
    return this.#bytes.remove(`${blobLinks(repository)}/${pathOf(digest)}`);
  }

  async startUpload(repository: string): Promise<Upload> {
    const id = randomUUID();
    const upload: Upload = { id, repository, size: 0, hash: createHash("sha256"), turn: Promise.resolve() };
    await this.#bytes.write(uploadKey(id), nothing);
    this.#uploads.set(id, upload);
    return upload;
  }

  findUpload(repository: string, id: string): Upload | undefined {
    const upload = this.#uploads.get(id);
    return upload?.repository === repository ? upload : undefined;
  }

  /** Adds what arrives; when the source fails, what arrived before is kept and the error is passed on. */
  async appendToUpload(upload: Upload, source: AsyncIterable<Uint8Array>): Promise<void> {
    const { hash } = upload;
    let arrived = 0;
    async function* counted(): AsyncIterable<Uint8Array> {
      for await (const chunk of source) {
        yield chunk;
        // Only now is the chunk stored: a digest that runs ahead of the bytes would be wrong after a failed write.
        hash?.update(chunk);
        arrived += chunk.byteLength;
      }
    }
    try {
      await this.#bytes.append(uploadKey(upload.id), counted());
    } finally {
      const size = (await this.#bytes.findSize(uploadKey(upload.id))) ?? 0;
      if (size !== upload.size + arrived) upload.hash = undefined;
      upload.size = size;
    }
  }

  /** Makes the upload a blob of its repository. @returns false, with the upload kept, when its content has another digest */
  async finishUpload(upload: Upload, digest: Digest): Promise<boolean> {
    if ((await this.#digestOfUpload(upload, digest)) !== digest) return false;
    await this.#bytes.move(uploadKey(upload.id), blobKey(digest));
    await this.#bytes.write(`${blobLinks(upload.repository)}/${pathOf(digest)}`, nothing);
    this.#uploads.delete(upload.id);
    return true;
  }

  /** Takes away what uploads of an earlier process left; nobody can continue them. */
  async removeForgottenUploads(): Promise<void> {
    for (const id of await this.#bytes.list("uploads")) {
      if (!this.#uploads.has(id)) await this.#bytes.remove(uploadKey(id));
    }
  }

  async cancelUpload(upload: Upload): Promise<void> {
    this.#uploads.delete(upload.id);
    await this.#bytes.remove(uploadKey(upload.id));
  }

  async findManifest(repository: string, digest: Digest): Promise<StoredManifest | undefined> {
    const mediaType = await this.#bytes.find(`${manifestLinks(repository)}/${pathOf(digest)}`);
    const bytes = await this.#bytes.find(blobKey(digest));
    if (mediaType === undefined || bytes === undefined) return undefined;
    return { digest, mediaType: mediaType.toString(), bytes };
  }

  async findTag(repository: string, tag: string): Promise<Digest | undefined> {
    return (await this.#bytes.find(`${tagLinks(repository)}/${tag}`))?.toString() as Digest | undefined;
  }

  async putManifest(repository: string, stored: StoredManifest, manifest: Manifest): Promise<void> {
    await this.#bytes.write(blobKey(stored.digest), stored.bytes);
    await this.#bytes.write(`${manifestLinks(repository)}/${pathOf(stored.digest)}`, Buffer.from(stored.mediaType));
    const { subject } = manifest.document;
    if (subject === undefined) return;
    const descriptor = Buffer.from(JSON.stringify(describeReferrer(stored, manifest)));
    await this.#bytes.write(`${referrerLinks(repository, subject.digest)}/${stored.digest}`, descriptor);
  }

  async putTag(repository: string, tag: string, digest: Digest): Promise<void> {
    await this.#bytes.write(`${tagLinks(repository)}/${tag}`, Buffer.from(digest));
  }

  async removeTag(repository: string, tag: string): Promise<boolean> {
    return this.#bytes.remove(`${tagLinks(repository)}/${tag}`);
  }

  /** Takes the manifest away with its tags and its place among the referrers. @returns false when there was none */
  async removeManifest(repository: string, digest: Digest, subject: Digest | undefined): Promise<boolean> {
    const removed = await this.#bytes.remove(`${manifestLinks(repository)}/${pathOf(digest)}`);
    if (subject !== undefined) await this.#bytes.remove(`${referrerLinks(repository, subject)}/${digest}`);
    for (const tag of await this.listTags(repository)) {
      if ((await this.findTag(repository, tag)) === digest) await this.removeTag(repository, tag);
    }
    return removed;
  }

  /** Sorted by code unit. */
  async listTags(repository: string): Promise<string[]> {
    return this.#bytes.list(tagLinks(repository));
  }

  /** True when anything was ever pushed there. */
  async isRepository(repository: string): Promise<boolean> {
    return (await this.#bytes.list(`repositories/${repository}`)).some((name) => name.startsWith("_"));
  }

  async listReferrers(repository: string, subject: Digest): Promise<Descriptor[]> {
    const prefix = referrerLinks(repository, subject);
    const names = await this.#bytes.list(prefix);
    const documents = await Promise.all(names.map((name) => this.#bytes.find(`${prefix}/${name}`)));
    return documents.flatMap((bytes) => (bytes === undefined ? [] : [JSON.parse(bytes.toString()) as Descriptor]));
  }

  async #digestOfUpload(upload: Upload, expected: Digest): Promise<Digest> {
    const algorithm = expected.startsWith("sha512:") ? "sha512" : "sha256";
    if (algorithm === "sha256" && upload.hash !== undefined) return `sha256:${upload.hash.copy().digest("hex")}`;
    const hash = createHash(algorithm);
    for await (const chunk of this.#bytes.stream(uploadKey(upload.id), 0, upload.size)) hash.update(chunk);
    return `${algorithm}:${hash.digest("hex")}`;
  }
}

function describeReferrer(stored: StoredManifest, manifest: Manifest): Descriptor {
  const { annotations } = manifest.document;
  const artifactType = artifactTypeOf(manifest);
  return {
    mediaType: stored.mediaType,
    digest: stored.digest,
    size: stored.bytes.length,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
  };
}

function pathOf(digest: Digest): Key {
  return digest.replace(":", "/");
}

function blobKey(digest: Digest): Key {
  return `blobs/${pathOf(digest)}`;
}

function uploadKey(id: string): Key {
  return `uploads/${id}`;
}

function blobLinks(repository: string): Key {
  return `repositories/${repository}/_blobs`;
}

function manifestLinks(repository: string): Key {
  return `repositories/${repository}/_manifests`;
}

function tagLinks(repository: string): Key {
  return `repositories/${repository}/_tags`;
}

function referrerLinks(repository: string, subject: Digest): Key {
  return `repositories/${repository}/_referrers/${pathOf(subject)}`;
}
