// Rules for the integrations of a whole app, as an aspect: who may be called what, for which hosts, and who may export.
import * as cdk from "cdktn";
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import { findRegistryHost, parseRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { findSecretProblem } from "./secret-text.ts";
import { readSynthesizedStack, type SynthesizedBlock, type SynthesizedStack } from "./synthesized-stack.ts";
import { plainTextOf } from "./template-text.ts";

export interface RegistryPolicyProps {
  /**
   * Regular expression that every name has to match as a whole, such as `(dev|prod)-[a-z0-9-]+`.
   * @default - any name
   */
  readonly namePattern?: string | undefined;
  /**
   * Registry hosts that integrations may be for, managed or looked up, and that `oci://` modules may come from, `HOST[:PORT]`; all
   * spellings of Docker Hub are one.
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
   * Whether passwords, and the token of the Scalr provider, may stand in the program, as `RegistrySecret.unsafePlainText`, bare
   * resources, overrides and defaults of variables make possible.
   * @default false
   */
  readonly allowPlainText?: boolean | undefined;
}

/**
 * Refuses what breaks a rule: synthesis fails and names each of them. It is the synthesized JSON that counts, with every override. What
 * only apply knows breaks every rule about it.
 * @example
 * new RegistryPolicy({ allowedHosts: ["ghcr.io"], exportersAllowed: ["platform"] }).enforceOn(app);
 */
export class RegistryPolicy implements cdk.IAspect {
  readonly #name: RegExp | undefined;
  readonly #hosts: ReadonlySet<string> | undefined;
  readonly #exporters: readonly string[] | undefined;
  readonly #allowsPlainText: boolean;
  /** What has been said of each construct that has the aspect. */
  readonly #said = new WeakMap<IConstruct, Set<string>>();

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
    const covered = new Set<IConstruct>(stacksOf(app));
    for (const stack of covered) cdk.Aspects.of(stack).add(this);
    const late = () => stacksOf(app).filter((stack) => !covered.has(stack));
    app.node.addValidation({ validate: () => late().flatMap((stack) => this.#broken(stack).map(toLine)) });
  }

  /** Called by the framework for every construct below the one that has the aspect; that one is looked at with all below it. */
  visit(node: IConstruct): void {
    if (!cdk.Aspects.of(node).all.includes(this)) return;
    // What other aspects change after this one is looked at when synthesis validates.
    if (!this.#said.has(node)) node.node.addValidation({ validate: () => this.#unsaid(node).map(toLine) });
    for (const { owner, message } of this.#unsaid(node)) cdk.Annotations.of(owner).addError(message);
  }

  #unsaid(root: IConstruct): Broken[] {
    const said = this.#said.get(root) ?? new Set<string>();
    this.#said.set(root, said);
    const fresh = this.#broken(root).filter((one) => !said.has(toLine(one)));
    for (const one of fresh) said.add(toLine(one));
    return fresh;
  }

  #broken(root: IConstruct): Broken[] {
    const stack = readSynthesizedStack(cdk.TerraformStack.of(root));
    return [
      ...judge(root, stack.integrations, (one) => [
        ...this.#nameRule(one),
        ...this.#hostRule("integration is for", hostOf(one)),
        ...this.#exportRule(one),
        ...this.#textRule(stack, one, { password: "password", password_wo: "passwordWo" }, "a RegistrySecret"),
      ]),
      ...judge(root, stack.lookups, (one) => {
        const isByHost = (one.attributes["registry_url"] ?? undefined) !== undefined;
        return isByHost ? this.#hostRule("integration is looked up for", hostOf(one)) : [];
      }),
      ...judge(root, stack.modules, (one) => {
        return isFromRegistry(one) ? this.#hostRule("module is from", moduleHostOf(one)) : [];
      }),
      ...judge(root, stack.providers, (one) => {
        return this.#textRule(stack, one, { token: "token" }, "SCALR_TOKEN to be set at apply");
      }),
    ];
  }

  #nameRule({ attributes }: SynthesizedBlock): string[] {
    const name = plainTextOf(attributes["name"]);
    if (this.#name === undefined || (name !== undefined && this.#name.test(name))) return [];
    const got = name === undefined ? "a name that is known at apply only" : `the name ${name}`;
    return [`policy: integration has ${got}, expected one that matches ${this.#name.source}`];
  }

  #hostRule(what: string, host: RegistryHost | undefined): string[] {
    if (this.#hosts === undefined || (host !== undefined && this.#hosts.has(host.credentialKey))) return [];
    const got = host === undefined ? "a registry that is known at apply only" : host.value;
    return [`policy: ${what} ${got}, expected one of ${[...this.#hosts].join(", ") || "none"}`];
  }

  #exportRule({ attributes, owner }: SynthesizedBlock): string[] {
    // The resource's own default is off.
    if (this.#exporters === undefined || (attributes["export_credentials"] ?? false) === false) return [];
    const { path } = owner.node;
    if (this.#exporters.some((allowed) => path === allowed || path.startsWith(`${allowed}/`))) return [];
    const expected = this.#exporters.length === 0 ? "none to be" : `only those below ${this.#exporters.join(", ")}`;
    return [`policy: integration is exported to every run, expected ${expected}; set exportCredentials: false`];
  }

  #textRule(
    stack: SynthesizedStack,
    { attributes }: SynthesizedBlock,
    names: Readonly<Record<string, string>>,
    expected: string,
  ): string[] {
    if (this.#allowsPlainText) return [];
    return Object.entries(names).flatMap(([attribute, name]) => {
      const problem = findSecretProblem(attributes[attribute], stack);
      return problem === undefined ? [] : [`policy: ${name} ${problem}, expected ${expected}`];
    });
  }
}

interface Broken {
  readonly owner: IConstruct;
  readonly message: string;
}

/** What the rules say of the blocks below a construct. */
function judge(
  root: IConstruct,
  blocks: readonly SynthesizedBlock[],
  rules: (block: SynthesizedBlock) => string[],
): Broken[] {
  const below = blocks.filter(({ owner }) => owner.node.scopes.includes(root));
  return below.flatMap((one) => rules(one).map((message) => ({ owner: one.owner, message })));
}

function toLine({ owner, message }: Broken): string {
  return `[${owner.node.path}] ${message}`;
}

function stacksOf(app: IConstruct): cdk.TerraformStack[] {
  return app.node.findAll().filter((one) => cdk.TerraformStack.isStack(one));
}

function hostOf({ attributes }: SynthesizedBlock): RegistryHost | undefined {
  const url = plainTextOf(attributes["registry_url"]);
  return url === undefined ? undefined : findRegistryHost(url);
}

/** Sources that only apply knows might be from one. */
function isFromRegistry({ attributes }: SynthesizedBlock): boolean {
  const source = plainTextOf(attributes["source"]);
  return source === undefined || /^oci:/i.test(source);
}

function moduleHostOf({ attributes }: SynthesizedBlock): RegistryHost | undefined {
  const authority = /^oci:\/\/([^/?]*)/i.exec(plainTextOf(attributes["source"]) ?? "")?.[1];
  return authority === undefined ? undefined : findRegistryHost(authority);
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(`^(?:${text})$`, "u");
  } catch (cause) {
    throw new InputError("INVALID_ARGUMENT", "namePattern is no regular expression, expected one", { cause });
  }
}
