// Follows redirects of reads; a credential stays with the origin it was given for. RFC 9110 sections 15.4 and 11.6.2.
import { RemoteError } from "../base/errors.ts";
import type { HttpRequest, HttpResponse, Transport } from "./transport.ts";

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Registries need one, to their storage; some storage a second. */
const maxRedirects = 5;

export interface FollowedResponse {
  readonly response: HttpResponse;
  /** True when the reply is not the asked origin's; its 401 and 403 then say nothing about the credential. */
  readonly isElsewhere: boolean;
}

/**
 * Sends a GET or HEAD and follows where it is sent. The Authorization header is dropped at the first other origin and does
 * not come back, not even when the way leads back.
 * @throws RemoteError REGISTRY_PROTOCOL_BROKEN for a redirect to nowhere, away from https, or without end
 */
export async function sendFollowing(transport: Transport, request: HttpRequest): Promise<FollowedResponse> {
  const { host: asked } = request.url;
  let current = request;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const response = await transport.send(current);
    if (!redirectStatuses.has(response.status)) {
      return { response, isElsewhere: current.url.origin !== request.url.origin };
    }
    await response.discard();
    current = nextRequest(current, response.header("location"), asked);
  }
  throw broken(asked, `more than ${maxRedirects} times`);
}

function nextRequest(request: HttpRequest, location: string | undefined, asked: string): HttpRequest {
  if (location === undefined || !URL.canParse(location, request.url.href)) throw broken(asked, "to nowhere");
  const url = new URL(location, request.url);
  if (url.protocol !== "https:") throw broken(asked, "away from https");
  if (url.username !== "" || url.password !== "") throw broken(asked, "to an address with user info");
  if (url.origin === request.url.origin) return { ...request, url };
  const { authorization: _dropped, ...headers } = request.headers;
  return { ...request, url, headers };
}

function broken(host: string, how: string): RemoteError {
  return new RemoteError("REGISTRY_PROTOCOL_BROKEN", `${host} redirects ${how}, expected the content`);
}
