// Pages of documentation for provider registries, made from the schema; opentofu.org/docs/language/providers/publishing, "docs".
import type { Attribute, Attributes } from "./attribute.ts";
import type { Block, Blocks } from "./block.ts";
import type { ErasedFunction, Parameter } from "./function.ts";
import { importSections } from "./import-docs.ts";
import type { Provider } from "./provider.ts";
import type { Schema } from "./schema.ts";
import type { Shape } from "./value-type.ts";

export interface RegistryDocsOptions {
  /** What the provider is for, one or two sentences; Markdown. */
  readonly description?: string;
  /** Examples by path of their page, such as `resources/server`; HCL. */
  readonly examples?: Readonly<Record<string, string>>;
  /** Ids as they look, for the import of a resource, by path of its page; `ID` unless given. */
  readonly importIds?: Readonly<Record<string, string>>;
}

/**
 * The pages by path below `docs`: `index.md`, `resources/server.md`, `data-sources/…`, `ephemeral-resources/…`, `list-resources/…`, `functions/…`.
 * Names lack the provider's prefix, as registries want it.
 */
export function registryDocs(provider: Provider, options: RegistryDocsOptions = {}): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
  const add = (path: string, title: string, description: string | undefined, sections: readonly string[]) => {
    const example = options.examples?.[path];
    const shown = example === undefined ? [] : [`## Example\n\n\`\`\`hcl\n${example.trim()}\n\`\`\``];
    pages.set(`${path}.md`, page(title, description, [...shown, ...sections]));
  };
  add("index", `${provider.name} provider`, options.description, schemaSections(provider.schema));
  const pathOf = (folder: string, type: string) =>
    `${folder}/${type.startsWith(`${provider.name}_`) ? type.slice(provider.name.length + 1) : type}`;
  for (const [type, resource] of provider.resources) {
    const path = pathOf("resources", type);
    const sections = [
      ...schemaSections(resource.schema),
      ...importSections(resource, options.importIds?.[path] ?? "ID"),
    ];
    add(path, `${type} (resource)`, resource.schema.description, sections);
  }
  const kinds = [
    ["data-sources", "data source", provider.dataSources],
    ["ephemeral-resources", "ephemeral resource", provider.ephemeralResources],
    ["list-resources", "list resource", provider.listResources],
  ] as const;
  for (const [folder, kind, items] of kinds) {
    for (const [type, { schema }] of items as ReadonlyMap<string, { readonly schema: Schema }>) {
      add(pathOf(folder, type), `${type} (${kind})`, schema.description, schemaSections(schema));
    }
  }
  for (const [name, definition] of provider.functions) {
    const description = definition.description ?? definition.summary;
    add(`functions/${name}`, `${name} (function)`, description, functionSections(provider.name, definition));
  }
  return pages;
}

function page(title: string, description: string | undefined, sections: readonly string[]): string {
  // The front matter is YAML, of which every JSON text is one.
  const head = [
    "---",
    `page_title: ${JSON.stringify(title)}`,
    `description: ${JSON.stringify(description ?? "")}`,
    "---",
  ];
  const body = [`# ${title}`, ...(description === undefined ? [] : [description]), ...sections];
  return `${head.join("\n")}\n\n${body.join("\n\n")}\n`;
}

/** Attributes that are made of attributes, and blocks, have a section of their own each, by their path. */
function schemaSections({ attributes, blocks, deprecation }: Schema): string[] {
  const notice = deprecation === undefined || deprecation === "" ? [] : [`~> **Deprecated.** ${deprecation}`];
  return [...notice, "## Schema", ...groupSections("", attributes, blocks)];
}

