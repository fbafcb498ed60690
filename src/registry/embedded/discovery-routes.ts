// What there is: tags in pages, and the manifests that refer to another; OCI distribution specification, "Content Discovery".
import type { Digest } from "../../names/digest.ts";
import { mediaTypes } from "../media-type.ts";
import type { ContentStore } from "./content-store.ts";
import { Fault } from "./fault.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** Most tags in one reply, as in other registries. */
const maxTagsPerPage = 1000;

export async function listTags(store: ContentStore, repository: string, query: URLSearchParams): Promise<Reply> {
  if (!(await store.isRepository(repository))) {
    throw new Fault(404, "NAME_UNKNOWN", "there is no such repository");
  }
  const last = query.get("last") ?? "";
  const limit = parseLimit(query.get("n"));
  const rest = (await store.listTags(repository)).filter((tag) => tag > last);
  const tags = rest.slice(0, limit);
  const isLastPage = tags.length === rest.length || limit === 0;
  const next = `/v2/${repository}/tags/list?n=${limit}&last=${encodeURIComponent(tags.at(-1) ?? "")}`;
  return jsonReply(200, { name: repository, tags }, isLastPage ? {} : { link: `<${next}>; rel="next"` });
}

/** An unknown subject has an empty list: the referrers may come before it. */
export async function listReferrers(
  store: ContentStore,
  repository: string,
  subject: Digest,
  query: URLSearchParams,
): Promise<Reply> {
  const artifactType = query.get("artifactType");
  const all = await store.listReferrers(repository, subject);
  const manifests = artifactType === null ? all : all.filter((one) => one.artifactType === artifactType);
  return jsonReply(
    200,
    { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests },
    {
      "content-type": mediaTypes.imageIndex,
      ...(artifactType === null ? {} : { "oci-filters-applied": "artifactType" }),
    },
  );
}

function parseLimit(text: string | null): number {
  if (text === null) return maxTagsPerPage;
  if (!/^\d{1,9}$/.test(text)) throw new Fault(400, "SIZE_INVALID", "n is not a number");
  return Math.min(Number(text), maxTagsPerPage);
}
