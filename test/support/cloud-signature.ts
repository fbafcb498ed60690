// Recomputes the signature of a request to AWS with aws4, a signer that shares nothing with ours.
import aws4 from "aws4";

export interface SignedParts {
  readonly method: string;
  /** Path with its query, as it is sent. */
  readonly target: string;
  /** By lower-case name; what is not named in SignedHeaders plays no part. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What the authorization header says about itself. */
export interface Authorization {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const grammar =
  /^AWS4-HMAC-SHA256 Credential=(?<accessKeyId>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request, ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

/** @returns undefined for what is no such header */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const groups = grammar.exec(header ?? "")?.groups;
  if (groups === undefined) return undefined;
  const { accessKeyId = "", date = "", region = "", service = "", names = "", signature = "" } = groups;
  return { accessKeyId, date, region, service, signedHeaders: names.split(";"), signature };
}

/** The signature that the request should have, in hexadecimal. */
export function recomputeSignature(
  { method, target, headers, body }: SignedParts,
  { accessKeyId, region, service, signedHeaders }: Authorization,
  secretAccessKey: string,
): string {
  const signed = Object.fromEntries(signedHeaders.map((name) => [name, String(headers[name] ?? "")]));
  const request = { method, path: target, headers: signed, body, region, service, doNotModifyHeaders: true };
  const signer = new aws4.RequestSigner(request, { accessKeyId, secretAccessKey });
  signer.datetime = String(headers["x-amz-date"]);
  signer.prepareRequest();
  return signer.signature();
}
