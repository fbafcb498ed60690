// Schemas and functions to messages; tfplugin6 `Schema`, `Function`.
import type { Attribute, Attributes } from "../attribute.ts";
import type { Block } from "../block.ts";
import type { ErasedFunction, Parameter } from "../function.ts";
import type { ResourceIdentity } from "../identity.ts";
import type { Schema } from "../schema.ts";
import {
  type Function as FunctionType,
  type FunctionParameter,
  nestingMode,
  type ResourceIdentitySchema,
  type Schema as SchemaType,
  type SchemaAttribute,
  type SchemaBlock,
  type SchemaNestedBlock,
  stringKind,
} from "../wire/messages.ts";
import type { Encodable } from "../wire/protobuf.ts";
import { encodeShape } from "../wire/type-json.ts";

export function encodeSchema(schema: Schema): Encodable<typeof SchemaType> {
  const { version, attributes, blocks, description, deprecation } = schema;
  return { version, block: encodeBlock({ attributes, blocks, description, deprecation, version }) };
}

interface BlockContent {
  readonly version?: number;
  readonly attributes: Attributes;
  readonly blocks: Readonly<Record<string, Block>>;
  readonly description?: string | undefined;
  readonly deprecation?: string | undefined;
}

function encodeBlock(content: BlockContent): Encodable<typeof SchemaBlock> {
  const { version, attributes, blocks, description, deprecation } = content;
  return {
    version,
    attributes: sorted(attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
    blockTypes: sorted(blocks).map(([name, block]) => encodeNestedBlock(name, block)),
    ...markdown(description),
    ...deprecated(deprecation),
  };
}

function encodeAttribute(name: string, { shape, nested, options }: Attribute): Encodable<typeof SchemaAttribute> {
  const { required, optional, computed, sensitive, writeOnly, description, deprecation } = options;
  const type =
    nested === undefined
      ? { type: encodeShape(shape) }
      : {
          nestedType: {
            attributes: sorted(nested.attributes).map(([inner, attribute]) => encodeAttribute(inner, attribute)),
            nesting: nestingMode[nested.nesting],
          },
        };
  const flags = { required, optional, computed, sensitive, writeOnly };
  return { name, ...type, ...flags, ...markdown(description), ...deprecated(deprecation) };
}

function encodeNestedBlock(typeName: string, block: Block): Encodable<typeof SchemaNestedBlock> {
  const { description, deprecation, minItems, maxItems } = block.options;
  return {
    typeName,
    nesting: nestingMode[block.nesting],
    minItems,
    maxItems,
    block: encodeBlock({ attributes: block.attributes, blocks: block.blocks, description, deprecation }),
  };
}

export function encodeFunction(definition: ErasedFunction): Encodable<typeof FunctionType> {
  const { parameters, returns, summary, description, deprecation } = definition;
  const last = parameters.at(-1);
  return {
    parameters: parameters.filter(({ variadic }) => !variadic).map(encodeParameter),
    variadicParameter: last?.variadic === true ? encodeParameter(last) : undefined,
    return: { type: encodeShape(returns) },
    summary,
    ...markdown(description),
    deprecationMessage: deprecation,
  };
}

function encodeParameter(parameter: Parameter): Encodable<typeof FunctionParameter> {
  const { name, type, allowNull, allowUnknown, description } = parameter;
  const allowed = { allowNullValue: allowNull, allowUnknownValues: allowUnknown };
  return { name, type: encodeShape(type), ...allowed, ...markdown(description) };
}

export function encodeIdentitySchema(identity: ResourceIdentity): Encodable<typeof ResourceIdentitySchema> {
  const identityAttributes = sorted(identity.attributes).map(([name, attribute]) => {
    const { type, requiredForImport, optionalForImport, description } = attribute;
    return { name, type: encodeShape(type), requiredForImport, optionalForImport, description };
  });
  return { version: identity.version, identityAttributes };
}

function markdown(description: string | undefined) {
  return description === undefined || description === "" ? {} : { description, descriptionKind: stringKind.markdown };
}

function deprecated(deprecation: string | undefined) {
  return deprecation === undefined || deprecation === "" ? {} : { deprecated: true, deprecationMessage: deprecation };
}

function sorted<Item>(items: Readonly<Record<string, Item>>): [string, Item][] {
  return Object.entries(items).sort(([a], [b]) => (a < b ? -1 : 1));
}
