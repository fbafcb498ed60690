// Diagnostics and paths to messages: sensitive values masked, each step of a path in the form that the schema tells.
import type { Call } from "../call.ts";
import type { Diagnostic } from "../diagnostics.ts";
import { formatPath, type Path } from "../path.ts";
import type { Shape } from "../value-type.ts";
import { type AttributePath, type Diagnostic as DiagnosticType, severity } from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import type { ValueProblem } from "../wire/value.ts";

export function encodeDiagnostics(call: Call): Encodable<typeof DiagnosticType>[] {
  return call.diagnostics.list.map((diagnostic) => encodeDiagnostic(diagnostic, call));
}

function encodeDiagnostic(diagnostic: Diagnostic, call: Call): Encodable<typeof DiagnosticType> {
  const { summary, detail, path = [] } = diagnostic;
  return {
    severity: severity[diagnostic.severity],
    summary: call.mask(summary),
    detail: call.mask(detail),
    attribute: path.length === 0 ? undefined : encodePath(call.shape, path),
  };
}

/**
 * The path as far as the shape goes and the protocol can say: elements of sets have no step. Undefined when nothing of it
 * is known, so that a host never fails over an attribute that does not exist.
 */
export function encodePath(shape: Shape | undefined, path: Path): Encodable<typeof AttributePath> | undefined {
  const steps: Encodable<typeof AttributePath>["steps"] & object[] = [];
  let current = shape;
  for (const step of path) {
    const [message, next] = encodeStep(current, step);
    if (message === undefined) break;
    steps.push(message);
    current = next;
  }
  return steps.length === 0 ? undefined : { steps };
}

type StepMessage = { attributeName: string } | { elementKeyString: string } | { elementKeyInt: number };

function encodeStep(shape: Shape | undefined, step: string | number): [StepMessage | undefined, Shape | undefined] {
  switch (shape?.kind) {
    case "object": {
      const field = shape.byName.get(String(step));
      return [field === undefined ? undefined : { attributeName: field.name }, field?.shape];
    }
    case "map":
      return [{ elementKeyString: String(step) }, shape.element];
    case "list":
      return [typeof step === "number" ? { elementKeyInt: step } : undefined, shape.element];
    case "tuple":
      return typeof step === "number" ? [{ elementKeyInt: step }, shape.elements[step]] : [undefined, undefined];
    default:
      return [undefined, undefined];
  }
}

/** Adds what the user's configuration holds and the schema's types cannot take. */
export function reportConfigProblems(call: Call, problems: readonly ValueProblem[]): void {
  for (const { path, message } of problems) {
    call.diagnostics.error({ summary: "Invalid value", detail: `"${formatPath(path)}": ${message}.`, path });
  }
}
