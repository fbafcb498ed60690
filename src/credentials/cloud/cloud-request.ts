// Requests to the services of clouds that give logins: bounded, never following a redirect, never repeating a secret.
import { errorCodes } from "../../base/error-codes.ts";
import { AuthError, RemoteError, TransientError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import type { HttpClient, HttpReply, HttpRequest } from "../http-client.ts";
import type { ServerRole } from "../server-error.ts";

/** A link-local address answers at once or is not there. */
export const metadataTimeoutMs = 1_000;
/** What a service says about a refusal is a sentence. */
const maxDetailLength = 300;

export interface CloudCall extends HttpRequest {
  /** Whom the request goes to, such as `Google's token service`. */
  readonly service: string;
  /** What to do when it refuses. */
  readonly remedy: string;
}

/**
 * Sends one request. @returns the JSON object of a success
 * @throws AuthError CLOUD_LOGIN_REFUSED for 400 to 403, TransientError CLOUD_UNREACHABLE for 429 and 5xx and where there is no
 *   reply, RemoteError CLOUD_ANSWER_INVALID for anything else
 */
export async function callCloud(
  http: HttpClient,
  { service, remedy, ...request }: CloudCall,
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await http.send(request, roleOf(service));
  const { status } = reply;
  assertAvailable(status, service);
  if (status >= 400 && status <= 403) {
    throw new AuthError("CLOUD_LOGIN_REFUSED", `${service} refuses, got ${status}${detailOf(reply)}`, {
      source: service,
      hint: remedy,
    });
  }
  const document = status < 300 ? parseObject(reply.body) : undefined;
  if (document !== undefined) return document;
  const message = `${service} answered ${status} without the document that it should`;
  throw new RemoteError("CLOUD_ANSWER_INVALID", message, { status, hint: errorCodes.CLOUD_ANSWER_INVALID.nextStep });
}

/** @throws TransientError CLOUD_UNREACHABLE for 429 and 5xx */
export function assertAvailable(status: number, service: string): void {
  if (status !== 429 && status < 500) return;
  throw new TransientError("CLOUD_UNREACHABLE", `${service} cannot answer now, got ${status}`, {
    lastStatus: status,
    hint: "try again later",
  });
}

export function roleOf(name: string): ServerRole {
  return { name, unreachable: "CLOUD_UNREACHABLE", untrusted: "CLOUD_UNTRUSTED", broken: "CLOUD_ANSWER_INVALID" };
}

/** A text field of an answer. @throws RemoteError CLOUD_ANSWER_INVALID when it is not there */
export function textOf(document: Readonly<Record<string, unknown>>, field: string, service: string): string {
  const value = document[field];
  if (typeof value === "string" && value !== "") return value;
  throw new RemoteError("CLOUD_ANSWER_INVALID", `${service} answered without ${field}`, {
    hint: errorCodes.CLOUD_ANSWER_INVALID.nextStep,
  });
}

/** The JSON object that a text holds, or undefined. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The fields in which the three clouds explain themselves; RFC 6749 section 5.2 and AWS's JSON protocol. */
function detailOf({ body }: HttpReply): string {
  const document = parseObject(body) ?? {};
  const said = [document["error_description"], document["message"], document["Message"], document["error"]].find(
    (value): value is string => typeof value === "string" && value !== "",
  );
  return said === undefined ? "" : `: ${printable(said.split("\n", 1)[0] ?? "", maxDetailLength).replace(/\.$/, "")}`;
}
