// Lets a schema of zod, or of any other library, check a value; standardschema.dev, version 1. No such library is imported here.
import { InputError } from "../base/errors.ts";
import { Decimal } from "./decimal.ts";
import type { Path } from "./path.ts";
import { isUnknown, type Unknown } from "./unknown.ts";
import type { Finding, Inspector } from "./validator.ts";

/** What libraries of schemas have in common. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult | Promise<StandardResult>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

type StandardResult =
  { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A value as an attribute has it whose schema takes `Seen`: parts of it may be unknown, and what is optional there may be null. */
export type Shown<Seen> = Seen extends string | number | bigint | boolean | Decimal | null | undefined
  ? Seen
  : Seen extends readonly (infer Element)[]
    ? readonly (Shown<Element> | Unknown)[]
    : Seen extends object
      ? { readonly [Name in keyof Seen]-?: ShownPart<Seen[Name]> }
      : Seen;
type ShownPart<Part> = undefined extends Part
  ? Shown<Exclude<Part, undefined>> | Unknown | null
  : Shown<Part> | Unknown;

/** A schema that only checks: one that turns its input into something of another type does not compile. */
type Checking<Seen> = StandardSchema<Seen, Seen>;

/**
 * Checks a value by a schema: `string({ required: true, validators: [conformsTo(z.email(), "a mail address")] })`.
 * A value with parts that are not known yet is left alone until it is wholly known. What is null in an object is not there for the
 * schema. A schema may check asynchronously, but not change: the plan has to keep what is configured, so one that trims or fills in
 * makes the call fail with a message for the provider's author.
 * @param schema it, or a function that loads it when there is something to check for the first time: `() => import("./address.ts").then(…)`
 * @param what the demand in words, for the documentation
 * @throws InputError INVALID_PROVIDER for what is no schema
 */
export function conformsTo<Seen>(
  schema: Checking<Seen> | (() => Checking<Seen> | Promise<Checking<Seen>>),
  what = "conform to a schema",
): Inspector<Shown<Seen>> {
  let loaded: Promise<StandardSchema> | undefined;
  const load = async (): Promise<StandardSchema> => asSchema(await (schema as () => unknown)());
  const known = isSchema(schema) ? schema : undefined;
  if (known === undefined && typeof schema !== "function") asSchema(schema);
  return {
    description: what,
    inspect: ({ value, path }) => {
      if (holdsUnknown(value)) return [];
      if (known !== undefined) return inspect(known, value, path);
      return (loaded ??= load()).then((found) => inspect(found, value, path));
    },
  };
}

function asSchema(value: unknown): StandardSchema {
  if (isSchema(value)) return value;
  throw new InputError("INVALID_PROVIDER", "a value is no schema, expected one of a Standard Schema library", {
    hint: "zod has them from 3.24, valibot from 1.0, arktype from 2.0",
  });
}

/** Some libraries' schemas are functions. */
function isSchema(value: unknown): value is StandardSchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as Partial<StandardSchema>)["~standard"];
  return standard?.version === 1 && typeof standard.validate === "function";
}

function inspect(schema: StandardSchema, value: unknown, path: Path): readonly Finding[] | Promise<readonly Finding[]> {
  const input = plain(value);
  const result = schema["~standard"].validate(input);
  return result instanceof Promise ? result.then((late) => findings(late, input, path)) : findings(result, input, path);
}

function findings(result: StandardResult, input: unknown, path: Path): readonly Finding[] {
  if (result.issues !== undefined) {
    return result.issues.map((issue) => ({
      path: [...path, ...stepsOf(issue, input)],
      violation: `does not conform: ${issue.message.replace(/\.$/, "")}`,
    }));
  }
  if (isKept(input, result.value)) return [];
  throw new InputError("INVALID_PROVIDER", "a schema changes the value that it checks, expected one that only checks", {
    hint: "leave out what trims, coerces, transforms or fills in: the plan has to keep what is configured",
  });
}

/** Positions come as texts from some libraries. */
function stepsOf({ path = [] }: StandardIssue, input: unknown): Path {
  const steps: (string | number)[] = [];
  let current = input;
  for (const part of path) {
    const key = typeof part === "object" ? part.key : part;
    if (typeof key === "symbol") break;
    steps.push(Array.isArray(current) ? Number(key) : String(key));
    current = typeof current === "object" && current !== null ? (current as Record<string, unknown>)[key] : undefined;
  }
  return steps;
}

function holdsUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null || value instanceof Decimal) return false;
  return Object.values(value).some(holdsUnknown);
}

/** The value without the properties that are null, which stands in the configuration for what is not there. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || value instanceof Decimal) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([name, part]) => [name, plain(part)]));
}

/** True when all that came out went in. Properties that a schema does not know may be left out: only the rest is checked. */
function isKept(input: unknown, output: unknown): boolean {
  if (Object.is(input, output)) return true;
  if (Array.isArray(input)) {
    if (!Array.isArray(output) || input.length !== output.length) return false;
    return input.every((element, index) => isKept(element, output[index]));
  }
  if (typeof input !== "object" || input === null || input instanceof Decimal) return false;
  if (typeof output !== "object" || output === null || Array.isArray(output)) return false;
  return Object.entries(output).every(
    ([name, part]) =>
      part === undefined || (Object.hasOwn(input, name) && isKept((input as Record<string, unknown>)[name], part)),
  );
}
