// zod's issues in our words, with the JSON pointer or parameter they belong to. Never the value.
import type { ErrorCode } from "../../base/error-codes.ts";

export interface ValidationIssue {
  readonly status: 400 | 422;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly source?: { readonly pointer: string } | { readonly parameter: string };
}

/** What the zod type provider makes of an issue. */
interface ProvidedIssue {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Issues of attributes before those of the document around them: a user can do something about the former. */
export function fromIssues(provided: readonly unknown[], context: string | undefined): ValidationIssue[] {
  const issues = (provided as readonly ProvidedIssue[]).flatMap((issue) => fromIssue(issue, context));
  return issues.toSorted((one, other) => other.status - one.status);
}

function fromIssue(issue: ProvidedIssue, context: string | undefined): ValidationIssue[] {
  const path = issue.instancePath.replace(/\/$/, "");
  if (context !== "body") {
    const parameter = path.slice(1);
    const detail = describe(issue, `parameter ${parameter}`);
    return [{ status: 400, code: "INVALID_PARAMETER", detail, source: { parameter } }];
  }
  const isAttribute = path.startsWith("/data/attributes/");
  const subject = path.split("/").at(-1) || "body";
  return [
    {
      status: isAttribute ? 422 : 400,
      code: isAttribute ? "INVALID_ATTRIBUTE" : "INVALID_REQUEST",
      detail: describe(issue, subject),
      source: { pointer: path },
    },
  ];
}

/** The schema's own words; zod's where it has none of its own say nothing but the type. */
function describe({ keyword, params, message }: ProvidedIssue, subject: string): string {
  const isOwn = !/^(?:Invalid|Too|Unrecognized)/.test(message);
  if (isOwn) return message;
  return keyword === "invalid_type"
    ? `${subject} is missing or of another type, expected ${String(params["expected"])}`
    : `${subject} is not valid`;
}
