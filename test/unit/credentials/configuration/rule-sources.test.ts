// Rules that choose whose identity a cloud is asked with, against clouds that say what they were asked.
import { AnswerCache } from "../../../../src/credentials/cache/answer-cache.ts";
import { isMet } from "../../../../src/credentials/condition.ts";
import { createCredentialChain } from "../../../../src/credentials/chain.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../../../support/authority.ts";
import { type FakeCloud, startFakeCloud } from "../../../support/fake-cloud.ts";
import type { ScriptedReply, ScriptedRequest } from "../../../support/scripted-server.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const otherAccount = ecr.replace("1234", "9999");
const soonS = Math.floor(Date.now() / 1000) + 3600;
const names = {
  ecr: "api.ecr.eu-west-1.amazonaws.com",
  farEcr: "api.ecr.us-east-1.amazonaws.com",
  sts: "sts.eu-west-1.amazonaws.com",
  entra: "login.microsoftonline.com",
  acr: "acme.azurecr.io",
  otherAcr: "other.azurecr.io",
  google: "oauth2.googleapis.com",
};

let authority: Authority;
let cloud: FakeCloud;
let workspace: Workspace;
/** A service that is away. */
let down: string | undefined;
beforeAll(async () => {
  authority = createAuthority();
  cloud = await startFakeCloud(authority, Object.values(names), answer);
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  authority.remove();
});
beforeEach(() => {
  workspace = createWorkspace();
  down = undefined;
});
afterEach(() => workspace.remove());

function answer({ headers }: ScriptedRequest): ScriptedReply {
  switch (headers.host) {
    case names.ecr:
    case names.farEcr: {
      if (headers.host === down) return { status: 503 };
      const data = { authorizationToken: Buffer.from("AWS:canary-ecr").toString("base64"), expiresAt: soonS };
      return { body: { authorizationData: [data] } };
    }
    case names.sts:
      return {
        body: "<R><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken></Credentials></R>",
      };
    case names.acr:
    case names.otherAcr:
      if (headers.host === down) return { status: 503 };
      return { body: { refresh_token: `e30.${Buffer.from(JSON.stringify({ exp: soonS })).toString("base64url")}.x` } };
    default:
      return { body: { access_token: "token", expires_in: 3599 } };
  }
}

const configure = (hosts: object) => workspace.write("home/.config/scalr-oci/config.json", JSON.stringify({ hosts }));
const environment = (variables: Record<string, string> = {}) =>
  workspace.environment({ variables: { ...(cloud.environment as Record<string, string>), ...variables } });

/** Asks for a host. @returns the requests that it took, and what became of it */
async function ask(host: string, variables: Record<string, string> = {}) {
  const before = cloud.server.requests.length;
  const now = environment(variables);
  const resolution = await createCredentialChain({ environment: now }).resolve(parseRegistryHost(host));
  return { requests: cloud.server.requests.slice(before), resolution, now };
}

const keyOf = ({ headers }: ScriptedRequest) =>
  /Credential=(?<key>[A-Z]+)/.exec(headers.authorization ?? "")?.groups?.["key"];
const form = ({ body }: ScriptedRequest) => Object.fromEntries(new URLSearchParams(body));

it("AWS: a profile for one account, a role for another, the environment for the rest", async () => {
  workspace.write("home/.aws/credentials", "[prod]\naws_access_key_id = AKIAPROD\naws_secret_access_key = s\n");
  const variables = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "s" };
  configure({
    [ecr]: { source: "aws", profile: "prod" },
    [otherAccount]: { source: "aws", role: "arn:aws:iam::999956789012:role/pull", externalId: "ext-1" },
  });
  const prod = await ask(ecr, variables);
  expect([prod.requests.map(keyOf), prod.resolution]).toMatchObject([["AKIAPROD"], { kind: "found" }]);
  const other = await ask(otherAccount, variables);
  expect(other.requests.map(keyOf)).toEqual(["AKIAENV", "ASIAROLE"]);
  expect(form(other.requests[0] as ScriptedRequest)).toMatchObject({
    RoleArn: "arn:aws:iam::999956789012:role/pull",
    ExternalId: "ext-1",
  });
  const rest = await ask(ecr.replace("1234", "5555"), variables);
  expect(rest.requests.map(keyOf)).toEqual(["AKIAENV"]);
});

