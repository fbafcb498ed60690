// What a configuration in HCL or JSON declares, in the words of preflight.
import { Secret } from "../../base/secret.ts";
import {
  type DeclaredIntegration,
  type DeclaredModule,
  type DeclaredProgram,
  type DeclaredProvider,
  environmentApi,
  type LookedUpIntegration,
} from "../../constructs/preflight/declared-program.ts";
import type { Finding, Outcome } from "../../constructs/preflight/finding.ts";
import type { Attribute, Block } from "../../hcl/block.ts";
import type { ConfigurationModule } from "../../hcl/configuration.ts";
import { readOciSource } from "../../hcl/oci-source.ts";

const integrationType = "scalr_docker_integration";

export interface Place {
  /** Relative to the root module. */
  readonly file: string;
  /** From 1; undefined for JSON. */
  readonly line: number | undefined;
}

export interface PlainProgram extends DeclaredProgram {
  /** By the path that findings have. */
  readonly places: ReadonlyMap<string, Place>;
  /** What the blocks alone say, beside what preflight checks. */
  readonly own: Outcome;
}

/** Everything that the checks look at, the root module first. */
export function readPlainProgram(configuration: readonly ConfigurationModule[]): PlainProgram {
  const modules = configuration.map(placedBlocks);
  const all = modules.flatMap((blocks) => blocks.map((block) => ({ block, providers: [blocks, modules[0] ?? []] })));
  return {
    integrations: all.flatMap(({ block, providers }) => integrationOf(block, providers)),
    lookups: all.flatMap(({ block, providers }) => lookupOf(block, providers)),
    modules: all.flatMap(({ block }) => moduleOf(block)),
    own: {
      problems: modules.flat().flatMap(refusedModule),
      warnings: modules.flat().flatMap(unknownModule),
    },
    places: new Map(modules.flat().map(({ path, place }) => [path, place])),
  };
}

interface PlacedBlock extends Block {
  /** Path of the construct, or `main.tf:3 module.network`. */
  readonly path: string;
  readonly place: Place;
}

/** The blocks of one module; those of override files have changed the others already. */
function placedBlocks({ files }: ConfigurationModule): PlacedBlock[] {
  const blocks = new Map<string, PlacedBlock>();
  for (const file of files) {
    for (const block of file.blocks) {
      const key = keyOf(block);
      const before = file.isOverride ? blocks.get(key) : undefined;
      if (before === undefined) blocks.set(blocks.has(key) ? `${key} ${blocks.size}` : key, placed(block, file.name));
      else blocks.set(key, { ...before, attributes: new Map([...before.attributes, ...block.attributes]) });
    }
  }
  return [...blocks.values()];
}

function keyOf({ type, labels, attributes }: Block): string {
  return JSON.stringify([type, labels, type === "provider" ? attributes.get("alias")?.value : undefined]);
}

function placed(block: Block, file: string): PlacedBlock {
  const { type, labels, line, constructPath } = block;
  const address = [...(type === "resource" ? [] : [type]), ...labels].join(".");
  const where = line === undefined ? file : `${file}:${line}`;
  const path = constructPath === undefined ? `${where} ${address}` : ownerPath(constructPath);
  return { ...block, path, place: { file, line } };
}

/** The construct that people write has its resource below it under this id, which the frameworks leave out of names, too. */
function ownerPath(constructPath: string): string {
  const hidden = "/Resource";
  return constructPath.endsWith(hidden) ? constructPath.slice(0, -hidden.length) : constructPath;
}

/** @param providers where provider blocks are looked for, the nearest first */
function integrationOf(block: PlacedBlock, providers: readonly (readonly PlacedBlock[])[]): DeclaredIntegration[] {
  const { type, labels, path, attributes } = block;
  if (type !== "resource" || labels[0] !== integrationType) return [];
  const isExported = attributes.get("export_credentials");
  return [
    {
      path,
      name: knownText(attributes.get("name")),
      registryUrl: knownText(attributes.get("registry_url")),
      username: knownText(attributes.get("username")),
      isExported: isExported === undefined ? false : knownSwitch(isExported),
      provider: providerOf(block, providers),
    },
  ];
}

function lookupOf(block: PlacedBlock, providers: readonly (readonly PlacedBlock[])[]): LookedUpIntegration[] {
  const { type, labels, path, attributes } = block;
  if (type !== "data" || labels[0] !== integrationType) return [];
  const [id, name, registryUrl] = ["id", "name", "registry_url"].map((key) => knownText(attributes.get(key)));
  return [{ path, id, name, registryUrl, provider: providerOf(block, providers) }];
}

function moduleOf(block: PlacedBlock): DeclaredModule[] {
  const read = readOciSource(block);
  return read.kind === "oci" || read.kind === "refused" ? [{ path: block.path, source: read.source }] : [];
}

/** Modules that OpenTofu refuses, though their address is right. */
function refusedModule(block: PlacedBlock): Finding[] {
  const read = readOciSource(block);
  if (read.kind !== "refused") return [];
  return [{ code: "INVALID_OCI_REFERENCE", path: block.path, message: read.message, hint: read.hint }];
}

function unknownModule(block: PlacedBlock): Finding[] {
  if (readOciSource(block).kind !== "unknown") return [];
  const message = "source is known with the run's variables only, it was not checked";
  return [{ code: "INVALID_ARGUMENT", path: block.path, message, hint: undefined }];
}

/** `provider = scalr.eu` names one with an alias; otherwise it is the default of the type's prefix. */
function providerOf(
  { attributes }: PlacedBlock,
  providers: readonly (readonly PlacedBlock[])[],
): DeclaredProvider | undefined {
  const written = attributes.get("provider");
  const [localName, alias] = (knownText(written) ?? written?.expression ?? "scalr").split(".");
  const isMeant = (block: PlacedBlock) =>
    block.type === "provider" && block.labels[0] === localName && knownText(block.attributes.get("alias")) === alias;
  const found = providers.flatMap((blocks) => blocks.find(isMeant) ?? [])[0];
  return found && describeProvider(found);
}

function describeProvider({ path, attributes }: PlacedBlock): DeclaredProvider {
  const written = attributes.get("hostname");
  const hostname = knownText(written);
  const token = knownText(attributes.get("token"));
  return {
    path,
    hostname,
    isHostnameKnown: hostname !== undefined || written === undefined,
    // One that only apply knows is another for each provider.
    apiKey: hostname ?? (written === undefined ? environmentApi : path),
    token: token === undefined ? undefined : new Secret(token),
  };
}

function knownText(attribute: Attribute | undefined): string | undefined {
  return typeof attribute?.value === "string" ? attribute.value : undefined;
}

function knownSwitch({ value }: Attribute): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}
