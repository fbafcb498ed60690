// Reads the error objects of a refused request; https://jsonapi.org/format/1.0/#error-objects. All of them are kept.
import type { Secret } from "../base/secret.ts";
import { errorDocumentSchema } from "./documents.ts";
import type { ApiErrorDetail } from "./error-details.ts";
import { scrub } from "./scrub.ts";

/** What a reply's body says, most useful first; undefined when it is no JSON:API error document. */
export function findErrorDetails(body: string, secrets: readonly Secret[]): readonly ApiErrorDetail[] | undefined {
  const document = errorDocumentSchema.safeParse(parseJson(body));
  if (!document.success) return undefined;
  return document.data.errors.map(({ status, code, title, detail, source }) => {
    const [text, hint] = splitHint(detail);
    const clean = (foreign: string | undefined) => (foreign === undefined ? undefined : scrub(foreign, secrets));
    return {
      status: clean(status),
      code: clean(code),
      title: clean(title),
      detail: clean(text),
      hint: clean(hint),
      pointer: clean(source?.pointer),
      parameter: clean(source?.parameter),
    };
  });
}

/** The JSON value of a text, or undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function splitHint(detail: string | undefined): [text: string | undefined, hint: string | undefined] {
  const at = detail?.indexOf("\n") ?? -1;
  if (detail === undefined || at === -1) return [detail, undefined];
  return [detail.slice(0, at), detail.slice(at + 1).trim() || undefined];
}
