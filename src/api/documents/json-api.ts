// The envelope that all documents of the management API share; JSON:API v1.0, https://jsonapi.org/format/1.0/.
import * as z from "zod";

/** Content type of every request and reply with a body, but for the Docker auth configuration. */
export const jsonApiMediaType = "application/vnd.api+json";

/** A date and time with its offset, RFC 3339 section 5.6. */
export const timestampSchema = z.iso.datetime({
  offset: true,
  error: "expected a date and time as 2030-01-31T12:00:00Z",
});

/** Text or, from servers that are not strict, a number; anything else counts as not given. */
const looseText = z
  .union([z.string(), z.number().transform(String)])
  .optional()
  .catch(undefined);

/** One error object; what a server leaves out or spells in another form is undefined. */
export const errorObjectSchema = z.object({
  status: looseText,
  code: looseText,
  title: looseText,
  detail: looseText,
  source: z.object({ pointer: looseText, parameter: looseText }).optional().catch(undefined),
});

/** The document of a refused request: at least one error object, the most useful one first. */
export const errorDocumentSchema = z.object({ errors: z.array(errorObjectSchema).min(1) });

export type ErrorDocument = z.infer<typeof errorDocumentSchema>;

/** An error object as our server writes it: `status` is text, Scalr's clients cannot decode a number. */
export interface ErrorObject {
  readonly status: string;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly source?: { readonly pointer: string } | { readonly parameter: string };
}

const pageNumber = z.number().int().positive();
const optionalPageNumber = pageNumber.nullable().optional().catch(undefined);

/** `meta.pagination` of a list. Pages count from 1; the neighbours are null at the ends. Only `next-page` has to be right. */
export const paginationSchema = z.object({
  "current-page": optionalPageNumber,
  "page-size": optionalPageNumber,
  "prev-page": optionalPageNumber,
  "next-page": pageNumber.nullable().optional(),
  "total-pages": z.number().int().min(0).optional().catch(undefined),
  "total-count": z.number().int().min(0).optional().catch(undefined),
});

export type Pagination = z.infer<typeof paginationSchema>;

/** A list of one kind of resource. A server that does not page leaves `meta` out. */
export function listSchema<Resource extends z.ZodType>(resource: Resource) {
  return z.object({
    data: z.array(resource),
    meta: z.object({ pagination: paginationSchema.optional() }).optional(),
  });
}

/** A document with one resource. */
export function documentSchema<Resource extends z.ZodType>(resource: Resource) {
  return z.object({ data: resource });
}

/** Rewrites the names of attributes by a table; what is undefined is left out, null stays. */
export function renameAttributes(
  attributes: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const [from, to] of Object.entries(names)) {
    if (attributes[from] !== undefined) renamed[to] = attributes[from];
  }
  return renamed;
}
