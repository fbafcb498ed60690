// What a provider tells the user: errors and warnings, each with a summary, a detail and the attribute it is about.
import { isScalrOciError } from "../base/errors.ts";
import type { Path } from "./path.ts";
import { describeThrown } from "./thrown.ts";

export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** One short line. */
  readonly summary: string;
  /** Sentences: what happened, what to do. */
  readonly detail: string;
  /** The attribute it is about; without one it is about the whole block. */
  readonly path?: Path | undefined;
}

export interface DiagnosticText {
  readonly summary: string;
  readonly detail?: string | undefined;
  /** An attribute's name, or its path from the outermost attribute inwards. */
  readonly path?: string | Path | undefined;
}

/** Collects what one call has to say. An error fails the call; warnings do not. */
export class Diagnostics {
  readonly #list: Diagnostic[] = [];

  get list(): readonly Diagnostic[] {
    return this.#list;
  }

  get hasErrors(): boolean {
    return this.#list.some((diagnostic) => diagnostic.severity === "error");
  }

  error(text: DiagnosticText): void {
    this.add({ ...text, severity: "error" });
  }

  warning(text: DiagnosticText): void {
    this.add({ ...text, severity: "warning" });
  }

  add(diagnostic: DiagnosticText & { readonly severity: Diagnostic["severity"] }): void {
    const { severity, summary, detail = "", path } = diagnostic;
    this.#list.push({ severity, summary, detail, path: typeof path === "string" ? [path] : path });
  }
}

/** Throw it to end a call with a diagnostic of your own. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostic: DiagnosticText;

  constructor(diagnostic: DiagnosticText, options?: { readonly cause?: unknown }) {
    super(diagnostic.summary, options);
    this.diagnostic = diagnostic;
  }
}

/** The diagnostic of something thrown: one's own as it is, errors of this package with their hint, anything else as the provider's bug. */
export function diagnosticOf(thrown: unknown, doing: string): DiagnosticText {
  if (thrown instanceof DiagnosticError) return thrown.diagnostic;
  if (isScalrOciError(thrown)) {
    const detail = thrown.hint === undefined ? "" : `${capitalize(thrown.hint)}.`;
    return { summary: capitalize(thrown.message), detail: `${detail} [${thrown.code}]`.trim(), path: pathOf(thrown) };
  }
  return { summary: `The provider failed while ${doing}`, detail: describeFailure(thrown) };
}

function pathOf(error: object): string | undefined {
  const { path } = error as { readonly path?: unknown };
  return typeof path === "string" ? path : undefined;
}

function describeFailure(thrown: unknown): string {
  return `${describeThrown(thrown)}\n\nThis is a bug in the provider. Please report it to its developers.`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
