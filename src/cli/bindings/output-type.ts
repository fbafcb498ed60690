// Types of a module's outputs as TypeScript: a getter that returns a token of the type that is known, or `any`.
import type { ValueType } from "../../hcl/value-type.ts";

export interface OutputType {
  readonly text: string;
  /** Expression of a getter's body. */
  readonly get: string;
}

/** @param type undefined when it is not known @param output the module's name of it */
export function outputType(type: ValueType | undefined, output: string): OutputType {
  const name = JSON.stringify(output);
  const reference = `this.interpolationForOutput(${name})`;
  switch (type?.kind) {
    case undefined:
    case "any":
      return { text: "any", get: `this.get(${name})` };
    case "string":
      return { text: "string", get: `this.getString(${name})` };
    case "number":
      return { text: "number", get: `this.getNumber(${name})` };
    case "bool":
      return { text: "cdk.IResolvable", get: `this.getBoolean(${name})` };
    case "list":
      return listType(type.element, reference) ?? { text: "cdk.IResolvable", get: reference };
    case "set":
      // A set has no first element; the frameworks' lists have.
      return listType(type.element, `cdk.Fn.tolist(${reference})`) ?? { text: "cdk.IResolvable", get: reference };
    case "map":
      return mapType(type.element, reference) ?? { text: "cdk.IResolvable", get: reference };
    case "tuple":
    case "object":
      return { text: "cdk.IResolvable", get: reference };
  }
}

function listType({ kind }: ValueType, reference: string): OutputType | undefined {
  if (kind === "string") return { text: "string[]", get: `cdk.Token.asList(${reference})` };
  return kind === "number" ? { text: "number[]", get: `cdk.Token.asNumberList(${reference})` } : undefined;
}

function mapType({ kind }: ValueType, reference: string): OutputType | undefined {
  if (kind === "string") return { text: "{ [key: string]: string }", get: `cdk.Token.asStringMap(${reference})` };
  if (kind === "number") return { text: "{ [key: string]: number }", get: `cdk.Token.asNumberMap(${reference})` };
  return kind === "bool"
    ? { text: "{ [key: string]: boolean }", get: `cdk.Token.asBooleanMap(${reference})` }
    : undefined;
}
