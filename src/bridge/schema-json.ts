// The schema of a provider as `tofu providers schema -json` prints it; OpenTofu internal/command/jsonprovider.
import type { Attribute, Attributes } from "./attribute.ts";
import type { Block } from "./block.ts";
import type { ErasedFunction, Parameter } from "./function.ts";
import type { ResourceIdentity } from "./identity.ts";
import type { Provider } from "./provider.ts";
import type { Schema } from "./schema.ts";
import { shapeToJson } from "./wire/type-json.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The document as a value.
 * @param address the full address that hosts use as key, such as `registry.example.com/acme/acme`; the provider's own unless given
 */
export function providerSchemaJson(provider: Provider, address: string = provider.address): Json {
  const { schema, resources, dataSources, ephemeralResources, functions } = provider;
  const described = {
    provider: schemaJson(schema),
    ...group("resource_schemas", resources, (definition) => schemaJson(definition.schema)),
    ...group("data_source_schemas", dataSources, (definition) => schemaJson(definition.schema)),
    ...group("ephemeral_resource_schemas", ephemeralResources, (definition) => schemaJson(definition.schema)),
    ...group("functions", functions, functionJson),
  };
  return { format_version: "1.0", provider_schemas: { [address]: { ...described, ...identities(provider) } } };
}

function group<Item>(name: string, items: ReadonlyMap<string, Item>, toJson: (item: Item) => Json): Json {
  return items.size === 0 ? {} : { [name]: Object.fromEntries([...items].map(([key, item]) => [key, toJson(item)])) };
}

function identities({ resources }: Provider): Json {
  const found = [...resources].flatMap(([type, { identity }]) =>
    identity === undefined ? [] : [[type, identity] as const],
  );
  return found.length === 0 ? {} : group("resource_identity_schemas", new Map(found), identityJson);
}

function identityJson({ version, attributes }: ResourceIdentity): Json {
  const described = Object.entries(attributes).map(([name, attribute]) => [
    name,
    {
      type: shapeToJson(attribute.type),
      ...text("description", attribute.description),
      ...flag("required_for_import", attribute.requiredForImport),
      ...flag("optional_for_import", attribute.optionalForImport),
    },
  ]);
  return { version, attributes: Object.fromEntries(described) };
}

function schemaJson(schema: Schema): Json {
  return { version: schema.version, block: blockJson(schema.attributes, schema.blocks, schema) };
}

function blockJson(
  attributes: Attributes,
  blocks: Readonly<Record<string, Block>>,
  about: { readonly description?: string | undefined; readonly deprecation?: string | undefined },
): Json {
  return {
    ...named("attributes", attributes, attributeJson),
    ...named("block_types", blocks, nestedBlockJson),
    ...descriptionJson(about.description),
    ...deprecationJson(about.deprecation),
  };
}

function named<Item>(name: string, items: Readonly<Record<string, Item>>, toJson: (item: Item) => Json): Json {
  const entries = Object.entries(items).map(([key, item]) => [key, toJson(item)]);
  return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) };
}

function attributeJson({ shape, nested, options }: Attribute): Json {
  const type =
    nested === undefined
      ? { type: shapeToJson(shape) }
      : { nested_type: { ...named("attributes", nested.attributes, attributeJson), nesting_mode: nested.nesting } };
  return {
    ...type,
    ...descriptionJson(options.description),
    ...flag("required", options.required),
    ...flag("optional", options.optional),
    ...flag("computed", options.computed),
    ...flag("sensitive", options.sensitive),
    ...flag("write_only", options.writeOnly),
    ...deprecationJson(options.deprecation),
  };
}

function nestedBlockJson(block: Block): Json {
  const { minItems = 0, maxItems = 0 } = block.options;
  return {
    nesting_mode: block.nesting,
    block: blockJson(block.attributes, block.blocks, block.options),
    ...(minItems === 0 ? {} : { min_items: minItems }),
    ...(maxItems === 0 ? {} : { max_items: maxItems }),
  };
}

function functionJson(definition: ErasedFunction): Json {
  const fixed = definition.parameters.filter(({ variadic }) => !variadic);
  const rest = definition.parameters.find(({ variadic }) => variadic);
  const { description = "", summary = "" } = definition;
  return {
    description,
    summary,
    return_type: shapeToJson(definition.returns),
    ...(fixed.length === 0 ? {} : { parameters: fixed.map(parameterJson) }),
    ...(rest === undefined ? {} : { variadic_parameter: parameterJson(rest) }),
  };
}

function parameterJson({ name, type, description = "", allowNull }: Parameter): Json {
  return { name, description, ...flag("is_nullable", allowNull), type: shapeToJson(type) };
}

function descriptionJson(description: string | undefined): Json {
  return {
    ...text("description", description),
    description_kind: description === undefined || description === "" ? "plain" : "markdown",
  };
}

function deprecationJson(deprecation: string | undefined): Json {
  return deprecation === undefined || deprecation === "" ? {} : { deprecated: true, deprecation_message: deprecation };
}

function text(name: string, value: string | undefined): Json {
  return value === undefined || value === "" ? {} : { [name]: value };
}

function flag(name: string, value: boolean | undefined): Json {
  return value === true ? { [name]: true } : {};
}
