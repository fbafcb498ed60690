// Plans one change of one resource, in the order of terraform-plugin-framework's PlanResourceChange.
import type { Call } from "./call.ts";
import { findPlanProblems, type PlannedTrio } from "./plan-consistency.ts";
import type { Path } from "./path.ts";
import { modifyAttributes } from "./modify-attributes.ts";
import type { PrivateState } from "./private-state.ts";
import { isUnchanged, withDefaults, withSemanticEquality, withUnknowns } from "./proposed-plan.ts";
import { reportProviderBug } from "./provider-bug.ts";
import type { ErasedResource, Values } from "./resource.ts";
import { isUnknown } from "./unknown.ts";
import { equalValues } from "./value-equality.ts";

export interface PlanRequest {
  readonly resource: ErasedResource;
  /** Null when the object is to be destroyed. */
  readonly config: Values | null;
  /** Null when the object is to be created. */
  readonly prior: Values | null;
  readonly proposed: Values | null;
  /** The prior private state; changes to it are part of the plan. */
  readonly private: PrivateState;
}

export interface PlannedChange {
  readonly planned: Values | null;
  readonly requiresReplace: readonly Path[];
}

/** The planned state. Errors are in the call's diagnostics; the plan is then of no use. */
export async function planChange(request: PlanRequest, call: Call): Promise<PlannedChange> {
  const { config, prior, proposed } = request;
  const replace = new ReplaceList();
  if (config === null || proposed === null) {
    if (prior !== null) await modifyWhole(request, null, call, replace);
    return { planned: null, requiresReplace: replace.paths };
  }
  const planned = await planConfigured({ ...request, config, proposed }, call, replace);
  if (!call.diagnostics.hasErrors) reportInconsistencies(request.resource, { config, planned, prior }, call);
  return { planned, requiresReplace: replace.paths };
}

interface ConfiguredRequest extends PlanRequest {
  readonly config: Values;
  readonly proposed: Values;
}

async function planConfigured(request: ConfiguredRequest, call: Call, replace: ReplaceList): Promise<Values> {
  const { resource, config, prior } = request;
  const { shape } = resource.schema;
  let planned = withDefaults(shape, request.proposed, config);
  if (prior !== null) planned = withSemanticEquality(shape, planned, prior);
  // Only when something differs: what the provider sets would otherwise change in every plan.
  if (!isUnchanged(shape, planned, prior)) planned = withUnknowns(shape, planned, config);
  planned = modifyAttributes({ shape, config, planned, prior, private: request.private, call, replace });
  if (call.diagnostics.hasErrors) return planned;
  planned = (await modifyWhole(request, planned, call, replace)) ?? planned;
  if (resource.update === undefined && prior !== null) replaceWhatChanged(request, planned, prior, replace);
  return planned;
}

async function modifyWhole(
  request: PlanRequest,
  plan: Values | null,
  call: Call,
  replace: ReplaceList,
): Promise<Values | undefined> {
  const { resource, config, prior } = request;
  if (resource.modifyPlan === undefined) return undefined;
  const action = plan === null ? "destroy" : prior === null ? "create" : "update";
  const context = { ...call.context, action, config, plan, state: prior, private: request.private };
  const requireReplace = (path: string | Path) => replace.add(typeof path === "string" ? [path] : path);
  const modified = await call.guard("planning", () => resource.modifyPlan?.({ ...context, requireReplace }));
  if (plan === null && modified !== null && modified !== undefined) {
    reportProviderBug(
      call,
      resource.type,
      [],
      "the plan of a destruction was changed, expected nothing to be returned",
    );
  }
  return modified ?? undefined;
}

/** Without an update, whatever changes replaces the object; what only the provider sets follows from that. */
function replaceWhatChanged(request: ConfiguredRequest, planned: Values, prior: Values, replace: ReplaceList): void {
  for (const { name, shape } of request.resource.schema.shape.fields) {
    const isProvidersOwn = isUnknown(planned[name]) && request.config[name] === null;
    if (!isProvidersOwn && !equalValues(shape, planned[name], prior[name])) replace.add([name]);
  }
}

function reportInconsistencies(resource: ErasedResource, values: PlannedTrio, call: Call): void {
  for (const { path, message } of findPlanProblems(resource.schema.shape, values)) {
    reportProviderBug(call, resource.type, path, message);
  }
}

/** The attributes whose change replaces the object, each once, in order. */
export class ReplaceList {
  readonly #paths = new Map<string, Path>();

  add(path: Path): void {
    this.#paths.set(JSON.stringify(path), path);
  }

  get paths(): readonly Path[] {
    return [...this.#paths].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
  }
}
