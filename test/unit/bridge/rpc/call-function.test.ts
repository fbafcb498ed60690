// CallFunction and GetFunctions: typed arguments, null and unknown by the parameters' rules, errors at their argument.
import {
  defineFunction,
  FunctionError,
  intType,
  listOf,
  parameter,
  stringType,
  unknown,
  variadicParameter,
} from "../../../../src/bridge.ts";
import type { Shape } from "../../../../src/bridge/value-type.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import { thrownBy } from "../../../support/thrown.ts";
import { decodeDynamic, encodeDynamic, ProviderClient, providerOf } from "../support/provider-client.ts";

const join = defineFunction({
  name: "join",
  summary: "Joins texts",
  description: "Joins *texts* with a separator.",
  deprecation: "Use the built-in one.",
  parameters: [
    parameter("separator", stringType, { description: "What stands between." }),
    variadicParameter("parts", stringType),
  ],
  returns: stringType,
  call: (separator, parts) => {
    const bad = parts.findIndex((part) => part.includes(separator));
    if (bad >= 0) throw new FunctionError("holds the separator", 1 + bad);
    return parts.join(separator);
  },
});
const either = defineFunction({
  name: "either",
  parameters: [parameter("a", stringType, { allowNull: true, allowUnknown: true }), parameter("b", stringType)],
  returns: stringType,
  call: (a, b) => (a === unknown ? unknown : (a ?? b)),
});
const wrong = defineFunction({
  name: "wrong",
  parameters: [parameter("n", intType)],
  returns: listOf(stringType),
  call: (n) => {
    if (n === 0) throw new Error("boom");
    return [n] as never;
  },
});

const client = new ProviderClient(providerOf({ functions: [join, either, wrong] }));

async function call(name: string, ...values: readonly (readonly [Shape, unknown])[]) {
  const reply = await client.call("CallFunction", messages.CallFunctionRequest, messages.CallFunctionResponse, {
    name,
    arguments: values.map(([shape, value]) => encodeDynamic(shape, value)),
  });
  if (reply.error !== undefined) return `${reply.error.functionArgument ?? "-"}: ${reply.error.text}`;
  return decodeDynamic(name === "wrong" ? listOf(stringType) : stringType, reply.result);
}

const text = (value: unknown) => [stringType, value] as const;

describe("CallFunction", () => {
  it.each<[what: string, values: (readonly [Shape, unknown])[], result: unknown]>([
    ["no variadic arguments", [text("-")], ""],
    ["some", [text("-"), text("a"), text("b")], "a-b"],
    ["one that is wrong, counted for itself", [text("-"), text("a"), text("b-c")], "2: holds the separator"],
  ])("hands over %s", async (_what, values, result) => {
    expect(await call("join", ...values)).toBe(result);
  });

  it.each<[a: unknown, result: unknown]>([
    ["x", "x"],
    [null, "b"],
    [unknown, unknown],
  ])("hands over %s where the parameter allows it", async (a, result) => {
    expect(await call("either", text(a), text("b"))).toBe(result);
  });

  it.each<[what: string, name: string, values: (readonly [Shape, unknown])[], message: RegExp]>([
    ["a function that it does not have", "none", [], /^-: the provider has no function "none"$/],
    ["too many arguments", "either", [text("a"), text("b"), text("c")], /^-: either takes 2 arguments, got more$/],
    [
      "a number that does not fit",
      "wrong",
      [[{ kind: "number", form: "exact" }, 2n ** 60n]],
      /^0: got another number, expected a whole number/,
    ],
    ["what it throws", "wrong", [[intType, 0]], /^-: The provider failed while calling wrong: Error: boom/],
    [
      "a result of another type",
      "wrong",
      [[intType, 1]],
      /^-: wrong returned a wrong result: got a number, expected string/,
    ],
  ])("answers with an error for %s", async (_what, name, values, message) => {
    expect(await call(name, ...values)).toMatch(message);
  });

  it("is described by GetFunctions", async () => {
    const { functions } = await client.call("GetFunctions", messages.Empty, messages.GetFunctionsResponse, {});
    expect([...functions.keys()]).toEqual(["join", "either", "wrong"]);
    const described = functions.get("join");
    expect(described).toMatchObject({
      summary: "Joins texts",
      descriptionKind: 1,
      deprecationMessage: "Use the built-in one.",
      parameters: [{ name: "separator", description: "What stands between.", allowNullValue: false }],
      variadicParameter: { name: "parts" },
    });
    expect(Buffer.from(described?.return?.type ?? []).toString()).toBe('"string"');
    expect(functions.get("either")?.parameters[0]).toMatchObject({ allowNullValue: true, allowUnknownValues: true });
  });

  it("needs its variadic parameter to be the last one", () => {
    const parameters = [variadicParameter("a", stringType), parameter("b", stringType)] as const;
    const define = () => defineFunction({ name: "f", parameters, returns: stringType, call: () => "" });
    expect(thrownBy(define).code).toBe("INVALID_PROVIDER");
  });
});
