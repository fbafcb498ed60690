// Creates an integration once, though replies may be lost: Scalr's API has no idempotency key, so we look before we repeat.
//
//   list ── POST ── reply                        done
//             └──── lost or 5xx ── list ── there is a new one with our name, host and user: that is ours
//                                    └──── there is none: POST again; refused as taken: list once more, the first came through
//
// Our own server answers a repeated POST with what the first one made. That is not relied on: the list works with both.
import { isScalrOciError, TransientError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { findRegistryHost, isSameRegistryHost } from "../names/registry-host.ts";
import {
  type DockerIntegration,
  type DockerIntegrationAttributes,
  fromIntegrationResource,
  integrationDocumentSchema,
  integrationsPath,
  toIntegrationRequest,
} from "./documents.ts";
import { type CallOptions, type CallSignals, mayHaveBeenDone, type Session } from "./session.ts";

/** What a new integration needs. */
export interface NewIntegration extends Omit<DockerIntegrationAttributes, "password"> {
  readonly name: string;
  readonly registryUrl: string;
  readonly username: string;
  readonly password: Secret;
}

export interface CreateParts {
  readonly session: Session;
  /** All integrations as they were at some moment of this call. */
  readonly listBefore: (options: CallOptions) => Promise<readonly DockerIntegration[]>;
  /** All integrations, asked for anew. */
  readonly listAgain: (options: CallOptions) => Promise<readonly DockerIntegration[]>;
}

/** @throws as Session.request; after a TransientError the integration may exist, its hint says so */
export async function createOnce(
  { session, listBefore, listAgain }: CreateParts,
  wanted: NewIntegration,
  options: CallOptions = {},
): Promise<DockerIntegration> {
  const before = new Set((await listBefore(options)).map(({ id }) => id));
  const findOurs = async (signal: AbortSignal) =>
    (await listAgain({ signal })).find((one) => !before.has(one.id) && isSame(one, wanted));
  const progress = { isUnsure: false };
  try {
    const operation = (signals: CallSignals) => createOrFind({ session, wanted, findOurs, progress }, signals);
    return await session.repeat(operation, { idempotent: true, signal: options.signal });
  } catch (thrown) {
    throw progress.isUnsure ? unsure(thrown) : thrown;
  }
}

interface Creation {
  readonly session: Session;
  readonly wanted: NewIntegration;
  readonly findOurs: (signal: AbortSignal) => Promise<DockerIntegration | undefined>;
  /** True when an earlier request may have made it. */
  readonly progress: { isUnsure: boolean };
}

async function createOrFind(creation: Creation, signals: CallSignals): Promise<DockerIntegration> {
  const { session, wanted, findOurs, progress } = creation;
  const found = progress.isUnsure ? await findOurs(signals.signal) : undefined;
  if (found !== undefined) return found;
  try {
    return await post(session, wanted, signals);
  } catch (thrown) {
    if (mayHaveBeenDone(thrown) || signals.timeUp.aborted) progress.isUnsure = true;
    else if (progress.isUnsure && isRefusal(thrown)) {
      // The first request was still under way when the second one came.
      const late = await findOurs(signals.signal);
      if (late !== undefined) return late;
      progress.isUnsure = false;
    }
    throw thrown;
  }
}

async function post(session: Session, wanted: NewIntegration, signals: CallSignals): Promise<DockerIntegration> {
  const { password, ...attributes } = wanted;
  const body = toIntegrationRequest({ ...attributes, password: password.reveal() });
  const request = { method: "POST", path: integrationsPath, body, secrets: [password] } as const;
  const reply = await session.attempt(request, signals);
  return fromIntegrationResource(session.decode(integrationDocumentSchema, reply).data);
}

function isSame(one: DockerIntegration, wanted: NewIntegration): boolean {
  if (one.name !== wanted.name || one.username !== wanted.username) return false;
  const [host, wantedHost] = [findRegistryHost(one.registryUrl), findRegistryHost(wanted.registryUrl)];
  return host !== undefined && wantedHost !== undefined && isSameRegistryHost(host, wantedHost);
}

function isRefusal(thrown: unknown): boolean {
  return isScalrOciError(thrown) && (thrown.kind === "conflict" || thrown.kind === "input");
}

function unsure(thrown: unknown): unknown {
  if (!(thrown instanceof TransientError)) return thrown;
  const { code, message, attempts, lastStatus, retryAfterMs, cause } = thrown;
  const hint = "it may have been created nevertheless: when the next attempt says that the host is taken, import it";
  return new TransientError(code, message, { attempts, lastStatus, retryAfterMs, hint, cause });
}
