// Functions of a provider, `provider::acme::parse("…")` in a configuration; OpenTofu 1.7.
import { InputError } from "../base/errors.ts";
import type { Log } from "./log.ts";
import type { Unknown } from "./unknown.ts";
import type { Type } from "./value-type.ts";

type MaybePromise<Value> = Value | Promise<Value>;

export interface ParameterOptions {
  /** Hands null to the function; otherwise the host refuses it. */
  readonly allowNull?: boolean;
  /** Hands unknown values to the function; otherwise the host answers unknown without a call. */
  readonly allowUnknown?: boolean;
  readonly description?: string;
}

export interface Parameter<Value = unknown> extends ParameterOptions {
  readonly name: string;
  readonly type: Type;
  readonly variadic: boolean;
  readonly value?: Value;
}

type Nullish<O> =
  | (O extends { readonly allowNull: true } ? null : never)
  | (O extends { readonly allowUnknown: true } ? Unknown : never);
type Argument<Known, Partial, O> = (O extends { readonly allowUnknown: true } ? Partial : Known) | Nullish<O>;

/** One argument of a function. */
export function parameter<Known, Partial, const O extends ParameterOptions = Record<never, never>>(
  name: string,
  type: Type<Known, Partial>,
  options?: O,
): Parameter<Argument<Known, Partial, O>> {
  return { ...options, name, type: type, variadic: false };
}

/** Any number of arguments, as the last parameter; the function gets an array. */
export function variadicParameter<Known, Partial, const O extends ParameterOptions = Record<never, never>>(
  name: string,
  type: Type<Known, Partial>,
  options?: O,
): Parameter<readonly Argument<Known, Partial, O>[]> {
  return { ...options, name, type: type, variadic: true };
}

type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: P[I] extends Parameter<infer V> ? V : never };

export interface FunctionContext {
  readonly log: Log;
}

export interface FunctionDefinition<P extends readonly Parameter[], Known, Partial> {
  readonly name: string;
  readonly summary?: string;
  /** Markdown. */
  readonly description?: string;
  readonly deprecation?: string;
  readonly parameters: P;
  readonly returns: Type<Known, Partial>;
  /** Must give the same result for the same arguments. @throws FunctionError for a wrong argument */
  call(...args: [...Arguments<P>, FunctionContext]): MaybePromise<Known | Partial | Unknown | null>;
}

/** Names the argument that is wrong; the host shows the text at that argument. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Counted from 0, each value of a variadic parameter for itself; undefined when it is about none. */
  readonly argument: number | undefined;

  constructor(message: string, argument?: number) {
    super(message);
    this.argument = argument;
  }
}

export interface ProviderFunction {
  readonly kind: "function";
  readonly definition: ErasedFunction;
}

/** A function as the bridge calls it. */
export interface ErasedFunction {
  readonly name: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecation?: string;
  readonly parameters: readonly Parameter[];
  readonly returns: Type;
  call(...args: unknown[]): unknown;
}

/**
 * A function with typed arguments.
 * @throws InputError INVALID_PROVIDER when a variadic parameter is not the last one
 */
export function defineFunction<const P extends readonly Parameter[], Known, Partial>(
  definition: FunctionDefinition<P, Known, Partial>,
): ProviderFunction {
  const variadicAt = definition.parameters.findIndex(({ variadic }) => variadic);
  if (variadicAt >= 0 && variadicAt < definition.parameters.length - 1) {
    throw new InputError("INVALID_PROVIDER", `${definition.name}: a variadic parameter is not the last one`);
  }
  return { kind: "function", definition: definition };
}
