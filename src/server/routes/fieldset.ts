// Sparse fieldsets: `fields[docker-integrations]=a,b`; jsonapi.org/format/1.0 "Sparse Fieldsets".
import { integrationType } from "../../api/documents.ts";
import { findText, type RawQuery } from "./list-query.ts";

/** Names of the members to keep; undefined for all. An empty value keeps none, unknown names match nothing. */
export function parseFieldset(query: RawQuery): ReadonlySet<string> | undefined {
  const text = findText(query, `fields[${integrationType}]`);
  return text === undefined ? undefined : new Set(text.split(",").map((name) => name.trim()));
}

interface Resource {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, unknown>>;
}

/** Fields are attributes and relationships alike. */
export function selectFields<Kind extends Resource>(resource: Kind, fieldset: ReadonlySet<string> | undefined) {
  if (fieldset === undefined) return resource;
  const { attributes, relationships } = resource;
  return { ...resource, attributes: pick(attributes, fieldset), relationships: pick(relationships, fieldset) };
}

function pick(members: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => names.has(name)));
}
