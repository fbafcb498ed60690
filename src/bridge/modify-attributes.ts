// Runs the plan modifiers of all attributes, outer ones before those inside.
import type { Call } from "./call.ts";
import { findContent, mapNested } from "./nested-values.ts";
import { formatPath, type Path } from "./path.ts";
import type { ReplaceList } from "./plan.ts";
import type { PrivateState } from "./private-state.ts";
import type { Values } from "./resource.ts";
import { equalValues } from "./value-equality.ts";
import type { FieldShape, ObjectShape } from "./value-type.ts";

export interface ModifyRequest {
  readonly shape: ObjectShape;
  readonly config: Values;
  readonly planned: Values;
  readonly prior: Values | null;
  readonly private: PrivateState;
  readonly call: Call;
  readonly replace: ReplaceList;
}

/** The plan after all attribute plan modifiers; what they throw is in the call's diagnostics. */
export function modifyAttributes(request: ModifyRequest): Values {
  const { shape, planned, config, prior } = request;
  return modifyFields(request, shape, [], { planned, config, prior: prior ?? undefined });
}

interface Trio {
  readonly planned: Values;
  readonly config: Values | undefined;
  readonly prior: Values | undefined;
}

function modifyFields(request: ModifyRequest, shape: ObjectShape, path: Path, values: Trio): Values {
  const result: Record<string, unknown> = { ...values.planned };
  for (const field of shape.fields) {
    const at = [...path, field.name];
    const value = modifyField(request, field, at, values);
    const others = [values.config?.[field.name], values.prior?.[field.name]];
    const content = findContent(field);
    result[field.name] =
      content === undefined
        ? value
        : mapNested(field.shape, content, value, others, (item) =>
            modifyFields(request, content, item.step === undefined ? at : [...at, item.step], {
              planned: item.value,
              config: item.others[0],
              prior: item.others[1],
            }),
          );
  }
  return result;
}

function modifyField(request: ModifyRequest, field: FieldShape, path: Path, values: Trio): unknown {
  let plan = values.planned[field.name];
  const state = values.prior?.[field.name] ?? null;
  for (const modifier of field.attribute?.options.planModifiers ?? []) {
    const context = {
      path,
      action: request.prior === null ? ("create" as const) : ("update" as const),
      config: values.config?.[field.name] ?? null,
      plan,
      state,
      hasPrior: values.prior !== undefined,
      isChanged: request.prior === null || !equalValues(field.shape, plan, state),
      private: request.private,
      diagnostics: request.call.diagnostics,
      requireReplace: () => request.replace.add(path),
    };
    try {
      plan = modifier.modify(context);
    } catch (thrown) {
      request.call.fail(thrown, `planning "${formatPath(path)}"`);
    }
  }
  return plan;
}