it("Azure: the application of the rule, with the environment's secret; the answer is bound to the environment as it is", async () => {
  const variables = { AZURE_TENANT_ID: "usual", AZURE_CLIENT_ID: "usual-client", AZURE_CLIENT_SECRET: "s".repeat(40) };
  configure({ "*.azurecr.io": { source: "azure", clientId: "chosen-client", tenantId: "chosen" } });
  const { requests, resolution, now } = await ask("acme.azurecr.io", variables);
  expect(requests.map(({ url }) => url)).toEqual(["/chosen/oauth2/v2.0/token", "/oauth2/exchange"]);
  expect(form(requests[0] as ScriptedRequest)).toMatchObject({ client_id: "chosen-client" });
  expect(resolution).toMatchObject({
    kind: "found",
    credential: { source: "Azure, client chosen-client, tenant chosen" },
  });
  const met = (changed: Record<string, string>) =>
    resolution?.validity.conditions.every((one) => isMet(one, { ...now, ...changed }, Date.now()));
  expect([met({}), met({ AZURE_CLIENT_SECRET: "t".repeat(40) })]).toEqual([true, false]);
});

it("Google: the file of the rule, not that of the environment", async () => {
  const user = (token: string) =>
    JSON.stringify({ type: "authorized_user", client_id: "c", client_secret: "s", refresh_token: token });
  const [chosen, usual] = [
    workspace.write("chosen.json", user("chosen")),
    workspace.write("usual.json", user("usual")),
  ];
  configure({ "gcr.io": { source: "google", credentialsFile: chosen } });
  const variables = { GOOGLE_APPLICATION_CREDENTIALS: usual };
  const { requests, resolution } = await ask("gcr.io", variables);
  expect(requests.map((request) => form(request)["refresh_token"])).toEqual(["chosen"]);
  expect(resolution?.validity.conditions).toContainEqual({ kind: "file", path: chosen, isThere: true });
  const other = await ask("eu.gcr.io", variables);
  expect(other.requests.map((request) => form(request)["refresh_token"])).toEqual(["usual"]);
});

it.each([
  [
    "AWS: a region",
    ecr,
    ecr.replace("eu-west-1", "us-east-1"),
    names.ecr,
    "Amazon's ECR service at api.ecr.eu-west-1.amazonaws.com",
    { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "s" },
  ],
  [
    "Azure: a registry",
    names.acr,
    names.otherAcr,
    names.acr,
    "acme.azurecr.io",
    { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "s".repeat(40) },
  ],
] as const)(
  "%s that is down takes no other with it, and is named; whoever is asked for it again is not",
  async (_, host, other, service, name, variables) => {
    down = service;
    const now = environment(variables);
    const resolve = (text: string) =>
      createCredentialChain({ environment: now, cache: new AnswerCache(now) }).resolve(parseRegistryHost(text));
    const first = await resolve(host);
    expect(first).toMatchObject({ kind: "failed", error: { code: "CLOUD_UNREACHABLE" } });
    expect(first?.kind === "failed" ? first.error.message : "").toContain(name);
    const before = cloud.server.requests.length;
    expect(await resolve(host)).toMatchObject({ kind: "failed", error: { code: "CLOUD_UNREACHABLE" } });
    expect(cloud.server.requests.length).toBe(before);
    expect(await resolve(other)).toMatchObject({ kind: "found" });
  },
);

it("a cloud is never asked for a host of somebody else, whatever a rule says", async () => {
  configure({ "*": { sources: ["aws", "azure", "google", "store"] }, "*.azurecr.io.evil.test": { source: "azure" } });
  const variables = { AZURE_TENANT_ID: "t", AZURE_CLIENT_ID: "c", AZURE_CLIENT_SECRET: "s".repeat(40) };
  for (const host of [
    "acme.azurecr.io.evil.test",
    "evilazurecr.io",
    "acme.azurecr.io:444",
    `${ecr}.evil.test`,
    "gcr.io.evil.test",
  ]) {
    const { requests, resolution } = await ask(host, variables);
    expect([host, requests.length, resolution?.kind === "found"]).toEqual([host, 0, false]);
  }
});
