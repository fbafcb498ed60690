// All pages of a list; `meta.pagination` as Scalr sends it. Items that move between pages meanwhile are neither lost nor doubled.
import * as z from "zod";
import { errorCodes } from "../base/error-codes.ts";
import { RemoteError } from "../base/errors.ts";
import { paginationSchema } from "./documents/json-api.ts";
import type { RequestOptions, Session } from "./session.ts";

/** What Scalr's own command line asks for; the default is 20. */
const pageSize = 100;
/** A list that is longer than this goes round in circles. */
const maxPages = 1000;
/** How often a list that changed while it was read is read again. */
const maxReadings = 3;

export interface ListRequest {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/**
 * Every item of a list once, in the server's order.
 * @throws RemoteError API_PROTOCOL_BROKEN when the pages do not end, and as Session.request
 */
export async function readAllPages<Item extends { readonly id: string }>(
  session: Session,
  item: z.ZodType<Item>,
  request: ListRequest,
  options: RequestOptions = {},
): Promise<Item[]> {
  const schema = z.object({
    data: z.array(item),
    meta: z.object({ pagination: paginationSchema.optional() }).optional(),
  });
  const items = new Map<string, Item>();
  for (let reading = 1; reading <= maxReadings; reading += 1) {
    const total = await readOnce(session, schema, request, options, items);
    // Fewer than there are: one was removed from a page behind us and the rest moved up.
    if (total === undefined || items.size >= total) break;
  }
  return [...items.values()];
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly meta?: { readonly pagination?: z.infer<typeof paginationSchema> | undefined } | undefined;
}

/** @returns how many items the last page says there are */
async function readOnce<Item extends { readonly id: string }>(
  session: Session,
  schema: z.ZodType<Page<Item>>,
  { path, query }: ListRequest,
  options: RequestOptions,
  items: Map<string, Item>,
): Promise<number | undefined> {
  for (let number = 1; number <= maxPages;) {
    const pageQuery = { ...query, "page[number]": String(number), "page[size]": String(pageSize) };
    const { data, meta } = await session.read(schema, { method: "GET", path, query: pageQuery }, options);
    for (const one of data) items.set(one.id, one);
    const next = meta?.pagination?.["next-page"] ?? undefined;
    if (next === undefined) return meta?.pagination?.["total-count"];
    if (next <= number) throw endless(session.host);
    number = next;
  }
  throw endless(session.host);
}

function endless(host: string): RemoteError {
  return new RemoteError("API_PROTOCOL_BROKEN", `list of the management api at ${host} does not end`, {
    hint: errorCodes.API_PROTOCOL_BROKEN.nextStep,
  });
}
