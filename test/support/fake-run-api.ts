// The part of the management API that a run uses, in memory over TLS: mints run tokens, gives logins, ends tokens.
import type { Authority } from "./authority.ts";
import {
  type Script,
  type ScriptedReply,
  type ScriptedRequest,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";

export interface FakeRunApi extends AsyncDisposable {
  /** `localhost:PORT`, for SCALR_HOSTNAME. */
  readonly hostname: string;
  /** May mint, for SCALR_TOKEN. */
  readonly mintToken: string;
  /** What it exports: `USER:PASSWORD` by host. */
  readonly logins: Record<string, string>;
  /** Run tokens that were minted and not yet ended. */
  readonly alive: Set<string>;
  readonly server: ScriptedServer;
  /** Answers requests whose `METHOD PATH` matches with this, until it is called again without a reply. */
  intercept(pattern: RegExp, script?: Script): void;
  stop(): Promise<void>;
}

/** @param names what its certificate is for; without any: localhost, 127.0.0.1 and ::1 */
export async function startFakeRunApi(authority: Authority, names?: readonly string[]): Promise<FakeRunApi> {
  const mintToken = "scalroci_at_fake-mint-token";
  const logins: Record<string, string> = {};
  const alive = new Set<string>();
  let intercepted: { pattern: RegExp; script: Script } | undefined;
  let minted = 0;

  const answer = (request: ScriptedRequest): ScriptedReply => {
    const bearer = request.headers.authorization?.replace("Bearer ", "") ?? "";
    if (request.method === "POST" && request.url === "/api/oci/v1/run-tokens") {
      if (bearer !== mintToken) return refusal(401, "TOKEN_INVALID");
      const token = `scalroci_rt_fake-${(minted += 1)}`;
      alive.add(token);
      return { status: 201, body: { data: { type: "run-tokens", id: token, attributes: { token } } } };
    }
    if (!alive.has(bearer)) return refusal(401, "TOKEN_REVOKED");
    if (request.method === "DELETE") {
      alive.delete(bearer);
      return { status: 204 };
    }
    if (request.url === "/api/oci/v1/docker-config") return { body: { auths: encode(logins) } };
    const host = decodeURIComponent(request.url.split("/").at(-1) ?? "");
    const [username, ...password] = logins[host]?.split(":") ?? [];
    if (username === undefined) return refusal(404, "CREDENTIAL_NOT_FOUND");
    const attributes = { username, password: password.join(":") };
    return { body: { data: { type: "registry-credentials", id: host, attributes } } };
  };
  const server = await startScriptedServer(authority.issue(names), (request) => {
    const isIntercepted = intercepted?.pattern.test(`${request.method} ${request.url}`) === true;
    return isIntercepted ? (intercepted?.script(request) ?? "drop") : answer(request);
  });
  return {
    hostname: server.host,
    mintToken,
    logins,
    alive,
    server,
    intercept: (pattern, script) => (intercepted = script === undefined ? undefined : { pattern, script }),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

function encode(logins: Readonly<Record<string, string>>): Record<string, { auth: string }> {
  const entries = Object.entries(logins).map(
    ([host, login]) => [host, { auth: Buffer.from(login).toString("base64") }] as const,
  );
  return Object.fromEntries(entries);
}

function refusal(status: number, code: string): ScriptedReply {
  return { status, body: { errors: [{ status: String(status), code, title: code }] } };
}
