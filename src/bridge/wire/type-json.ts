// Types as cty writes them in JSON: "string", ["list", "string"], ["object", {"a": "bool"}]; go-cty cty/json/type.go.
import { RemoteError } from "../../base/errors.ts";
import { boolType, dynamicType, objectShape, type Shape, stringType } from "../value-type.ts";

export type TypeJson = string | readonly [kind: string, of: unknown];

/** Types in configurations are a few levels deep; more is an attack on the stack. */
const maxDepth = 200;

export function shapeToJson(shape: Shape): TypeJson {
  switch (shape.kind) {
    case "string":
    case "bool":
    case "number":
    case "dynamic":
      return shape.kind;
    case "list":
    case "set":
    case "map":
      return [shape.kind, shapeToJson(shape.element)];
    case "tuple":
      return ["tuple", shape.elements.map(shapeToJson)];
    case "object":
      return ["object", Object.fromEntries(shape.fields.map((field) => [field.name, shapeToJson(field.shape)]))];
  }
}

const encoder = new TextEncoder();
const encoded = new WeakMap<Shape, Uint8Array>();

/** The JSON text of a type, as schemas and dynamic values carry it. */
export function encodeShape(shape: Shape): Uint8Array {
  const known = encoded.get(shape);
  if (known !== undefined) return known;
  const bytes = encoder.encode(JSON.stringify(shapeToJson(shape)));
  encoded.set(shape, bytes);
  return bytes;
}

/** @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the text is no type */
export function decodeShape(text: string): Shape {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw malformed(cause);
  }
  return shapeFromJson(json);
}

/** @throws RemoteError PLUGIN_MESSAGE_MALFORMED when the JSON is no type */
export function shapeFromJson(json: unknown, depth = 0): Shape {
  if (depth > maxDepth) throw malformed();
  const primitive = primitives.get(json);
  if (primitive !== undefined) return primitive;
  if (!Array.isArray(json)) throw malformed();
  const [kind, of] = json as readonly unknown[];
  if (kind === "list" || kind === "set" || kind === "map") {
    return { kind, element: { ...shapeFromJson(of, depth + 1), nullable: true } };
  }
  if (kind === "tuple" && Array.isArray(of)) {
    return { kind, elements: of.map((element) => shapeFromJson(element, depth + 1)) };
  }
  if (kind === "object" && typeof of === "object" && of !== null) {
    return objectShape(Object.entries(of).map(([name, type]) => ({ name, shape: shapeFromJson(type, depth + 1) })));
  }
  throw malformed();
}

const primitives = new Map<unknown, Shape>([
  ["string", stringType],
  ["bool", boolType],
  ["number", { kind: "number", form: "exact" }],
  ["dynamic", dynamicType],
]);

function malformed(cause?: unknown): RemoteError {
  return new RemoteError("PLUGIN_MESSAGE_MALFORMED", "a type cannot be read, expected a type of cty in JSON", {
    cause,
  });
}
