// Takes a role at AWS's Security Token Service; docs.aws.amazon.com/STS/latest/APIReference.
import { AuthError, RemoteError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { printable } from "../../base/text.ts";
import type { AwsContext } from "./aws-keys.ts";
import { type AwsKeys, signAwsRequest } from "./aws-signature.ts";
import { assertAvailable, roleOf } from "./cloud-request.ts";

const service = "AWS's token service";
const formType = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const defaultSessionName = "docker-credential-scalr";

export interface RoleRequest {
  readonly roleArn: string;
  readonly sessionName: string | undefined;
  readonly externalId?: string | undefined;
}

export async function assumeRole(role: RoleRequest, keys: AwsKeys, context: AwsContext): Promise<AwsKeys> {
  const body = formOf("AssumeRole", role, role.externalId === undefined ? {} : { ExternalId: role.externalId });
  const request = {
    method: "POST",
    url: endpointOf(context),
    headers: formType,
    body,
    region: context.region,
    service: "sts",
  };
  return await post(signAwsRequest(request, keys, context.clock.now()), body, context);
}

/** The token is the proof: this one is not signed. */
export async function assumeRoleWithWebIdentity(
  role: RoleRequest,
  token: string,
  context: AwsContext,
): Promise<AwsKeys> {
  return await post(formType, formOf("AssumeRoleWithWebIdentity", role, { WebIdentityToken: token }), context);
}

function endpointOf({ region, domain }: AwsContext): URL {
  return new URL(`https://sts.${region}.${domain}/`);
}

function formOf(action: string, role: RoleRequest, more: Readonly<Record<string, string>>): string {
  const session = role.sessionName ?? defaultSessionName;
  return new URLSearchParams({
    Action: action,
    Version: "2011-06-15",
    RoleArn: role.roleArn,
    RoleSessionName: session,
    ...more,
  }).toString();
}

async function post(headers: Readonly<Record<string, string>>, body: string, context: AwsContext): Promise<AwsKeys> {
  const { http, signal } = context;
  const reply = await http.send({ method: "POST", url: endpointOf(context), headers, body, signal }, roleOf(service));
  const field = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(reply.body)?.[1];
  assertAvailable(reply.status, service);
  if (reply.status >= 400) {
    const said = printable(field("Message") ?? "");
    const message = `${service} refuses the role, got ${reply.status}${said === "" ? "" : `: ${said}`}`;
    throw new AuthError("CLOUD_LOGIN_REFUSED", message, { source: service, hint: "check the role's trust policy" });
  }
  const [id, secret, token] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(field);
  if (id === undefined || secret === undefined || token === undefined) {
    throw new RemoteError("CLOUD_ANSWER_INVALID", `${service} answered ${reply.status} without keys`, {
      status: reply.status,
    });
  }
  return { accessKeyId: id, secretAccessKey: new Secret(secret), sessionToken: new Secret(token) };
}
