// What goes wrong before there is a reply, as our errors: name resolution, connection, TLS, a connection that ends too early.
import { errorCodes } from "../base/error-codes.ts";
import { RemoteError, type ScalrOciError, TransientError } from "../base/errors.ts";
import { BodyTooLarge } from "./http-transport.ts";

/** Failures of a connection that never carried the request: nothing was done. */
const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_ABORTED",
]);

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ENOTFOUND: "the host name is not known",
  EAI_AGAIN: "the host name cannot be resolved now",
  UND_ERR_CONNECT_TIMEOUT: "the connection takes too long",
  // undici's ProxyAgent, for any answer to CONNECT but 200; our own aborts never come here.
  UND_ERR_ABORTED: "the proxy did not open the way",
  UND_ERR_SOCKET: "the connection was closed before the reply",
  ECONNRESET: "the connection was closed before the reply",
};

/** Codes of OpenSSL and Node for a certificate that does not verify; nodejs.org/api/tls.html "X509 certificate error codes". */
const untrusted =
  /^(?:ERR_TLS_CERT_ALTNAME_INVALID|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_SSL_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** A reply may be lost although the server did what was asked: what is not idempotent has to look before it repeats. */
export class LostReplyError extends TransientError {}

/** @param host `HOST[:PORT]` of the management API */
export function toConnectionError(thrown: unknown, host: string): ScalrOciError {
  if (thrown instanceof BodyTooLarge) {
    return new RemoteError("API_PROTOCOL_BROKEN", `management api at ${host} sends a reply that is too large`, {
      hint: errorCodes.API_PROTOCOL_BROKEN.nextStep,
      cause: thrown,
    });
  }
  const code = codeOf(thrown);
  if (untrusted.test(code)) return notTrusted(code, host, thrown);
  const reason = reasons[code] ?? "the connection failed";
  const message = `management api at ${host} cannot be reached, ${reason}${code === "" ? "" : ` (${code})`}`;
  const options = { hint: hintFor(code, host), cause: thrown };
  return neverSent.has(code)
    ? new TransientError("API_UNREACHABLE", message, options)
    : new LostReplyError("API_UNREACHABLE", message, options);
}

function notTrusted(code: string, host: string, cause: unknown): RemoteError {
  const message =
    code === "ERR_TLS_CERT_ALTNAME_INVALID"
      ? `certificate of the management api at ${host} is for another name`
      : `certificate of the management api at ${host} is not trusted, got ${code}`;
  return new RemoteError("API_UNTRUSTED", message, { hint: errorCodes.API_UNTRUSTED.nextStep, cause });
}

/** The code of the error or of what caused it; an error for several addresses has it in its parts. */
function codeOf(thrown: unknown): string {
  const { code, cause, errors } = (thrown ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return cause === undefined ? "" : codeOf(cause);
}

function hintFor(code: string, host: string): string {
  return code === "ENOTFOUND"
    ? `check the name ${host}`
    : "check that the server runs and the network lets you through";
}
