// The rules that the host enforces on plans and results, checked before it does; OpenTofu internal/plans/objchange, plan_valid.go and compatible.go.
import { findContent, nestedItems } from "./nested-values.ts";
import type { Path } from "./path.ts";
import type { Values } from "./resource.ts";
import { isUnknown } from "./unknown.ts";
import { equalValues } from "./value-equality.ts";
import type { FieldShape, ObjectShape, Shape } from "./value-type.ts";

export interface Inconsistency {
  readonly path: Path;
  readonly message: string;
}

export interface PlannedTrio {
  readonly config: Values;
  readonly planned: Values;
  readonly prior: Values | null;
}

/** What in a plan contradicts the configuration. */
export function findPlanProblems(shape: ObjectShape, values: PlannedTrio, path: Path = []): Inconsistency[] {
  return shape.fields.flatMap((field) => {
    const trio = {
      config: values.config[field.name],
      planned: values.planned[field.name],
      prior: values.prior?.[field.name] ?? null,
    };
    const at = [...path, field.name];
    return field.block === undefined ? attributeProblems(field, trio, at) : blockProblems(field, trio, at);
  });
}

interface FieldTrio {
  readonly config: unknown;
  readonly planned: unknown;
  readonly prior: unknown;
}

function attributeProblems(field: FieldShape, { config, planned, prior }: FieldTrio, path: Path): Inconsistency[] {
  const { computed = false, optional = false, writeOnly = false } = field.attribute?.options ?? {};
  if (equalValues(field.shape, planned, config)) return [];
  const keepsPrior = !isNull(prior) && !isNull(config) && equalValues(field.shape, planned, prior);
  if (keepsPrior || writeOnly || (computed && (!optional || isNull(config)))) return [];
  if (isNull(config)) {
    return [
      { path, message: "a value is planned that nobody configured, expected null: the attribute is not computed" },
    ];
  }
  const content = findContent(field);
  if (content !== undefined && isKnown(planned))
    return nestedProblems(field, content, { config, planned, prior }, path);
  return [{ path, message: "the planned value is neither the configured one nor that of the state" }];
}

function blockProblems(field: FieldShape, values: FieldTrio, path: Path): Inconsistency[] {
  const content = findContent(field);
  if (content === undefined || equalValues(field.shape, values.planned, values.config)) return [];
  if (isUnknown(values.config)) return [{ path, message: "blocks are planned that are unknown in the configuration" }];
  if (!isKnown(values.planned))
    return [{ path, message: "the planned blocks are unknown or null, expected as many as configured" }];
  return nestedProblems(field, content, values, path);
}

function nestedProblems(field: FieldShape, content: ObjectShape, values: FieldTrio, path: Path): Inconsistency[] {
  const { config, planned, prior } = values;
  if (sizeOf(field.shape, config) !== sizeOf(field.shape, planned)) {
    return [{ path, message: "another number of objects is planned than configured" }];
  }
  // Elements of sets cannot be matched with certainty, so the host does not compare them either.
  if (field.shape.kind === "set") return [];
  return nestedItems(field.shape, content, planned, [config, prior]).flatMap((item) => {
    const [configured, before] = item.others;
    const at = item.step === undefined ? path : [...path, item.step];
    if (configured === undefined) return [];
    return findPlanProblems(content, { config: configured, planned: item.value, prior: before ?? null }, at);
  });
}

function sizeOf(shape: Shape, value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return shape.kind === "map" && isKnown(value) ? Object.keys(value as Values).length : 1;
}

/** What after apply is not what was planned: everything that was known has to come back as it was. */
export function findResultProblems(shape: Shape, planned: unknown, result: unknown, path: Path = []): Inconsistency[] {
  if (isUnknown(planned)) return [];
  if (isNull(planned) && isNull(result)) return [];
  if (isNull(planned)) return [{ path, message: "null was planned, but a value came back" }];
  if (isNull(result)) return [{ path, message: "a value was planned, but null came back" }];
  // A value of another type than the schema says is reported when it is encoded.
  const sameKind = typeof planned === typeof result && Array.isArray(planned) === Array.isArray(result);
  if (shape.kind !== "number" && !sameKind) return [];
  switch (shape.kind) {
    case "object":
      return shape.fields.flatMap((field) => {
        // Write-only values are null on both sides, whatever the provider returned.
        if (field.attribute?.options.writeOnly === true) return [];
        return findResultProblems(field.shape, (planned as Values)[field.name], (result as Values)[field.name], [
          ...path,
          field.name,
        ]);
      });
    case "list":
      return listProblems(shape.element, planned as readonly unknown[], result as readonly unknown[], path);
    case "map":
      return mapProblems(shape.element, planned as Values, result as Values, path);
    case "set":
      return setProblems(shape.element, planned as readonly unknown[], result as readonly unknown[], path);
    default:
      return equalValues(shape, planned, result) ? [] : [{ path, message: "another value came back than was planned" }];
  }
}

function listProblems(
  element: Shape,
  planned: readonly unknown[],
  result: readonly unknown[],
  path: Path,
): Inconsistency[] {
  if (planned.length !== result.length) {
    return [{ path, message: `${result.length} elements came back, but ${planned.length} were planned` }];
  }
  return planned.flatMap((value, index) => findResultProblems(element, value, result[index], [...path, index]));
}

function mapProblems(element: Shape, planned: Values, result: Values, path: Path): Inconsistency[] {
  const strangers = Object.keys(result).filter((key) => !Object.hasOwn(planned, key));
  return [
    ...strangers.map((key) => ({ path: [...path, key], message: "a key came back that was not planned" })),
    ...Object.keys(planned).flatMap((key) => findResultProblems(element, planned[key], result[key], [...path, key])),
  ];
}

/** Elements may coincide once they are known, but none may be new, and none that was planned may be missing. */
function setProblems(
  element: Shape,
  planned: readonly unknown[],
  result: readonly unknown[],
  path: Path,
): Inconsistency[] {
  const fits = (value: unknown, other: unknown) => findResultProblems(element, value, other).length === 0;
  const isSubset = result.every((other) => planned.some((value) => fits(value, other)));
  const isComplete = planned.every((value) => result.some((other) => fits(value, other)));
  if (isSubset && isComplete && result.length <= planned.length) return [];
  return [{ path, message: "other elements came back than were planned" }];
}

function isNull(value: unknown): boolean {
  return value === null || value === undefined;
}

function isKnown(value: unknown): boolean {
  return !isNull(value) && !isUnknown(value);
}
