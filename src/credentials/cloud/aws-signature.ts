// Signs a request to AWS; docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (Signature Version 4).
import { createHash, createHmac } from "node:crypto";
import type { Secret } from "../../base/secret.ts";

const algorithm = "AWS4-HMAC-SHA256";

export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  /** Of temporary keys. */
  readonly sessionToken?: Secret | undefined;
}

export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly region: string;
  readonly service: string;
}

/** The request's headers with date, session token and signature. */
export function signAwsRequest(request: SignedRequest, keys: AwsKeys, nowMs: number): Record<string, string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const date = stamp.slice(0, 8);
  const headers: Record<string, string> = {
    ...request.headers,
    "x-amz-date": stamp,
    ...(keys.sessionToken !== undefined && { "x-amz-security-token": keys.sessionToken.reveal() }),
  };
  const scope = `${date}/${request.region}/${request.service}/aws4_request`;
  const { canonical, names } = canonicalRequest(request, headers);
  const signature = hmac(
    signingKey(keys, date, request),
    [algorithm, stamp, scope, sha256(canonical)].join("\n"),
  ).toString("hex");
  const authorization = `${algorithm} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...headers, authorization };
}

function canonicalRequest({ method, url, body }: SignedRequest, headers: Readonly<Record<string, string>>) {
  const signed = Object.entries({ ...headers, host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, " ")] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const query = [...url.searchParams]
    .map(([key, value]) => [encode(key), encode(value)] as const)
    .sort(byKeyThenValue)
    .map(([key, value]) => `${key}=${value}`)
    .join("&");
  const lines = signed.map(([name, value]) => `${name}:${value}`);
  return { canonical: [method, canonicalPath(url), query, ...lines, "", names, sha256(body)].join("\n"), names };
}

function signingKey({ secretAccessKey }: AwsKeys, date: string, { region, service }: SignedRequest): Buffer {
  return [region, service, "aws4_request"].reduce(
    (key, part) => hmac(key, part),
    hmac(`AWS4${secretAccessKey.reveal()}`, date),
  );
}

/** Every service but S3 signs the path as it is sent, each segment encoded once more and empty ones left out. */
function canonicalPath({ pathname }: URL): string {
  return pathname
    .replace(/\/{2,}/g, "/")
    .split("/")
    .map(encode)
    .join("/");
}

/** Not by the joined text: `=` comes after `-` and `.`, which a key may hold. */
function byKeyThenValue(
  [oneKey, oneValue]: readonly [string, string],
  [otherKey, otherValue]: readonly [string, string],
) {
  if (oneKey !== otherKey) return oneKey < otherKey ? -1 : 1;
  return oneValue < otherValue ? -1 : 1;
}

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
