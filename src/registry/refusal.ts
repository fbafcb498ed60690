// Turns a registry's refusal into one of our errors; OCI distribution specification, "Error Codes".
import * as z from "zod";
import {
  AuthError,
  NotFoundError,
  RemoteError,
  type RemoteErrorDetail,
  type ScalrOciError,
  TransientError,
} from "../base/errors.ts";
import { parseRetryAfter } from "../base/retry.ts";
import type { Secret } from "../base/secret.ts";
import { printable } from "../base/text.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import { permissionFor, type RegistryAction } from "./permission.ts";
import { type HttpResponse, readBody } from "./transport.ts";

/** Error documents are a few hundred bytes; pages of proxies are longer and are not read. */
const maxErrorDocumentBytes = 64 * 1024;
/** Too many requests, and what a server says of itself or of one behind it. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

const errorDocument = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })),
});

/** What was asked of the registry, for the message. */
export interface Asked {
  readonly host: RegistryHost;
  readonly action: RegistryAction;
  /** Repository, tag or the like, such as `acme/vpc:1.4.0`; undefined for the registry itself. */
  readonly what: string | undefined;
  /** The password that was used, so that a registry cannot echo it into a message; undefined when nobody asked. */
  readonly password: Secret | undefined;
  /** True when a token realm took the credential: what is refused then is the right, not the credential. */
  readonly isAdmitted?: boolean;
  /** True when the reply came from where the registry redirects to, which never saw the credential. */
  readonly isElsewhere?: boolean;
}

/** The error that a reply with an unexpected status means; its body is read. */
export async function refusalOf(response: HttpResponse, asked: Asked, nowMs: number): Promise<ScalrOciError> {
  const errors = await readErrors(response, asked);
  const { status } = response;
  const got = [String(status), describe(errors)].filter((part) => part !== "").join(" ");
  if (passingStatuses.has(status)) {
    const retryAfterMs = parseRetryAfter(response.header("retry-after"), nowMs);
    const message = `${asked.host.value} cannot answer at the moment, got ${got}`;
    return new TransientError("REGISTRY_UNREACHABLE", message, { lastStatus: status, retryAfterMs });
  }
  if (asked.isElsewhere !== true) {
    if (status === 401 || status === 403) return authError(status, got, asked);
    if (status === 404 && errors[0]?.code !== "MANIFEST_BLOB_UNKNOWN") return notFound(got, asked);
  }
  const who = asked.isElsewhere === true ? `the storage of ${asked.host.value}` : asked.host.value;
  const message = `${who} refused to ${asked.action} ${asked.what ?? "anything"}, got ${got}`;
  return new RemoteError("REGISTRY_REQUEST_REFUSED", message, { status, errors });
}

/** The error for a token realm that gave no token. */
export async function tokenRefusalOf(response: HttpResponse, asked: Asked, nowMs: number): Promise<ScalrOciError> {
  if (response.status >= 300 && response.status < 400) {
    await response.discard();
    return new RemoteError(
      "REGISTRY_PROTOCOL_BROKEN",
      `token realm of ${asked.host.value} redirects, expected a token`,
    );
  }
  // A realm knows no repositories: whatever it says to a caller with a credential is about the credential.
  return refusalOf(response, asked, nowMs);
}

function authError(status: number, got: string, asked: Asked): AuthError {
  const host = asked.host.value;
  const permission = permissionFor(asked.host, asked.action);
  const thing = asked.what === undefined ? host : `${asked.what} on ${host}`;
  if (asked.password === undefined) {
    return new AuthError("REGISTRY_CREDENTIAL_MISSING", `no credential to ${asked.action} ${thing}, got ${got}`, {
      host,
      hint: `log in to ${host} or export an integration for it; it needs ${permission}`,
    });
  }
  if (status === 401 && asked.isAdmitted !== true) {
    return new AuthError("REGISTRY_CREDENTIAL_REFUSED", `${host} refused the credential, got ${got}`, {
      host,
      hint: `check user name and password of ${host}; it needs ${permission}`,
    });
  }
  return new AuthError("REGISTRY_PERMISSION_MISSING", `the credential may not ${asked.action} ${thing}, got ${got}`, {
    host,
    hint: `it needs ${permission}`,
  });
}

function notFound(got: string, asked: Asked): NotFoundError {
  const permission = permissionFor(asked.host, asked.action);
  const reason =
    asked.password === undefined
      ? "no credential was used, and some registries hide what is private"
      : `some registries hide what a credential may not ${asked.action}, it needs ${permission}`;
  const message = `${asked.host.value} has no ${asked.what ?? "registry API"}, got ${got}`;
  return new NotFoundError("REGISTRY_CONTENT_NOT_FOUND", message, { hint: `check the name; ${reason}` });
}

async function readErrors(response: HttpResponse, { host, password }: Asked): Promise<RemoteErrorDetail[]> {
  try {
    const body = await readBody(response, host.value, maxErrorDocumentBytes);
    const document = errorDocument.safeParse(JSON.parse(body.toString("utf8")));
    return (document.data?.errors ?? []).map(({ code, message }) => ({
      code: code && printable(code),
      detail: message && withoutSecret(printable(message), password),
    }));
  } catch {
    // The status alone says enough; a body that cannot be read must not hide it.
    return [];
  }
}

function withoutSecret(text: string, password: Secret | undefined): string {
  if (password === undefined) return text;
  const secret = password.reveal();
  return secret !== "" && text.includes(secret) ? "[redacted]" : text;
}

function describe(errors: readonly RemoteErrorDetail[]): string {
  const first = errors[0];
  return [first?.code, first?.detail].filter((part) => part !== undefined && part !== "").join(": ");
}
