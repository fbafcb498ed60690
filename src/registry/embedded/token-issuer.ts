// The token endpoint of an embedded registry; Docker's "Token Authentication Specification" and "OAuth2 Token Authentication".
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import {
  type Access,
  type Action,
  anonymousAccess,
  findUser,
  parseBasic,
  type RegistryUser,
  userAccess,
} from "./access.ts";
import { Fault } from "./fault.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** What the specification gives clients that are not told otherwise. */
const defaultLifetimeSeconds = 60;
/** Opaque tokens that are kept; the oldest goes when there are more. */
const maxTokens = 10_000;

export interface TokenIssuerOptions {
  readonly users: readonly RegistryUser[];
  readonly mayPull: boolean;
  /** A signed JWT, or a random text that only this server understands. */
  readonly format: "jwt" | "opaque";
  readonly service: string;
  /** Another realm than `/token` of the host that the caller asked. */
  readonly realm: string | undefined;
  /** Answers 403 to a request for a token without a scope, as some registries do. */
  readonly refuseScopeless: boolean;
  readonly lifetimeSeconds: number | undefined;
  readonly clock: Clock;
}

/** A request to the token endpoint; the parameters come from the query of a GET or the form of a POST. */
export interface TokenRequest {
  readonly method: "GET" | "POST";
  readonly authorization: string | undefined;
  readonly parameters: URLSearchParams;
}

interface Grant {
  readonly type: "repository";
  readonly name: string;
  readonly actions: readonly string[];
}

interface Claims {
  readonly iss: string;
  readonly aud: string;
  /** Empty for an anonymous caller. */
  readonly sub: string;
  /** Seconds since the epoch, as the other two. */
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly jti: string;
  readonly access: readonly Grant[];
}

export class TokenIssuer {
  readonly service: string;
  readonly realm: string | undefined;
  readonly #options: TokenIssuerOptions;
  readonly #key = randomBytes(32);
  readonly #opaque = new Map<string, Claims>();

  constructor(options: TokenIssuerOptions) {
    this.#options = options;
    this.service = options.service;
    this.realm = options.realm;
  }

  /** Answers a token request: what of the wanted scopes the caller may have. @throws Fault 400, 401 or 403 */
  issue(request: TokenRequest): { reply: Reply; username: string | undefined } {
    const caller = this.#identify(request);
    const scopes = request.parameters.getAll("scope").flatMap((scope) => scope.split(" ").filter(Boolean));
    if (this.#options.refuseScopeless && scopes.length === 0) {
      throw new Fault(403, "DENIED", "a token needs a scope");
    }
    if (request.parameters.get("service") !== this.service) {
      throw new Fault(400, "UNSUPPORTED", "the token is for another service");
    }
    const token = this.#makeToken(caller, scopes);
    return { reply: token, username: caller.username };
  }

  /** What the bearer of a token may do, or undefined when the token is unknown, changed or over. */
  findAccess(token: string): Access | undefined {
    const claims = this.#options.format === "opaque" ? this.#opaque.get(token) : this.#verify(token);
    if (claims === undefined || claims.exp * 1000 <= this.#options.clock.now()) return undefined;
    return {
      username: claims.sub === "" ? undefined : claims.sub,
      allows: ({ repository, action }) =>
        claims.access.some(({ name, actions }) => name === repository && actions.includes(action)),
    };
  }

  #identify({ method, authorization, parameters }: TokenRequest): Access {
    const given = method === "POST" ? formCredential(parameters) : authorization && parseBasic(authorization);
    if (method === "GET" && authorization === undefined) return anonymousAccess(this.#options.mayPull);
    const user = given ? findUser(this.#options.users, given.username, given.password) : undefined;
    if (user === undefined) throw new Fault(401, "UNAUTHORIZED", "the user name or password is wrong");
    return userAccess(user);
  }

  #makeToken(caller: Access, scopes: readonly string[]): Reply {
    const nowSeconds = Math.floor(this.#options.clock.now() / 1000);
    const lifetimeSeconds = this.#options.lifetimeSeconds ?? defaultLifetimeSeconds;
    const claims: Claims = {
      iss: this.service,
      aud: this.service,
      sub: caller.username ?? "",
      iat: nowSeconds,
      nbf: nowSeconds,
      exp: nowSeconds + lifetimeSeconds,
      jti: randomUUID(),
      access: scopes.flatMap((scope) => grantOf(scope, caller)),
    };
    const token = this.#options.format === "opaque" ? this.#remember(claims) : this.#sign(claims);
    const issuedAt = new Date(nowSeconds * 1000).toISOString();
    const document = { token, access_token: token, expires_in: lifetimeSeconds, issued_at: issuedAt };
    return jsonReply(200, document, { "cache-control": "no-store" });
  }

  #remember(claims: Claims): string {
    const oldest = this.#opaque.keys().next().value;
    if (oldest !== undefined && this.#opaque.size >= maxTokens) this.#opaque.delete(oldest);
    const token = randomBytes(32).toString("base64url");
    this.#opaque.set(token, claims);
    return token;
  }

  /** A JWS in compact form, HS256; RFC 7515 section 7.1. The key never leaves the process. */
  #sign(claims: Claims): string {
    const content = [{ typ: "JWT", alg: "HS256" }, claims].map(encodePart).join(".");
    return `${content}.${this.#macOf(content).toString("base64url")}`;
  }

  #verify(token: string): Claims | undefined {
    const [header = "", payload = "", mac = ""] = token.split(".");
    const expected = this.#macOf(`${header}.${payload}`);
    const given = Buffer.from(mac, "base64url");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(payload, "base64url").toString()) as Claims;
  }

  #macOf(content: string): Buffer {
    return createHmac("sha256", this.#key).update(content).digest();
  }
}

function formCredential(parameters: URLSearchParams): { username: string; password: string } {
  if (parameters.get("grant_type") !== "password") {
    throw new Fault(400, "UNSUPPORTED", "only the grant type password is supported");
  }
  return { username: parameters.get("username") ?? "", password: parameters.get("password") ?? "" };
}

/** `repository:NAME:ACTION,ACTION` as far as the caller may; other types grant nothing. */
function grantOf(scope: string, caller: Access): Grant[] {
  const match = /^repository:(.+):([a-z,*]*)$/.exec(scope);
  if (match === null) return [];
  const [, name = "", wanted = ""] = match;
  const actions = wanted
    .split(",")
    .filter((action) => isAction(action) && caller.allows({ repository: name, action: action }));
  return [{ type: "repository", name, actions }];
}

function isAction(text: string): text is Action {
  return text === "pull" || text === "push" || text === "delete";
}

function encodePart(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