function groupSections(path: string, attributes: Attributes, blocks: Blocks): string[] {
  const entries = Object.entries(attributes).toSorted(byName);
  const groups = [
    ["Required", entries.filter(([, { options }]) => options.required === true)],
    ["Optional", entries.filter(([, { options }]) => options.optional === true)],
    ["Read-only", entries.filter(([, { options }]) => options.required !== true && options.optional !== true)],
  ] as const;
  const lists = groups
    .filter(([, members]) => members.length > 0)
    .map(
      ([title, members]) =>
        `### ${title}${suffix(path)}\n\n${members.map(([n, a]) => attributeLine(path, n, a)).join("\n")}`,
    );
  const blockEntries = Object.entries(blocks).toSorted(byName);
  if (blockEntries.length > 0) {
    lists.push(`### Blocks${suffix(path)}\n\n${blockEntries.map(([n, b]) => blockLine(path, n, b)).join("\n")}`);
  }
  const nested = entries.flatMap(([name, { nested }]) =>
    nested === undefined ? [] : groupSections(join(path, name), nested.attributes, {}),
  );
  const inner = blockEntries.flatMap(([name, block]) =>
    groupSections(join(path, name), block.attributes, block.blocks),
  );
  return [...lists, ...nested, ...inner];
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}

function suffix(path: string): string {
  return path === "" ? "" : ` of \`${path}\``;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function attributeLine(path: string, name: string, { shape, nested, options }: Attribute): string {
  const marks = [
    nested === undefined ? typeName(shape) : `Attributes${nested.nesting === "single" ? "" : `, ${nested.nesting}`}`,
    ...(options.sensitive === true ? ["sensitive"] : []),
    ...(options.writeOnly === true ? ["write-only"] : []),
  ];
  const deprecated = options.deprecation === undefined ? [] : [`**Deprecated:** ${options.deprecation}`];
  const more = nested === undefined ? [] : [`Described below as \`${join(path, name)}\`.`];
  return [`- \`${name}\` (${marks.join(", ")})`, options.description ?? "", ...deprecated, ...more]
    .filter(Boolean)
    .join(" ");
}

function blockLine(path: string, name: string, { nesting, options }: Block): string {
  const { minItems = 0, maxItems = 0, description = "", deprecation } = options;
  const marks = [
    `Block, ${nesting}`,
    ...(minItems === 0 ? [] : [`at least ${minItems}`]),
    ...(maxItems === 0 ? [] : [`at most ${maxItems}`]),
  ];
  const deprecated = deprecation === undefined ? [] : [`**Deprecated:** ${deprecation}`];
  const more = `Described below as \`${join(path, name)}\`.`;
  return [`- \`${name}\` (${marks.join(", ")})`, description, ...deprecated, more].filter(Boolean).join(" ");
}

function functionSections(provider: string, definition: ErasedFunction): string[] {
  const { parameters, returns, name, deprecation } = definition;
  const given = parameters.map((one) => `${one.name} ${typeName(one.type).toLowerCase()}${one.variadic ? "..." : ""}`);
  const signature = `provider::${provider}::${name}(${given.join(", ")}) ${typeName(returns).toLowerCase()}`;
  const notice = deprecation === undefined || deprecation === "" ? [] : [`~> **Deprecated.** ${deprecation}`];
  const list = parameters.map(parameterLine).join("\n");
  return [
    ...notice,
    `## Signature\n\n\`\`\`text\n${signature}\n\`\`\``,
    ...(list === "" ? [] : [`## Arguments\n\n${list}`]),
  ];
}

function parameterLine({ name, type, description, allowNull, variadic }: Parameter): string {
  const marks = [typeName(type), ...(variadic ? ["any number"] : []), ...(allowNull === true ? ["may be null"] : [])];
  return [`- \`${name}\` (${marks.join(", ")})`, description ?? ""].filter(Boolean).join(" ");
}

function typeName(shape: Shape): string {
  switch (shape.kind) {
    case "string":
      return "String";
    case "number":
      return "Number";
    case "bool":
      return "Bool";
    case "dynamic":
      return "Dynamic";
    case "list":
    case "set":
    case "map":
      return `${shape.kind[0]?.toUpperCase()}${shape.kind.slice(1)} of ${typeName(shape.element)}`;
    case "object":
      return `Object { ${shape.fields.map((field) => `${field.name}: ${typeName(field.shape)}`).join(", ")} }`;
    case "tuple":
      return `Tuple [${shape.elements.map((element) => typeName(element)).join(", ")}]`;
  }
}
