// Amazon's services as far as registry logins need them: STS, ECR, ECR Public, the SSO portal, and over plain HTTP the endpoints of
// EC2 machines, ECS tasks and EKS pods. It knows its keys and checks every signature, so it refuses what AWS refuses.
// docs.aws.amazon.com: STS and ECR API references, "Use IMDSv2", "Container credential provider".
import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Authority } from "./authority.ts";
import { parseAuthorization, recomputeSignature } from "./cloud-signature.ts";
import { type FakeCloud, startFakeCloud } from "./fake-cloud.ts";
import type { ScriptedReply, ScriptedRequest } from "./scripted-server.ts";

export interface AwsKeySet {
  readonly id: string;
  readonly secret: string;
  readonly session?: string;
}

/** One accepted request: the service with the region it was signed for, what was asked, and with whose keys. */
export interface AwsCall {
  readonly host: string;
  readonly service: string;
  readonly action: string;
  /** Access key, or `-` for a request that needs none. */
  readonly by: string;
}

export interface AwsCloud extends AsyncDisposable {
  readonly cloud: FakeCloud;
  /** `http://127.0.0.1:PORT`: instance metadata and container credentials. */
  readonly machine: string;
  /** Accepted requests since the last `reset`, in order. */
  readonly calls: readonly AwsCall[];
  reset(): void;
}

export interface AwsCloudOptions {
  readonly authority: Authority;
  /** Names that it answers to. */
  readonly hosts: readonly string[];
  readonly password: string;
}

export const userKeys: AwsKeySet = { id: "AKIAUSER000000000001", secret: "user/secret+key00000000000000000000000001" };
export const otherKeys: AwsKeySet = { id: "AKIAOTHER00000000002", secret: "other/secret+key0000000000000000000000002" };
export const temporaryKeys: AwsKeySet = {
  id: "ASIATEMPORARY0000003",
  secret: "temporary/secret0000000000000000000000003",
  session: "temporary/session+token==",
};
/** What a role, a machine and a session hand out. */
const roleKeys: AwsKeySet = {
  id: "ASIAROLE000000000004",
  secret: "role/secret000000000000000000000000000004",
  session: "role/session==",
};
const machineKeys: AwsKeySet = {
  id: "ASIAMACHINE000000005",
  secret: "machine/secret000000000000000000000000005",
  session: "machine/session==",
};
const ssoKeys: AwsKeySet = {
  id: "ASIASSO0000000000006",
  secret: "sso/secret0000000000000000000000000000006",
  session: "sso/session==",
};
const known = new Map(
  [userKeys, otherKeys, temporaryKeys, roleKeys, machineKeys, ssoKeys].map((keys) => [keys.id, keys]),
);

export const roleArn = "arn:aws:iam::123456789012:role/pull";
export const externalId = "external-7";
export const webIdentityToken = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwb2QifQ.c2lnbmF0dXJl";
export const ssoToken = "sso-access-token";
export const podToken = "pod-token";
const machineRole = "pull-images";

const hourMs = 3600_000;
/** AWS refuses a signature that is older or newer. */
const maxSkewMs = 5 * 60_000;

export async function startAwsCloud({ authority, hosts, password }: AwsCloudOptions): Promise<AwsCloud> {
  const calls: AwsCall[] = [];
  const note = (call: AwsCall) => void calls.push(call);
  const cloud = await startFakeCloud(authority, hosts, (request) => answer(request, password, note));
  const machine = await startMachine(note);
  return {
    cloud,
    machine: `http://127.0.0.1:${(machine.address() as AddressInfo).port}`,
    calls,
    reset: () => void calls.splice(0),
    [Symbol.asyncDispose]: async () => {
      machine.closeAllConnections();
      await new Promise((resolve) => machine.close(resolve));
      await cloud[Symbol.asyncDispose]();
    },
  };
}

type Note = (call: AwsCall) => void;

function answer(request: ScriptedRequest, password: string, note: Note): ScriptedReply {
  const { host = "" } = request.headers;
  if (host.startsWith("portal.sso.")) return answerSso(request, note);
  if (host.startsWith("sts.")) return answerSts(request, note);
  return answerEcr(request, password, note);
}

