// Rules for the integrations of a whole app, as an aspect: who may be called what, for which hosts, and who may export.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import { parseRegistryHost } from "../names/registry-host.ts";
import { ownerOf } from "./integration-mark.ts";
import { findDeclaredHost } from "./preflight/integration-checks.ts";
import type { DeclaredIntegration } from "./preflight/declared-program.ts";
import { findPlainTexts, readIntegration } from "./preflight/program-reader.ts";

export interface RegistryPolicyProps {
  /**
   * Regular expression that every name has to match as a whole, such as `(dev|prod)-[a-z0-9-]+`.
   * @default - any name
   */
  readonly namePattern?: string | undefined;
  /**
   * Registry hosts that integrations may be for, `HOST[:PORT]`; all spellings of Docker Hub are one.
   * @default - any host
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Paths of the constructs whose integrations may be exported, they themselves and everything below, such as `platform/registries`.
   * An empty list lets nobody export.
   * @default - everybody may
   */
  readonly exportersAllowed?: readonly string[] | undefined;
  /**
   * Whether passwords may stand in the program, as `RegistrySecret.unsafePlainText` and bare resources make possible.
   * @default false
   */
  readonly allowPlainText?: boolean | undefined;
}

/**
 * Refuses integrations that break a rule: synthesis fails and names each of them. What only apply knows breaks every rule about it.
 * @example
 * new RegistryPolicy({ allowedHosts: ["ghcr.io"], exportersAllowed: ["platform"] }).enforceOn(app);
 */
export class RegistryPolicy implements cdk.IAspect {
  readonly #name: RegExp | undefined;
  readonly #hosts: ReadonlySet<string> | undefined;
  readonly #exporters: readonly string[] | undefined;
  readonly #allowsPlainText: boolean;

  /** @throws InputError for a pattern or host that cannot be read */
  constructor(props: RegistryPolicyProps = {}) {
    this.#name = props.namePattern === undefined ? undefined : toPattern(props.namePattern);
    this.#hosts =
      props.allowedHosts && new Set(props.allowedHosts.map((host) => parseRegistryHost(host).credentialKey));
    this.#exporters = props.exportersAllowed;
    this.#allowsPlainText = props.allowPlainText ?? false;
  }

  /**
   * Holds the rules for every stack of an app, those included that are made later. The frameworks call aspects of stacks and what is
   * below, not those of an app: `Aspects.of(app).add(policy)` would check nothing.
   */
  enforceOn(app: IConstruct): void {
    const covered = new Set<IConstruct>(app.node.findAll().filter((one) => cdk.TerraformStack.isStack(one)));
    for (const stack of covered) cdk.Aspects.of(stack).add(this);
    app.node.addValidation({ validate: () => this.#problemsBeside(app, covered) });
  }

  /** Called by the framework for every construct below the one that has the aspect. */
  visit(node: IConstruct): void {
    const owner = ownerOf(node);
    for (const message of this.#broken(node)) cdk.Annotations.of(owner).addError(message);
  }

  /** What stacks break that were made after the rules. */
  #problemsBeside(app: IConstruct, covered: ReadonlySet<IConstruct>): string[] {
    const isCovered = (node: IConstruct) => node.node.scopes.some((scope) => covered.has(scope));
    const late = app.node.findAll().filter((node) => !isCovered(node));
    return late.flatMap((node) => this.#broken(node).map((message) => `[${ownerOf(node).node.path}] ${message}`));
  }

  #broken(node: IConstruct): string[] {
    const integration = readIntegration(node);
    if (integration === undefined) return [];
    return [
      ...this.#nameRule(integration),
      ...this.#hostRule(integration),
      ...this.#exportRule(integration),
      ...this.#textRule(node),
    ];
  }

  #nameRule({ name }: DeclaredIntegration): string[] {
    if (this.#name === undefined || (name !== undefined && this.#name.test(name))) return [];
    const got = name === undefined ? "a name that is known at apply only" : `the name ${name}`;
    return [`policy: integration has ${got}, expected one that matches ${this.#name.source}`];
  }

  #hostRule(integration: DeclaredIntegration): string[] {
    if (this.#hosts === undefined) return [];
    const host = findDeclaredHost(integration);
    if (host !== undefined && this.#hosts.has(host.credentialKey)) return [];
    const got = host === undefined ? "a registry that is known at apply only" : host.value;
    return [`policy: integration is for ${got}, expected one of ${[...this.#hosts].join(", ") || "none"}`];
  }

  #exportRule({ isExported, path }: DeclaredIntegration): string[] {
    if (this.#exporters === undefined || isExported === false) return [];
    if (this.#exporters.some((allowed) => path === allowed || path.startsWith(`${allowed}/`))) return [];
    const expected = this.#exporters.length === 0 ? "none to be" : `only those below ${this.#exporters.join(", ")}`;
    return [`policy: integration is exported to every run, expected ${expected}; set exportCredentials: false`];
  }

  #textRule(node: IConstruct): string[] {
    if (this.#allowsPlainText) return [];
    return findPlainTexts(node).map((what) => `policy: ${what} stands in the program, expected a RegistrySecret`);
  }
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, "u");
  } catch (cause) {
    throw new InputError("INVALID_ARGUMENT", "namePattern is no regular expression, expected one", { cause });
  }
}
