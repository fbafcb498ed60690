// The line that cdktn programs need for write-only attributes; cdktn 0.24, "targetVersions". cdktf has no such check.
import type { IConstruct } from "constructs";

const line = 'new App({ context: { targetVersions: { opentofu: ">=1.11.0" } } })';

/**
 * @param resource one with a write-only attribute, whose only validations are those of the framework; targets are a stack's, so one
 *   resource of a stack tells for all
 * @returns what to do when the framework refuses it; to be asked at synthesis, when the framework has looked at the attributes
 */
export function targetVersionProblems(resource: IConstruct): string[] {
  if (resource.node.validate().length === 0) return [];
  return [`secrets need OpenTofu 1.11 or newer, and the app does not say that it targets that; write ${line}`];
}