type Verdict = { readonly by: string; readonly region: string; readonly service: string } | { readonly fault: string };

/** Whose request it is, or why AWS would refuse it. */
function verify({ method, url, headers, body }: ScriptedRequest): Verdict {
  const authorization = parseAuthorization(headers.authorization);
  if (authorization === undefined) return { fault: "MissingAuthenticationTokenException" };
  const keys = known.get(authorization.accessKeyId);
  const session = headers["x-amz-security-token"];
  if (keys === undefined || keys.session !== session) return { fault: "UnrecognizedClientException" };
  if (Math.abs(parseStamp(String(headers["x-amz-date"])) - Date.now()) > maxSkewMs) return { fault: "RequestExpired" };
  const mustBeSigned = ["host", ...Object.keys(headers).filter((name) => name.startsWith("x-amz-"))];
  if (!mustBeSigned.every((name) => authorization.signedHeaders.includes(name)))
    return { fault: "InvalidSignatureException" };
  const expected = recomputeSignature({ method, target: url, headers, body }, authorization, keys.secret);
  if (expected !== authorization.signature) return { fault: "InvalidSignatureException" };
  return { by: keys.id, region: authorization.region, service: authorization.service };
}

/** `20300101T000000Z` in milliseconds since the epoch. */
function parseStamp(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function answerEcr(request: ScriptedRequest, password: string, note: Note): ScriptedReply {
  const { host = "" } = request.headers;
  const verdict = verify(request);
  if ("fault" in verdict) return refusal(verdict.fault);
  const isPublic = host.includes("ecr-public");
  const target = isPublic ? "SpencerFrontendService" : "AmazonEC2ContainerRegistry_V20150921";
  const isRight =
    request.method === "POST" &&
    request.url === "/" &&
    request.headers["x-amz-target"] === `${target}.GetAuthorizationToken` &&
    request.headers["content-type"] === "application/x-amz-json-1.1" &&
    typeof JSON.parse(request.body) === "object";
  if (!isRight) return refusal("UnknownOperationException");
  if (verdict.service !== (isPublic ? "ecr-public" : "ecr") || !host.includes(`.${verdict.region}.`))
    return refusal("InvalidSignatureException");
  note({ host, service: `${verdict.service} ${verdict.region}`, action: "GetAuthorizationToken", by: verdict.by });
  const data = {
    authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
    expiresAt: (Date.now() + 12 * hourMs) / 1000,
  };
  if (isPublic) return json({ authorizationData: data });
  const proxyEndpoint = `https://123456789012.dkr.ecr.${verdict.region}.amazonaws.com`;
  return json({ authorizationData: [{ ...data, proxyEndpoint }] });
}

function json(body: object): ScriptedReply {
  return { headers: { "content-type": "application/x-amz-json-1.1" }, body };
}

function refusal(type: string): ScriptedReply {
  return { ...json({ __type: type, message: `refused: ${type}` }), status: 400 };
}

function answerSts(request: ScriptedRequest, note: Note): ScriptedReply {
  const { host = "" } = request.headers;
  const form = Object.fromEntries(new URLSearchParams(request.body));
  const { Action: action = "", RoleArn: arn, RoleSessionName: name = "" } = form;
  if (form["Version"] !== "2011-06-15" || arn !== roleArn || !/^[\w+=,.@-]{2,64}$/.test(name))
    return stsRefusal("ValidationError");
  if (action === "AssumeRoleWithWebIdentity") {
    if (form["WebIdentityToken"] !== webIdentityToken) return stsRefusal("InvalidIdentityToken");
    note({ host, service: "sts", action, by: "-" });
    return credentialsReply(action);
  }
  const verdict = verify(request);
  if ("fault" in verdict) return stsRefusal(verdict.fault);
  if (action !== "AssumeRole" || verdict.service !== "sts" || !host.includes(`.${verdict.region}.`))
    return stsRefusal("SignatureDoesNotMatch");
  // The role's trust policy asks one of the users for an external id.
  if (verdict.by === otherKeys.id && form["ExternalId"] !== externalId) return stsRefusal("AccessDenied");
  note({ host, service: `sts ${verdict.region}`, action, by: verdict.by });
  return credentialsReply(action);
}

function credentialsReply(action: string): ScriptedReply {
  const end = new Date(Date.now() + hourMs).toISOString();
  const body =
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>` +
    `<AssumedRoleUser><AssumedRoleId>AROA0000000000000000:me</AssumedRoleId><Arn>${roleArn}/me</Arn></AssumedRoleUser>` +
    `<Credentials><AccessKeyId>${roleKeys.id}</AccessKeyId><SecretAccessKey>${roleKeys.secret}</SecretAccessKey>` +
    `<SessionToken>${roleKeys.session}</SessionToken><Expiration>${end}</Expiration></Credentials>` +
    `</${action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${action}Response>`;
  return { headers: { "content-type": "text/xml" }, body };
}

function stsRefusal(code: string): ScriptedReply {
  const body =
    `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code>` +
    `<Message>refused: ${code}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
  return { status: 403, headers: { "content-type": "text/xml" }, body };
}

function answerSso({ method, url, headers }: ScriptedRequest, note: Note): ScriptedReply {
  const { pathname, searchParams: query } = new URL(url, "https://portal");
  if (headers["x-amz-sso_bearer_token"] !== ssoToken) {
    return { status: 401, body: { message: "Session token not found or invalid", __type: "UnauthorizedException" } };
  }
  const isRight = method === "GET" && pathname === "/federation/credentials";
  if (!isRight || query.get("account_id") !== "123456789012" || query.get("role_name") !== "pull")
    return { status: 403, body: { message: "No access", __type: "ForbiddenException" } };
  note({ host: headers.host ?? "", service: "sso", action: "GetRoleCredentials", by: "-" });
  const { id: accessKeyId, secret: secretAccessKey, session: sessionToken } = ssoKeys;
  return { body: { roleCredentials: { accessKeyId, secretAccessKey, sessionToken, expiration: Date.now() + hourMs } } };
}

async function startMachine(note: Note): Promise<Server> {
  const sessions = new Set<string>();
  const server = createServer((request, response) => {
    const [status, body] = answerMachine(request, sessions, note);
    const type = body.startsWith("{") ? "application/json" : "text/plain";
    // Go's SDK takes no session that does not say how long it lasts.
    const ttl = request.headers["x-aws-ec2-metadata-token-ttl-seconds"] ?? "";
    response.writeHead(status, { "content-type": type, "x-aws-ec2-metadata-token-ttl-seconds": ttl }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function answerMachine(request: IncomingMessage, sessions: Set<string>, note: Note): [status: number, body: string] {
  const { method, url = "", headers } = request;
  const host = "machine";
  if (url === "/v1/credentials") {
    if (headers.authorization !== podToken) return [401, "unauthorized"];
    note({ host, service: "container", action: "credentials", by: "-" });
    return [200, machineDocument({})];
  }
  if (url === "/latest/api/token") {
    const ttl = Number(headers["x-aws-ec2-metadata-token-ttl-seconds"]);
    if (method !== "PUT" || !(ttl >= 1 && ttl <= 21_600)) return [method === "PUT" ? 400 : 405, ""];
    const session = randomBytes(16).toString("base64");
    sessions.add(session);
    return [200, session];
  }
  if (method !== "GET" || !sessions.has(String(headers["x-aws-ec2-metadata-token"]))) return [401, ""];
  const path = "/latest/meta-data/iam/security-credentials/";
  if (url === path) return [200, machineRole];
  if (url !== path + machineRole) return [404, ""];
  note({ host, service: "machine", action: "credentials", by: "-" });
  return [200, machineDocument({ Code: "Success", Type: "AWS-HMAC", LastUpdated: new Date().toISOString() })];
}

function machineDocument(more: object): string {
  const { id: AccessKeyId, secret: SecretAccessKey, session: Token } = machineKeys;
  return JSON.stringify({ ...more, AccessKeyId, SecretAccessKey, Token, Expiration: new Date(Date.now() + hourMs) });
}
