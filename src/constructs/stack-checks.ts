// What synthesis checks once for each stack that declares integrations.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { toLine } from "./preflight/finding.ts";
import { findIntegrationProblems } from "./preflight/integration-checks.ts";
import { findSecretResource, hasScalrProvider, readProgram } from "./preflight/program-reader.ts";
import { targetVersionProblems } from "./target-versions.ts";

const installed: unique symbol = Symbol.for("scalr-oci/stack-checks");

const missingProvider =
  'the integrations of this stack have no Scalr provider, expected one; add: new ScalrProvider(this, "scalr");';

/** Has the construct's stack checked at synthesis; a second call for the same stack does nothing. */
export function ensureStackChecks(construct: IConstruct): void {
  const stack = cdk.TerraformStack.of(construct);
  if (installed in stack) return;
  Object.defineProperty(stack, installed, { value: true });
  stack.node.addValidation({ validate: () => stackProblems(stack) });
}

function stackProblems(stack: cdk.TerraformStack): string[] {
  const provider = hasScalrProvider(stack) ? [] : [missingProvider];
  const resource = findSecretResource(stack);
  const targets = resource === undefined ? [] : targetVersionProblems(resource);
  return [...provider, ...targets, ...findIntegrationProblems(readProgram(stack).integrations).map(toLine)];
}
