// The query of a list: `page[number]`, `page[size]`, `sort`, `filter[name]`. What is not known is not looked at.
import { integrationAttributeNames } from "../../api/documents.ts";
import { InputError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { type IntegrationQuery, type SortableColumn, sortableColumns } from "../store/store.ts";

/** Scalr's own. */
const defaultPageSize = 20;
/** More is not refused: the reply says how large the page is. */
const maxPageSize = 100;

export type RawQuery = Readonly<Record<string, unknown>>;

const columnOfSortName: ReadonlyMap<string, SortableColumn> = new Map(
  sortableColumns.map((column) => [column === "id" ? "id" : integrationAttributeNames[column], column]),
);

/** @throws InputError INVALID_PARAMETER, naming the parameter */
export function parseListQuery(query: RawQuery): IntegrationQuery {
  const size = Math.min(parsePositive(query, "page[size]", defaultPageSize), maxPageSize);
  const number = parsePositive(query, "page[number]", 1);
  return { name: findText(query, "filter[name]"), sort: parseSort(query), limit: size, offset: (number - 1) * size };
}

/** The only value of a parameter; the last one where it is repeated. */
export function findText(query: RawQuery, parameter: string): string | undefined {
  const value = query[parameter];
  const text: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof text === "string" ? text : undefined;
}

/** `meta.pagination` of a reply. */
export function paginationOf({ limit, offset }: IntegrationQuery, total: number) {
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
