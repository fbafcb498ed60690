// The "Import" section of a resource's page: by command, by an `import` block, and by identity where the resource has one.
import type { ResourceIdentity } from "./identity.ts";
import type { ErasedResource } from "./resource.ts";
import type { Shape } from "./value-type.ts";

/** Nothing for a resource that cannot be imported. @param id one as it looks, such as `srv-123` */
export function importSections(resource: ErasedResource, id: string): string[] {
  if (resource.importState === undefined) return [];
  const address = `${resource.type}.example`;
  const byIdentity = resource.identity === undefined ? [] : identitySections(address, resource.identity);
  return [
    "## Import",
    `By its id:\n\n${fence("sh", `tofu import ${address} ${quoteForShell(id)}`)}`,
    `Or in the configuration:\n\n${fence("hcl", importBlock(address, `id = ${JSON.stringify(id)}`))}`,
    ...byIdentity,
  ];
}

function identitySections(address: string, identity: ResourceIdentity): string[] {
  const { fields } = identity.shape;
  const width = Math.max(...fields.map(({ name }) => name.length));
  const values = fields.map(({ name, shape }) => `    ${name.padEnd(width)} = ${exampleOf(shape)}`).join("\n");
  const list = fields.map(({ name, shape }) => {
    const { requiredForImport, description = "" } = identity.attributes[name] ?? {};
    const need = requiredForImport === true ? "required" : "optional";
    return [`- \`${name}\` (${typeOf(shape)}, ${need})`, description].filter(Boolean).join(" ");
  });
  return [
    `By its identity, with OpenTofu 1.12 or Terraform 1.12 and later:\n\n${fence("hcl", importBlock(address, `identity = {\n${values}\n  }`))}`,
    list.join("\n"),
  ];
}

function importBlock(address: string, target: string): string {
  return `import {\n  to = ${address}\n  ${target}\n}`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function quoteForShell(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function exampleOf(shape: Shape): string {
  switch (shape.kind) {
    case "number":
      return "1";
    case "bool":
      return "true";
    case "list":
      return `[${exampleOf(shape.element)}]`;
    default:
      return '"…"';
  }
}

/** Identities are made of these alone. */
function typeOf(shape: Shape): string {
  if (shape.kind === "list") return `List of ${typeOf(shape.element)}`;
  return `${shape.kind.charAt(0).toUpperCase()}${shape.kind.slice(1)}`;
}
