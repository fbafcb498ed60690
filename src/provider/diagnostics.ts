// The one border from our errors to what OpenTofu shows: a summary by kind, the message, the next step, the code, the attribute.
import { apiErrorDetails, findIntegrationAttribute, textOfDetail } from "../api/error-details.ts";
import { errorCodes, type ErrorKind } from "../base/error-codes.ts";
import { type InputError, type ScalrOciError, toScalrOciError } from "../base/errors.ts";
import { DiagnosticError, type Diagnostics, type DiagnosticText } from "../bridge/diagnostics.ts";

const summaries: Readonly<Record<ErrorKind, string>> = {
  input: "Invalid value",
  auth: "Token refused",
  "not-found": "Docker integration not found",
  conflict: "Conflict with another Docker integration",
  remote: "Request refused by the management API",
  transient: "Management API not available",
  internal: "Bug in the provider",
};

/** Attributes of integrations and of the provider as configurations spell them. */
const attributes: Readonly<Record<string, string>> = {
  name: "name",
  registryUrl: "registry_url",
  username: "username",
  password: "password",
  exportCredentials: "export_credentials",
};

/** A dot or a port within the first word: `ghcr.io`, `localhost:5000`. */
const beginsWithHost = /^[^\s.:]+[.:]\w/;

export interface ErrorContext {
  /** What the user asked for, as `creating the integration "ghcr"`. */
  readonly doing: string;
  /** The attribute that holds the password in this configuration. */
  readonly passwordAttribute?: "password" | "password_wo" | undefined;
}

/** At least one diagnostic: one for each error object of the API's reply, most useful first. */
export function toDiagnostics(thrown: unknown, context: ErrorContext): [DiagnosticText, ...DiagnosticText[]] {
  const error = toScalrOciError(thrown);
  const [, ...others] = apiErrorDetails(error);
  const nextStep = error.hint ?? errorCodes[error.code].nextStep;
  return [
    {
      summary: summaries[error.kind],
      detail: `${paragraphs(`${error.message}, while ${context.doing}`, nextStep)}\n\nError code: ${error.code}`,
      path: pathOf(error, context),
    },
    ...others.map((other) => ({
      summary: summaries[error.kind],
      detail: paragraphs(textOfDetail(other) ?? "the management API said no more", other.hint),
      path: attributeAt(other.pointer, context),
    })),
  ];
}

/** What a call of the provider hands to its work. */
interface Reporting {
  readonly diagnostics: Diagnostics;
  readonly signal: AbortSignal;
}

/** Runs the work of one call; what it throws ends the call with diagnostics. */
export async function withDiagnostics<Result>(
  { diagnostics, signal }: Reporting,
  context: ErrorContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DiagnosticError) throw thrown;
    if (signal.aborted) throw interrupted(context, thrown);
    const [first, ...others] = toDiagnostics(thrown, context);
    // The bridge adds what is thrown behind what is there already.
    if (others.length === 0) throw new DiagnosticError(first, { cause: thrown });
    diagnostics.error(first);
    for (const other of others.slice(0, -1)) diagnostics.error(other);
    throw new DiagnosticError(others.at(-1) ?? first, { cause: thrown });
  }
}

function interrupted({ doing }: ErrorContext, cause: unknown): DiagnosticError {
  return new DiagnosticError({ summary: "Interrupted", detail: `Interrupted while ${doing}.` }, { cause });
}

/** Only input has a place; a pointer comes from the API, anything else from our own checks. */
function pathOf(error: ScalrOciError, context: ErrorContext): string | undefined {
  const [first] = apiErrorDetails(error);
  if (first?.pointer !== undefined) return attributeAt(first.pointer, context);
  const path = error.kind === "input" ? (error as unknown as InputError).path : undefined;
  return path !== undefined && /^[a-z_]+$/.test(path) ? path : undefined;
}

function attributeAt(pointer: string | undefined, { passwordAttribute }: ErrorContext): string | undefined {
  const attribute = attributes[findIntegrationAttribute(pointer) ?? ""];
  return attribute === "password" ? passwordAttribute : attribute;
}

function paragraphs(...texts: readonly (string | undefined)[]): string {
  return texts
    .filter((text) => text !== undefined)
    .map((text) => `${sentence(text)}.`)
    .join("\n\n");
}

/** Begins with a capital, unless it begins with a host's name, and ends without a full stop. */
function sentence(text: string): string {
  const first = beginsWithHost.test(text) ? text.charAt(0) : text.charAt(0).toUpperCase();
  return first + text.slice(1).replace(/\.$/, "");
}
