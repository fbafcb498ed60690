// All pages of a list; `meta.pagination` as Scalr sends it. Items that move between pages meanwhile are neither lost nor doubled.
import type * as z from "zod";
import { errorCodes } from "../base/error-codes.ts";
import { RemoteError } from "../base/errors.ts";
import { listSchema, type Pagination } from "./documents/json-api.ts";
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
  const schema = listSchema(item);
  for (let reading = 1; ; reading += 1) {
    const { items, totals } = await readOnce(session, schema, request, options);
    // One added or removed meanwhile shifts the rest between pages: some are seen twice, some not at all.
    const isSteady = totals.size === 0 || (totals.size === 1 && totals.has(items.size));
    if (isSteady || reading === maxReadings) return [...items.values()];
  }
}

interface Page<Item> {
  readonly data: readonly Item[];
  readonly meta?: { readonly pagination?: Pagination | undefined } | undefined;
}

interface Reading<Item> {
  readonly items: ReadonlyMap<string, Item>;
  /** How many items the pages said that there are; one number unless the list changed meanwhile. */
  readonly totals: ReadonlySet<number>;
}

async function readOnce<Item extends { readonly id: string }>(
  session: Session,
  schema: z.ZodType<Page<Item>>,
  { path, query }: ListRequest,
  options: RequestOptions,
): Promise<Reading<Item>> {
  const items = new Map<string, Item>();
  const totals = new Set<number>();
  for (let number = 1; number <= maxPages;) {
    const pageQuery = { ...query, "page[number]": String(number), "page[size]": String(pageSize) };
    const { data, meta } = await session.read(schema, { method: "GET", path, query: pageQuery }, options);
    for (const one of data) items.set(one.id, one);
    const total = meta?.pagination?.["total-count"];
    if (total !== undefined) totals.add(total);
    const next = meta?.pagination?.["next-page"] ?? undefined;
    if (next === undefined) return { items, totals };
    if (next <= number) break;
    number = next;
  }
  throw endless(session.host);
}

function endless(host: string): RemoteError {
  return new RemoteError("API_PROTOCOL_BROKEN", `list of the management api at ${host} does not end`, {
    hint: errorCodes.API_PROTOCOL_BROKEN.nextStep,
  });
}
