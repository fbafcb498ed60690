// The three ways into an embedded registry: open, Basic (RFC 7617), Bearer tokens (Docker's "Token Authentication Specification").
import { formatChallenge } from "../challenge.ts";
import {
  type Access,
  anonymousAccess,
  findUser,
  fullAccess,
  type Need,
  parseBasic,
  type RegistryUser,
  scopesOf,
  userAccess,
} from "./access.ts";
import { Fault } from "./fault.ts";
import type { TokenIssuer } from "./token-issuer.ts";

/** What a gate looks at. */
export interface Visitor {
  readonly authorization: string | undefined;
  /** `https://HOST[:PORT]` as the caller wrote it; realms are under it, because clients refuse private realms elsewhere. */
  readonly origin: string;
}

export interface Gate {
  /**
   * @param wished what a challenge asks for beside, without which the request is answered too
   * @throws Fault 401 when a credential is given and wrong, or none is given and one is wanted; 403 when it may not do this
   */
  admit(visitor: Visitor, needed: readonly Need[], wished: readonly Need[]): Access;
}

export const openGate: Gate = { admit: () => fullAccess };

/** @param mayPull whether everybody may pull without a credential */
export function createBasicGate(users: readonly RegistryUser[], mayPull: boolean): Gate {
  const challenge = formatChallenge({ scheme: "Basic", parameters: new Map([["realm", "embedded registry"]]) });
  const unauthorized = (): Fault =>
    new Fault(401, "UNAUTHORIZED", "a user name and password are needed", { "www-authenticate": challenge });
  const identify = ({ authorization }: Visitor): Access => {
    if (authorization === undefined) return anonymousAccess(mayPull);
    const given = parseBasic(authorization);
    const user = given && findUser(users, given.username, given.password);
    if (user === undefined) throw unauthorized();
    return userAccess(user);
  };
  return {
    admit: (visitor, needed) => {
      const access = identify(visitor);
      if (access.username === undefined && (!mayPull || !isAllowed(access, needed))) throw unauthorized();
      if (!isAllowed(access, needed)) throw new Fault(403, "DENIED", "the user may not do this");
      return access;
    },
  };
}

export function createTokenGate(issuer: TokenIssuer): Gate {
  const refuse = (visitor: Visitor, needed: readonly Need[], error: string | undefined): Fault => {
    const parameters = new Map([
      ["realm", issuer.realm ?? `${visitor.origin}/token`],
      ["service", issuer.service],
    ]);
    const scope = scopesOf(needed).join(" ");
    if (scope !== "") parameters.set("scope", scope);
    if (error !== undefined) parameters.set("error", error);
    const challenge = formatChallenge({ scheme: "Bearer", parameters });
    return new Fault(401, "UNAUTHORIZED", "a token with this scope is needed", { "www-authenticate": challenge });
  };
  return {
    admit: (visitor, needed, wished) => {
      const token = /^bearer +(\S+) *$/i.exec(visitor.authorization ?? "")?.[1];
      if (token === undefined) throw refuse(visitor, [...needed, ...wished], undefined);
      const access = issuer.findAccess(token);
      if (access === undefined) throw refuse(visitor, [...needed, ...wished], "invalid_token");
      if (!isAllowed(access, needed)) throw refuse(visitor, needed, "insufficient_scope");
      return access;
    },
  };
}

function isAllowed(access: Access, needed: readonly Need[]): boolean {
  return needed.every((need) => access.allows(need));
}
