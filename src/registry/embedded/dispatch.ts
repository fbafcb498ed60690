// From a route and a method to the answer; OCI distribution specification, "Endpoints".
import type { IncomingMessage } from "node:http";
import type { Access } from "./access.ts";
import { deleteBlob, readBlob } from "./blob-routes.ts";
import type { ContentStore } from "./content-store.ts";
import { listReferrers, listTags } from "./discovery-routes.ts";
import { Fault } from "./fault.ts";
import { deleteManifest, putManifest, readManifest } from "./manifest-routes.ts";
import { jsonReply, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";
import {
  cancelUpload,
  continueUpload,
  finishUpload,
  readUpload,
  startUpload,
  type UploadRequest,
} from "./upload-routes.ts";

/** A request whose caller was admitted. */
export interface AdmittedRequest {
  readonly route: Route;
  readonly query: URLSearchParams;
  readonly access: Access;
  readonly message: IncomingMessage;
}

/** @throws Fault when the answer is an error; 405 for a method that the resource does not have */
export async function answerRoute(store: ContentStore, request: AdmittedRequest): Promise<Reply> {
  const { route, message } = request;
  const method = message.method === "HEAD" ? "GET" : message.method;
  switch (route.resource) {
    case "base":
      if (method === "GET") return jsonReply(200, {}, { "docker-distribution-api-version": "registry/2.0" });
      break;
    case "blob":
      if (method === "GET") return readBlob(store, route.repository, route.digest, message.headers.range);
      if (method === "DELETE") return deleteBlob(store, route.repository, route.digest);
      break;
    case "manifest":
      return answerManifest(store, request, route, method);
    case "uploads":
      if (method === "POST") return startUpload(store, route.repository, uploadRequest(request), mayRead(request));
      break;
    case "upload":
      return answerUpload(store, request, route, method);
    case "tags":
      if (method === "GET") return listTags(store, route.repository, request.query);
      break;
    case "referrers":
      if (method === "GET") return listReferrers(store, route.repository, route.digest, request.query);
      break;
  }
  throw unsupported();
}

async function answerManifest(
  store: ContentStore,
  { message }: AdmittedRequest,
  { repository, reference }: Extract<Route, { resource: "manifest" }>,
  method: string | undefined,
): Promise<Reply> {
  if (method === "GET") return readManifest(store, repository, reference);
  if (method === "PUT") return putManifest(store, repository, reference, message.headers["content-type"], message);
  if (method === "DELETE") return deleteManifest(store, repository, reference);
  throw unsupported();
}

async function answerUpload(
  store: ContentStore,
  request: AdmittedRequest,
  { repository, id }: Extract<Route, { resource: "upload" }>,
  method: string | undefined,
): Promise<Reply> {
  if (method === "GET") return readUpload(store, repository, id);
  if (method === "PATCH") return continueUpload(store, repository, id, uploadRequest(request));
  if (method === "PUT") return finishUpload(store, repository, id, uploadRequest(request));
  if (method === "DELETE") return cancelUpload(store, repository, id);
  throw unsupported();
}

function uploadRequest({ message, query }: AdmittedRequest): UploadRequest {
  const length = message.headers["content-length"];
  const contentRange = message.headers["content-range"];
  return { query, contentRange, contentLength: length === undefined ? undefined : Number(length), body: message };
}

function mayRead({ access }: AdmittedRequest): (repository: string) => boolean {
  return (repository) => access.allows({ repository, action: "pull" });
}

function unsupported(): Fault {
  return new Fault(405, "UNSUPPORTED", "the resource does not have this method");
}
