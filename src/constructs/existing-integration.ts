// An integration that is managed elsewhere: by hand, by another program, in another stack. It is looked up at plan, never changed.
import * as cdk from "cdktn";
import { Construct, type IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import { parseRegistryUrl } from "../names/registry-url.ts";
import { atConstruct } from "./construct-error.ts";
import { DataScalrDockerIntegration } from "./generated/cdktn/data-scalr-docker-integration.ts";
import { markIntegration } from "./integration-mark.ts";
import { ensureStackChecks } from "./stack-checks.ts";

/** An integration, whoever manages it. */
export interface IDockerIntegration extends IConstruct {
  /** Identifier, `in-…`, known at apply. */
  readonly integrationId: string;
  /** Result of the latest connection test, known at apply: `active`, `failed`, `pending` or `disabled`. */
  readonly status: string;
  /** `HOST[:PORT]` as module addresses have it; undefined when it is known at apply only. */
  readonly registryHost: string | undefined;
}

export interface ExistingIntegrationOptions {
  /**
   * The provider that knows it, where a stack has several.
   * @default - the stack's `ScalrProvider`
   */
  readonly provider?: cdk.TerraformProvider | undefined;
}

/** What an existing integration is found by. */
export interface ExistingIntegrationProps extends ExistingIntegrationOptions {
  readonly integrationId?: string | undefined;
  readonly integrationName?: string | undefined;
  readonly registryUrl?: string | undefined;
}

/** Made by `DockerIntegration.fromId`, `fromName` and `fromHost`. */
export class ExistingDockerIntegration extends Construct implements IDockerIntegration {
  /** The data source beneath. */
  readonly dataSource: DataScalrDockerIntegration;
  readonly registryHost: string | undefined;

  constructor(scope: Construct, id: string, props: ExistingIntegrationProps) {
    super(scope, id);
    const url = props.registryUrl === undefined ? undefined : this.#readUrl(props.registryUrl);
    this.registryHost = url?.host;
    this.dataSource = new DataScalrDockerIntegration(this, "Resource", {
      ...(props.integrationId === undefined ? {} : { id: this.#checked("id", props.integrationId) }),
      ...(props.integrationName === undefined ? {} : { name: this.#checked("name", props.integrationName) }),
      ...(url === undefined ? {} : { registryUrl: url.value }),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    markIntegration(this.dataSource, this);
    ensureStackChecks(this);
  }

  get integrationId(): string {
    return this.dataSource.id;
  }

  get status(): string {
    return this.dataSource.status;
  }

  /** Name, known at apply. */
  get integrationName(): string {
    return this.dataSource.name;
  }

  /** Registry URL in normal form, known at apply. */
  get registryUrl(): string {
    return this.dataSource.registryUrl;
  }

  #readUrl(text: string): { readonly value: string; readonly host: string | undefined } {
    if (cdk.Token.isUnresolved(text)) return { value: text, host: undefined };
    try {
      const host = parseRegistryUrl(text);
      return { value: host.url, host: host.value };
    } catch (thrown) {
      throw atConstruct(this, thrown);
    }
  }

  #checked(what: "id" | "name", text: string): string {
    if (text.trim() !== "") return text;
    throw atConstruct(this, new InputError("INVALID_ARGUMENT", `${what} of an integration is empty, expected one`));
  }
}
