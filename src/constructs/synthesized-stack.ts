// What a stack will stand as in the synthesized JSON, overrides included: the blocks that decide about registries and their secrets.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { ownerOf } from "./integration-mark.ts";

/** The attributes of a block by their names in OpenTofu, with tokens resolved to expressions. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface SynthesizedBlock {
  /** The construct of the user's program; the stack where only an override of the stack makes the block. */
  readonly owner: IConstruct;
  readonly attributes: Attributes;
}

export interface SynthesizedStack {
  readonly integrations: readonly SynthesizedBlock[];
  readonly lookups: readonly SynthesizedBlock[];
  readonly providers: readonly SynthesizedBlock[];
  readonly modules: readonly SynthesizedBlock[];
  /** By name. */
  readonly variables: Attributes;
  readonly locals: Attributes;
}

const integrationType = "scalr_docker_integration";
const providerType = "scalr";

/** Reads a whole stack; the work grows with its size. */
export function readSynthesizedStack(stack: cdk.TerraformStack): SynthesizedStack {
  const json = asObject(stack.toTerraform());
  const constructs = new Map(stack.node.findAll().map((one) => [one.node.path, one]));
  const toBlock = (attributes: Attributes): SynthesizedBlock => {
    const path = asObject(asObject(attributes["//"])["metadata"])["path"];
    return { owner: ownerOf(constructs.get(String(path)) ?? stack), attributes };
  };
  const blocks = (value: unknown) => Object.values(asObject(value)).map(asObject).map(toBlock);
  return {
    integrations: blocks(asObject(json["resource"])[integrationType]),
    lookups: blocks(asObject(json["data"])[integrationType]),
    providers: readProviders(stack, [...constructs.values()], asObject(json["provider"])[providerType]),
    modules: blocks(json["module"]),
    variables: asObject(json["variable"]),
    locals: asObject(json["locals"]),
  };
}

/** Provider blocks do not name their construct; they stand in the order of the tree. */
function readProviders(stack: IConstruct, constructs: readonly IConstruct[], value: unknown): SynthesizedBlock[] {
  const owners = constructs.filter(
    (one) => cdk.TerraformProvider.isTerraformProvider(one) && one.terraformResourceType === providerType,
  );
  const blocks = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return blocks.map((one, index) => ({ owner: owners[index] ?? stack, attributes: asObject(one) }));
}

function asObject(value: unknown): Attributes {
  return typeof value === "object" && value !== null ? (value as Attributes) : {};
}
