// Docker integrations of the management API; Scalr's documentation "Docker integrations".
import { ConflictError, isScalrOciError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { findRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { createOnce, type NewIntegration } from "./create-once.ts";
import {
  type DockerIntegration,
  type DockerIntegrationAttributes,
  fromIntegrationResource,
  integrationDocumentSchema,
  integrationsPath,
  memberPath,
  toIntegrationRequest,
} from "./documents.ts";
import { integrationResourceSchema } from "./documents/docker-integration.ts";
import { orAborted } from "./or-aborted.ts";
import { readAllPages } from "./pages.ts";
import { type CallOptions, type CallSignals, mayHaveBeenDone, type Session } from "./session.ts";

/** What to change; what is undefined stays. */
export interface IntegrationChanges extends Omit<DockerIntegrationAttributes, "password"> {
  readonly password?: Secret | undefined;
}

/** What an integration is looked for by. */
export type IntegrationSearch = { readonly name: string } | { readonly host: RegistryHost };

/**
 * What there was before a create may be as old as this: ours is told from others by name, host and user too, and a hundred creates
 * should not list a hundred times.
 */
const maxBeforeAgeMs = 10_000;

export class IntegrationCalls {
  readonly #session: Session;
  #before: { readonly startedAtMs: number; readonly list: Promise<readonly DockerIntegration[]> } | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Creates it once, also when a reply is lost.
   * @throws InputError at what has to be corrected, ConflictError HOST_TAKEN or NAME_TAKEN, TransientError, AuthError
   */
  async create(wanted: NewIntegration, options: CallOptions = {}): Promise<DockerIntegration> {
    const parts = {
      session: this.#session,
      listBefore: (listOptions: CallOptions) => this.#listBefore(listOptions),
      listAgain: (listOptions: CallOptions) => this.list(listOptions),
    };
    return createOnce(parts, wanted, options);
  }

  /** All integrations that the token may see; empty when there are none. */
  async list(options: CallOptions = {}): Promise<readonly DockerIntegration[]> {
    return this.#readList({}, options);
  }

  /**
   * The integration with exactly this name, or for this registry host.
   * @throws ConflictError INTEGRATION_AMBIGUOUS when there are several
   */
  async find(search: IntegrationSearch, options: CallOptions = {}): Promise<DockerIntegration | undefined> {
    const query: Record<string, string> = "name" in search ? { "filter[name]": search.name } : {};
    // A server may ignore the filter, or match more than it should.
    const found = (await this.#readList(query, options)).filter((one) => isMatch(one, search));
    if (found.length > 1) throw ambiguous(search, found);
    return found[0];
  }

  /** @throws NotFoundError INTEGRATION_NOT_FOUND */
  async read(id: string, options: CallOptions = {}): Promise<DockerIntegration> {
    const path = memberPath(integrationsPath, id);
    const document = await this.#session.read(integrationDocumentSchema, { method: "GET", path }, options);
    return fromIntegrationResource(document.data);
  }

  /** @throws NotFoundError INTEGRATION_NOT_FOUND, and as create */
  async update(id: string, changes: IntegrationChanges, options: CallOptions = {}): Promise<DockerIntegration> {
    const { password, ...attributes } = changes;
    const body = toIntegrationRequest({ ...attributes, password: password?.reveal() });
    const path = memberPath(integrationsPath, id);
    const secrets = password === undefined ? [] : [password];
    const request = { method: "PATCH", path, body, secrets } as const;
    const document = await this.#session.read(integrationDocumentSchema, request, options);
    return fromIntegrationResource(document.data);
  }

  /** @throws NotFoundError INTEGRATION_NOT_FOUND, ConflictError when something still uses it */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    const path = memberPath(integrationsPath, id);
    const progress = { isUnsure: false };
    const deleteOnce = async (signals: CallSignals) => {
      try {
        await this.#session.attempt({ method: "DELETE", path }, signals);
      } catch (thrown) {
        // Gone by an earlier attempt whose reply was lost.
        if (progress.isUnsure && isScalrOciError(thrown) && thrown.code === "INTEGRATION_NOT_FOUND") return;
        progress.isUnsure ||= mayHaveBeenDone(thrown);
        throw thrown;
      }
    };
    await this.#session.repeat(deleteOnce, { idempotent: true, signal: options.signal });
  }

  async #readList(query: Record<string, string>, options: CallOptions): Promise<readonly DockerIntegration[]> {
    const request = { path: integrationsPath, query };
    const resources = await readAllPages(this.#session, integrationResourceSchema, request, options);
    return resources.map(fromIntegrationResource);
  }

  /** Many creates look at one list. It is not aborted by one of them: others wait for it. */
  async #listBefore({ signal }: CallOptions): Promise<readonly DockerIntegration[]> {
    const nowMs = this.#session.clock.now();
    if (this.#before === undefined || nowMs - this.#before.startedAtMs >= maxBeforeAgeMs) {
      const before = { startedAtMs: nowMs, list: this.list() };
      this.#before = before;
      before.list.catch(() => {
        if (this.#before === before) this.#before = undefined;
      });
    }
    return orAborted(this.#before.list, signal);
  }
}

function isMatch(one: DockerIntegration, search: IntegrationSearch): boolean {
  if ("name" in search) return one.name === search.name;
  const host = findRegistryHost(one.registryUrl);
  return host?.credentialKey === search.host.credentialKey;
}

function ambiguous(search: IntegrationSearch, found: readonly DockerIntegration[]): ConflictError {
  const what = "name" in search ? "this name" : `the registry host ${search.host.value}`;
  return new ConflictError("INTEGRATION_AMBIGUOUS", `${found.length} integrations have ${what}, expected one`, {
    hint: `use an id: ${found.map(({ id }) => id).join(", ")}`,
  });
}
