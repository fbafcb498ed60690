// The query of a list: `page[number]`, `page[size]`, `sort`, and filters. What is not known is not looked at.
import { integrationAttributeNames, timestampSchema } from "../../api/documents.ts";
import { InputError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { type AuditQuery, type IntegrationQuery, type SortableColumn, sortableColumns } from "../store/store.ts";

/** Scalr's own. */
const defaultPageSize = 20;
/** More is not refused: the reply says how large the page is. */
const maxPageSize = 100;

type Page = Pick<IntegrationQuery, "limit" | "offset">;
export type RawQuery = Readonly<Record<string, unknown>>;

const columnOfSortName: ReadonlyMap<string, SortableColumn> = new Map(
  sortableColumns.map((column) => [column === "id" ? "id" : integrationAttributeNames[column], column]),
);

/** @throws InputError INVALID_PARAMETER, naming the parameter */
export function parseListQuery(query: RawQuery): IntegrationQuery {
  return { name: findText(query, "filter[name]"), sort: parseSort(query), ...parsePage(query) };
}

/**
 * `filter[since]` (RFC 3339), `filter[host]` and the page of the audit trail.
 * @throws InputError INVALID_PARAMETER, naming the parameter
 */
export function parseAuditQuery(query: RawQuery): AuditQuery {
  return { since: parseSince(query), host: parseHost(query), ...parsePage(query) };
}

/** The only value of a parameter; the last one where it is repeated. */
export function findText(query: RawQuery, parameter: string): string | undefined {
  const value = query[parameter];
  const text: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof text === "string" ? text : undefined;
}

/** `meta.pagination` of a reply. */
export function paginationOf({ limit, offset }: Page, total: number) {
  const current = offset / limit + 1;
  const last = Math.max(1, Math.ceil(total / limit));
  return {
    "current-page": current,
    "page-size": limit,
    "prev-page": current > 1 ? Math.min(current - 1, last) : null,
    "next-page": current < last ? current + 1 : null,
    "total-pages": last,
    "total-count": total,
  };
}

function parsePage(query: RawQuery): Page {
  const limit = Math.min(parsePositive(query, "page[size]", defaultPageSize), maxPageSize);
  const number = parsePositive(query, "page[number]", 1);
  return { limit, offset: (number - 1) * limit };
}

function parseSince(query: RawQuery): number | undefined {
  const text = findText(query, "filter[since]");
  if (text === undefined || text === "") return undefined;
  if (timestampSchema.safeParse(text).success) return Date.parse(text);
  const expected = "a time as 2030-01-31T12:00:00Z";
  throw invalid("filter[since]", `filter[since] is not valid, got ${printable(text)}, expected ${expected}`);
}

function parseHost(query: RawQuery): string | undefined {
  const text = findText(query, "filter[host]");
  if (text === undefined || text === "") return undefined;
  const host = findRegistryHost(text);
  if (host !== undefined) return host.credentialKey;
  throw invalid("filter[host]", `filter[host] is not valid, got ${printable(text)}, expected HOST[:PORT]`);
}

function parsePositive(query: RawQuery, parameter: string, fallback: number): number {
  const text = findText(query, parameter);
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw invalid(parameter, `${parameter} is not valid, got ${printable(text)}, expected a whole number from 1`);
}

function parseSort(query: RawQuery): IntegrationQuery["sort"] {
  const names = (findText(query, "sort") ?? "").split(",").filter((name) => name !== "");
  return names.map((name) => {
    const descending = name.startsWith("-");
    const column = columnOfSortName.get(descending ? name.slice(1) : name);
    if (column !== undefined) return { column, descending };
    const expected = [...columnOfSortName.keys()].join(", ");
    throw invalid(
      "sort",
      `sort is not valid, got ${printable(name)}, expected ${expected}, each with - for descending`,
    );
  });
}

function invalid(parameter: string, message: string): InputError {
  return new InputError("INVALID_PARAMETER", message, { path: parameter });
}
