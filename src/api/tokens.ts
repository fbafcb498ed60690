// Run tokens and access tokens: extensions of our own server, which Scalr does not have.
import { isScalrOciError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import {
  type AccessToken,
  type AccessTokenAttributes,
  accessTokensPath,
  createdAccessTokenDocumentSchema,
  currentRunTokenPath,
  fromAccessTokenResource,
  memberPath,
  type RunTokenAttributes,
  runTokenDocumentSchema,
  runTokensPath,
  toAccessTokenRequest,
  toRunTokenRequest,
} from "./documents.ts";
import { accessTokenResourceSchema } from "./documents/access-token.ts";
import { ofOurServer } from "./our-server.ts";
import { readAllPages } from "./pages.ts";
import type { CallOptions, Session } from "./session.ts";

export interface RunToken {
  readonly id: string;
  readonly token: Secret;
  /** Registry hosts that it reads the credentials of; null for all that are exported. */
  readonly hosts: readonly string[] | null;
  readonly expiresAtMs: number;
}

export interface NewAccessToken extends AccessToken {
  readonly token: Secret;
}

export class RunTokenCalls {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Mints a token for one run. Repeated after a lost reply: the token that nobody got ends by itself.
   * @throws AuthError RIGHT_MISSING without the right to mint, NotFoundError ROUTE_NOT_FOUND where there are no run tokens
   */
  async create(attributes: RunTokenAttributes = {}, options: CallOptions = {}): Promise<RunToken> {
    const request = { method: "POST", path: runTokensPath, body: toRunTokenRequest(attributes) } as const;
    const { data } = await ofOurServer(
      this.#session.read(runTokenDocumentSchema, request, { ...options, ...notFoundHere, idempotent: true }),
      this.#session,
      tokensOfOurs,
    );
    return {
      id: data.id,
      token: new Secret(data.attributes.token),
      hosts: data.attributes.hosts ?? null,
      expiresAtMs: Date.parse(data.attributes["expires-at"]),
    };
  }

  /** Ends the run token that the client was made with. One that has ended already is no error. */
  async revokeCurrent(options: CallOptions = {}): Promise<void> {
    try {
      await this.#session.request({ method: "DELETE", path: currentRunTokenPath }, { ...options, ...notFoundHere });
    } catch (thrown) {
      if (isScalrOciError(thrown) && (thrown.code === "TOKEN_REVOKED" || thrown.code === "TOKEN_EXPIRED")) return;
      throw thrown;
    }
  }
}

export class AccessTokenCalls {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Makes a token. Not repeated after a lost reply: a token that nobody got would stay.
   * @throws AuthError RIGHT_MISSING for all but admins
   */
  async create(attributes: AccessTokenAttributes, options: CallOptions = {}): Promise<NewAccessToken> {
    const request = { method: "POST", path: accessTokensPath, body: toAccessTokenRequest(attributes) } as const;
    const { data } = await ofOurServer(
      this.#session.read(createdAccessTokenDocumentSchema, request, { ...options, ...notFoundHere }),
      this.#session,
      tokensOfOurs,
    );
    return { ...fromAccessTokenResource(data), token: new Secret(data.attributes.token) };
  }

  /** All access tokens that are not revoked, without the tokens themselves. */
  async list(options: CallOptions = {}): Promise<readonly AccessToken[]> {
    const request = { path: accessTokensPath };
    const pages = readAllPages(this.#session, accessTokenResourceSchema, request, { ...options, ...notFoundHere });
    return (await ofOurServer(pages, this.#session, tokensOfOurs)).map(fromAccessTokenResource);
  }

  /** @throws NotFoundError TOKEN_NOT_FOUND, ConflictError LAST_ADMIN_TOKEN */
  async revoke(id: string, options: CallOptions = {}): Promise<void> {
    const path = memberPath(accessTokensPath, id);
    await this.#session.request({ method: "DELETE", path }, { ...options, notFound: "TOKEN_NOT_FOUND" });
  }
}

const notFoundHere = { notFound: "ROUTE_NOT_FOUND" } as const;
const tokensOfOurs = "run and access tokens";
