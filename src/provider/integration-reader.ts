// Reads integrations from one list for a whole refresh, instead of asking for each: a plan of 500 asks five times, not 500 times.
import { orAborted } from "../api/or-aborted.ts";
import type { DockerIntegration } from "../api/documents/docker-integration.ts";
import type { Clock } from "../base/clock.ts";
import { isScalrOciError } from "../base/errors.ts";

/** A list that is older is asked for again; refreshing what is in one configuration takes less. */
const maxAgeMs = 10_000;

/** What is needed of the management client. */
export interface IntegrationSource {
  list(options: { readonly signal?: AbortSignal }): Promise<readonly DockerIntegration[]>;
  /** @throws NotFoundError INTEGRATION_NOT_FOUND */
  read(id: string, options: { readonly signal?: AbortSignal }): Promise<DockerIntegration>;
}

interface Listing {
  readonly startedAtMs: number;
  readonly byId: Promise<ReadonlyMap<string, DockerIntegration>>;
}

export class IntegrationReader {
  readonly #source: () => Promise<IntegrationSource>;
  readonly #clock: Clock;
  #listing: Listing | undefined;

  constructor(source: () => Promise<IntegrationSource>, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /**
   * The integration, or undefined when it is gone. A list that lacks it proves nothing (it may have been made since, or moved
   * between pages), so it is asked for by itself; a token that may not list gets its error and loses no state.
   */
  async find(id: string, signal: AbortSignal): Promise<DockerIntegration | undefined> {
    const listed = (await orAborted(this.#current().byId, signal)).get(id);
    return listed ?? this.#findAlone(id, signal);
  }

  /** Something was written: the list is not true any more. */
  forget(): void {
    this.#listing = undefined;
  }

  #current(): Listing {
    const nowMs = this.#clock.now();
    if (this.#listing !== undefined && nowMs - this.#listing.startedAtMs < maxAgeMs) return this.#listing;
    const listing: Listing = { startedAtMs: nowMs, byId: this.#list() };
    this.#listing = listing;
    // Who asks next shall not get an old failure.
    listing.byId.catch(() => {
      if (this.#listing === listing) this.#listing = undefined;
    });
    return listing;
  }

  async #list(): Promise<ReadonlyMap<string, DockerIntegration>> {
    const source = await this.#source();
    return new Map((await source.list({})).map((one) => [one.id, one]));
  }

  async #findAlone(id: string, signal: AbortSignal): Promise<DockerIntegration | undefined> {
    try {
      return await (await this.#source()).read(id, { signal });
    } catch (thrown) {
      if (isScalrOciError(thrown) && thrown.code === "INTEGRATION_NOT_FOUND") return undefined;
      throw thrown;
    }
  }
}
