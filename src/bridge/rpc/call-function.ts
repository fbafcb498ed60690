// GetFunctions and CallFunction. Errors of functions have their own message, at an argument where there is one.
import type { Call } from "../call.ts";
import { diagnosticOf } from "../diagnostics.ts";
import { callFunction as callOf } from "../call-function.ts";
import { type ErasedFunction, FunctionError, type Parameter } from "../function.ts";
import { stackOf } from "../thrown.ts";
import {
  CallFunctionRequest,
  CallFunctionResponse,
  type DynamicValueMessage,
  Empty,
  type FunctionError as FunctionErrorType,
  GetFunctionsResponse,
} from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import { decodeValue, encodeValue, type ValueProblem } from "../wire/value.ts";
import { rpc } from "./rpc.ts";
import { encodeFunction } from "./schema-messages.ts";

export const getFunctions = rpc({
  name: "GetFunctions",
  request: Empty,
  response: GetFunctionsResponse,
  run: (_request, _call, { provider }) => ({
    functions: new Map([...provider.functions].map(([name, definition]) => [name, encodeFunction(definition)])),
  }),
});

export const callFunction = rpc({
  name: "CallFunction",
  request: CallFunctionRequest,
  response: CallFunctionResponse,
  run: async (request, call, { provider }) => {
    const definition = provider.functions.get(request.name);
    if (definition === undefined) return { error: { text: `the provider has no function "${request.name}"` } };
    call.about(request.name, definition.returns);
    try {
      const values = decodeArguments(definition, request.arguments);
      return { result: encodeResult(definition, await callOf(definition, values, call.log)) };
    } catch (thrown) {
      return { error: encodeError(thrown, call, definition) };
    }
  },
});

function decodeArguments(definition: ErasedFunction, values: readonly DynamicValueMessage[]): unknown[] {
  return values.map((message, index) => {
    const problems: ValueProblem[] = [];
    const value = decodeValue(parameterAt(definition, index).type, message.msgpack, problems);
    if (problems[0] !== undefined) throw new FunctionError(problems[0].message, index);
    return value;
  });
}

function parameterAt({ name, parameters }: ErasedFunction, index: number): Parameter {
  const last = parameters.at(-1);
  const parameter = parameters[index] ?? (last?.variadic === true ? last : undefined);
  if (parameter === undefined) throw new FunctionError(`${name} takes ${parameters.length} arguments, got more`);
  return parameter;
}

function encodeResult({ name, returns }: ErasedFunction, result: unknown): { readonly msgpack: Uint8Array } {
  const problems: ValueProblem[] = [];
  const msgpack = encodeValue(returns, result, { unknowns: "allowed", problems });
  if (problems[0] === undefined) return { msgpack };
  throw new FunctionError(`${name} returned a wrong result: ${problems[0].message}. This is a bug in the provider.`);
}

function encodeError(thrown: unknown, call: Call, { name }: ErasedFunction): Encodable<typeof FunctionErrorType> {
  if (thrown instanceof FunctionError) return { text: call.mask(thrown.message), functionArgument: thrown.argument };
  const { summary, detail } = diagnosticOf(thrown, `calling ${name}`);
  call.log.error("the function threw", () => ({ error: stackOf(thrown) }));
  return { text: call.mask(detail === undefined || detail === "" ? summary : `${summary}: ${detail}`) };
}
