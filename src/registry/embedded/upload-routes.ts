// Uploads: in one request, in two, in chunks, or by mounting; OCI distribution specification, "Pushing blobs".
import type { Digest } from "../../names/digest.ts";
import type { ContentStore, Upload } from "./content-store.ts";
import { Fault } from "./fault.ts";
import type { Reply } from "./reply.ts";
import { checkDigest, checkRepository } from "./route.ts";

/** What an upload request carries beside its path. */
export interface UploadRequest {
  readonly query: URLSearchParams;
  readonly contentRange: string | undefined;
  readonly contentLength: number | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** @param mayRead whether the caller may pull from the repository that a mount names */
export async function startUpload(
  store: ContentStore,
  repository: string,
  request: UploadRequest,
  mayRead: (repository: string) => boolean,
): Promise<Reply> {
  const mount = request.query.get("mount");
  const from = request.query.get("from");
  if (mount !== null && from !== null && mayRead(checkRepository(from))) {
    const digest = checkDigest(mount);
    if (await store.mountBlob(repository, from, digest)) return created(repository, digest);
  }
  const digest = request.query.get("digest");
  const upload = await store.startUpload(repository);
  if (digest === null) return progress(202, upload);
  return finish(store, upload, checkDigest(digest), request);
}

export async function readUpload(store: ContentStore, repository: string, id: string): Promise<Reply> {
  const upload = readKnown(store, repository, id);
  await upload.turn;
  return progress(204, upload);
}

export async function continueUpload(
  store: ContentStore,
  repository: string,
  id: string,
  request: UploadRequest,
): Promise<Reply> {
  const upload = readKnown(store, repository, id);
  await inTurn(store, upload, () => append(store, upload, request));
  return progress(202, upload);
}

export async function finishUpload(
  store: ContentStore,
  repository: string,
  id: string,
  request: UploadRequest,
): Promise<Reply> {
  const upload = readKnown(store, repository, id);
  const digest = checkDigest(request.query.get("digest") ?? "");
  return inTurn(store, upload, () => finish(store, upload, digest, request));
}

export async function cancelUpload(store: ContentStore, repository: string, id: string): Promise<Reply> {
  const upload = readKnown(store, repository, id);
  await inTurn(store, upload, () => store.cancelUpload(upload));
  return { status: 204 };
}

function readKnown(store: ContentStore, repository: string, id: string): Upload {
  const upload = store.findUpload(repository, id);
  if (upload === undefined) throw new Fault(404, "BLOB_UPLOAD_UNKNOWN", "there is no such upload");
  return upload;
}

/** Lets the requests of one upload run one after another; one that comes after the end finds no upload. */
async function inTurn<Result>(store: ContentStore, upload: Upload, operation: () => Promise<Result>): Promise<Result> {
  const result = upload.turn.then(() => {
    readKnown(store, upload.repository, upload.id);
    return operation();
  });
  upload.turn = result.then(
    () => undefined,
    () => undefined,
  );
  return result;
}

async function append(store: ContentStore, upload: Upload, request: UploadRequest): Promise<void> {
  checkContentRange(upload, request);
  await store.appendToUpload(upload, request.body);
}

async function finish(store: ContentStore, upload: Upload, digest: Digest, request: UploadRequest): Promise<Reply> {
  await append(store, upload, request);
  if (!(await store.finishUpload(upload, digest))) {
    await store.cancelUpload(upload);
    throw new Fault(400, "DIGEST_INVALID", "the content has another digest");
  }
  return created(upload.repository, digest);
}

/** A chunk must begin where the upload ends and be as long as it says. */
function checkContentRange(upload: Upload, { contentRange, contentLength }: UploadRequest): void {
  if (contentRange === undefined) return;
  const match = /^(?:bytes )?(\d+)-(\d+)(?:\/(?:\d+|\*))?$/.exec(contentRange);
  const start = Number(match?.[1] ?? Number.NaN);
  const length = Number(match?.[2] ?? Number.NaN) - start + 1;
  if (!(length > 0)) throw new Fault(400, "BLOB_UPLOAD_INVALID", "the content range is not valid");
  if (start !== upload.size) {
    const { headers } = progress(416, upload);
    throw new Fault(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload ends", headers);
  }
  if (contentLength !== undefined && contentLength !== length) {
    throw new Fault(400, "SIZE_INVALID", "the content range and the content length differ");
  }
}

/** `Range: 0-0` stands for no byte as well as for one; that is how the specification has it. */
function progress(status: number, upload: Upload): Reply {
  const location = `/v2/${upload.repository}/blobs/uploads/${upload.id}`;
  const range = `0-${Math.max(0, upload.size - 1)}`;
  return { status, headers: { location, range, "docker-upload-uuid": upload.id } };
}

function created(repository: string, digest: Digest): Reply {
  const location = `/v2/${repository}/blobs/${digest}`;
  return { status: 201, headers: { location, "docker-content-digest": digest } };
}
