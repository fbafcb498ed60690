// What goes wrong before there is a whole reply, as our errors: proxy, name, connection, TLS, time, size.
import { errorCodes, type ErrorCodeOf } from "../base/error-codes.ts";
import { isScalrOciError, RemoteError, type ScalrOciError, TransientError } from "../base/errors.ts";
import { TunnelRefused } from "./proxy-tunnel.ts";

/** Whom a request goes to, for messages, and which codes say what is wrong with it. */
export interface ServerRole {
  /** Such as `management api at acme.scalr.io`. */
  readonly name: string;
  readonly unreachable: ErrorCodeOf<"transient">;
  readonly untrusted: ErrorCodeOf<"remote">;
  readonly broken: ErrorCodeOf<"remote">;
}

export class ReplyTooLarge extends Error {
  override readonly name = "ReplyTooLarge";

  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
  }
}

/** Codes of OpenSSL for a certificate whose authority is not trusted; nodejs.org/api/tls.html "X509 certificate error codes". */
const unknownAuthority = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

const otherCertificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "it has expired",
  CERT_NOT_YET_VALID: "it is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "it is for another name",
};

const reasons: Readonly<Record<string, string>> = {
  ABORT_ERR: "it does not answer in time",
  EAI_AGAIN: "its name cannot be resolved now",
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was cut",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no network",
  ENOTFOUND: "its name is unknown",
  EPIPE: "the connection was cut",
  EPROTO: "it does not speak TLS",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS",
  ETIMEDOUT: "it does not answer in time",
};

/** True when a handshake failed because the server's authority is not among those that were trusted. */
export function isUnknownAuthority(thrown: unknown): boolean {
  return unknownAuthority.has(codeOf(thrown));
}

/** Errors of ours pass through. */
export function toServerError(thrown: unknown, role: ServerRole): ScalrOciError {
  if (isScalrOciError(thrown)) return thrown;
  const code = codeOf(thrown);
  const certificateFault = unknownAuthority.has(code) ? "its authority is unknown" : otherCertificateFaults[code];
  if (certificateFault !== undefined) {
    const message = `${role.name} is not trusted because of its certificate, ${certificateFault}`;
    return new RemoteError(role.untrusted, message, { hint: errorCodes[role.untrusted].nextStep, cause: thrown });
  }
  if (thrown instanceof ReplyTooLarge || code.startsWith("HPE_")) {
    const what = thrown instanceof ReplyTooLarge ? "sends a reply that is too large" : "does not speak HTTP";
    return new RemoteError(role.broken, `${role.name} ${what}`, {
      hint: errorCodes[role.broken].nextStep,
      cause: thrown,
    });
  }
  return new TransientError(role.unreachable, `${role.name} cannot be reached, ${reasonOf(thrown, code)}`, {
    hint: errorCodes[role.unreachable].nextStep,
    cause: thrown,
  });
}

function reasonOf(thrown: unknown, code: string): string {
  if (thrown instanceof TunnelRefused) return `the proxy answers ${thrown.status}`;
  const reason = reasons[code];
  if (reason !== undefined) return reason;
  return /^[A-Z][A-Z0-9_]+$/.test(code) ? `the connection failed (${code})` : "the connection failed";
}

/** An error for several addresses has the codes in its parts; an aborted request has a name and a number. */
function codeOf(thrown: unknown): string {
  const { code, errors, name } = (thrown ?? {}) as { code?: unknown; errors?: unknown; name?: unknown };
  if (name === "TimeoutError" || name === "AbortError") return "ABORT_ERR";
  if (typeof code === "string") return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : "";
}
