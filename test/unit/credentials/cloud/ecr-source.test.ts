import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { findAwsKeys } from "../../../../src/credentials/cloud/aws-keys.ts";
import { findEcrRegistry } from "../../../../src/credentials/cloud/ecr-registry.ts";
import { createEcrSource } from "../../../../src/credentials/cloud/ecr-source.ts";
import type { HttpClient } from "../../../../src/credentials/http-client.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { type Authority, createAuthority } from "../../../support/authority.ts";
import { type FakeCloud, startFakeCloud } from "../../../support/fake-cloud.ts";
import { fakeClock } from "../../../support/fake-clock.ts";
import type { ScriptedReply, ScriptedRequest } from "../../../support/scripted-server.ts";
import { rejectionOf } from "../../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const account = "123456789012";
const ecr = parseRegistryHost(`${account}.dkr.ecr.eu-west-1.amazonaws.com`);
const startMs = Date.UTC(2030, 0, 1);
const password = "canary-ecr";
const names = {
  ecr: "api.ecr.eu-west-1.amazonaws.com",
  public: "api.ecr-public.us-east-1.amazonaws.com",
  sts: "sts.eu-west-1.amazonaws.com",
  sso: "portal.sso.eu-central-1.amazonaws.com",
};
const environmentKeys = { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "secret-canary" };

let authority: Authority;
let cloud: FakeCloud;
let workspace: Workspace;
beforeAll(async () => {
  authority = createAuthority();
  cloud = await startFakeCloud(authority, Object.values(names), () => ({}));
});
afterAll(async () => {
  await cloud[Symbol.asyncDispose]();
  authority.remove();
});
beforeEach(() => {
  workspace = createWorkspace();
  cloud.server.setScript(answer);
});
afterEach(() => workspace.remove());

/** What AWS says when all is well. */
function answer({ headers }: ScriptedRequest): ScriptedReply {
  const data = {
    authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
    expiresAt: startMs / 1000 + 12 * 3600 + 0.5,
  };
  switch (headers.host) {
    case names.ecr:
      return { body: { authorizationData: [data] } };
    case names.public:
      return { body: { authorizationData: data } };
    case names.sts:
      return {
        body: "<R><Credentials><AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-session</SessionToken></Credentials></R>",
      };
    case names.sso:
      return {
        body: {
          roleCredentials: {
            accessKeyId: "ASIASSO",
            secretAccessKey: "sso-secret",
            sessionToken: "sso-session",
            expiration: 1,
          },
        },
      };
    default:
      return { status: 404 };
  }
}

const sourceOf = (variables: Record<string, string>, profile?: string) =>
  createEcrSource(
    { HOME: workspace.path("home"), PATH: process.env["PATH"] ?? "", ...cloud.environment, ...variables },
    fakeClock(),
    { profile },
  );
const find = (variables: Record<string, string>, host = ecr, profile?: string) =>
  sourceOf(variables, profile).find(host, AbortSignal.timeout(10_000));
const asked = () => cloud.server.requests.length;
const last = () => cloud.server.requests.at(-1) as ScriptedRequest;
const keyOf = ({ headers }: ScriptedRequest) => /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1];
const config = (text: string) => workspace.write("home/.aws/config", text);
const credentials = (text: string) => workspace.write("home/.aws/credentials", text);

describe("the hosts of Amazon's registries", () => {
  it.each([
    [`${account}.dkr.ecr.eu-west-1.amazonaws.com`, "eu-west-1", "api.ecr.eu-west-1.amazonaws.com", "amazonaws.com"],
    [
      `${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`,
      "cn-north-1",
      "api.ecr.cn-north-1.amazonaws.com.cn",
      "amazonaws.com.cn",
    ],
    [
      `${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`,
      "us-gov-west-1",
      "ecr-fips.us-gov-west-1.amazonaws.com",
      "amazonaws.com",
    ],
    [`${account}.dkr-ecr.us-west-2.on.aws`, "us-west-2", "ecr.us-west-2.api.aws", "amazonaws.com"],
    [`${account}.dkr-ecr-fips.us-west-2.on.aws`, "us-west-2", "ecr-fips.us-west-2.api.aws", "amazonaws.com"],
    ["public.ecr.aws", "us-east-1", "api.ecr-public.us-east-1.amazonaws.com", "amazonaws.com"],
    ["ecr-public.aws.com", "us-east-1", "api.ecr-public.us-east-1.amazonaws.com", "amazonaws.com"],
  ])("%s lies in %s, its service is %s", (host, region, apiHost, domain) => {
    expect(findEcrRegistry(parseRegistryHost(host))).toMatchObject({ region, apiHost, domain });
  });

  it.each([
    `${account}.dkr.ecr.eu-west-1.amazonaws.com.evil.test`,
    `x${account}.dkr.ecr.eu-west-1.amazonaws.com`,
    `12345.dkr.ecr.eu-west-1.amazonaws.com`,
    `${account}.dkr.ecr.eu-west-1.amazonaws.com:444`,
    `http://${account}.dkr.ecr.eu-west-1.amazonaws.com`,
    `${account}.dkr.ecr.a.b.amazonaws.com`,
    `${account}.dkr.ecr.us-west-2.on.aws`,
    `evil.public.ecr.aws`,
    "ghcr.io",
  ])("%s is none: nobody is asked", async (text) => {
    const before = asked();
    expect(findEcrRegistry(parseRegistryHost(text))).toBeUndefined();
    expect(await find(environmentKeys, parseRegistryHost(text))).toBeUndefined();
    expect(asked()).toBe(before);
  });
});

describe("the login", () => {
  it("is asked for as Amazon's own helper asks, signed, and repeated for half of its life", async () => {
    const found = await find({ ...environmentKeys, AWS_SESSION_TOKEN: "session" });
    expect([found?.username, found?.password.reveal(), found?.repeatableForMs]).toEqual([
      "AWS",
      password,
      6 * 3600_000 + 250,
    ]);
    expect(last()).toMatchObject({ method: "POST", url: "/", body: "{}" });
    expect(last().headers).toMatchObject({
      host: names.ecr,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
      "x-amz-security-token": "session",
    });
    expect(last().headers.authorization).toContain("Credential=AKIAENV/20300101/eu-west-1/ecr/aws4_request");
  });

  it("of ECR Public comes from its own service, in one object", async () => {
    const found = await find(environmentKeys, parseRegistryHost("public.ecr.aws"));
    expect(found?.password.reveal()).toBe(password);
    expect(last().headers["x-amz-target"]).toBe("SpencerFrontendService.GetAuthorizationToken");
    expect(last().headers.authorization).toContain("/us-east-1/ecr-public/aws4_request");
  });

  it.each([
    [
      { status: 400, body: { __type: "UnrecognizedClientException", message: "The security token is invalid." } },
      "CLOUD_LOGIN_REFUSED",
      "The security token is invalid",
    ],
    [
      { status: 400, body: { __type: "AccessDeniedException", Message: "not authorized" } },
      "CLOUD_LOGIN_REFUSED",
      "not authorized",
    ],
    [{ status: 500 }, "CLOUD_UNREACHABLE", "got 500"],
    [{ body: { authorizationData: [] } }, "CLOUD_ANSWER_INVALID", "without authorizationToken"],
    [{ body: { authorizationData: [{ authorizationToken: "bm9jb2xvbg==" }] } }, "CLOUD_ANSWER_INVALID", "no login"],
    [{ status: 302, headers: { location: "https://evil.test/" } }, "CLOUD_ANSWER_INVALID", "answered 302"],
  ])("%j is %s", async (reply, code, words) => {
    cloud.server.setScript(() => reply as ScriptedReply);
    const error = await rejectionOf(find(environmentKeys));
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });
});

describe("the keys", () => {
  it("of the environment go before a profile", async () => {
    credentials("[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s\n");
    await find(environmentKeys);
    expect(keyOf(last())).toBe("AKIAENV");
  });

  it.each([
    [
      "the default profile",
      "",
      "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = s ; comment\n",
      {},
      "AKIAFILE",
    ],
    [
      "a named one",
      "[profile dev]\naws_access_key_id=AKIADEV\naws_secret_access_key=s\n",
      "",
      { AWS_PROFILE: "dev" },
      "AKIADEV",
    ],
    [
      "the credentials file over the configuration",
      "[profile dev]\naws_access_key_id=A\naws_secret_access_key=s\n",
      "[dev]\naws_access_key_id=B\naws_secret_access_key=s\n",
      { AWS_PROFILE: "dev" },
      "B",
    ],
  ])("of %s", async (_, configText, credentialsText, variables, key) => {
    config(configText);
    credentials(credentialsText);
    await find(variables);
    expect(keyOf(last())).toBe(key);
  });

  it("of a profile that is given in place of the environment's identity", async () => {
    config("[profile other]\naws_access_key_id=AKIAOTHER\naws_secret_access_key=s\n");
    await find(environmentKeys, ecr, "other");
    expect(keyOf(last())).toBe("AKIAOTHER");
  });

  it("of a role, taken with the keys of another profile", async () => {
    config(
      "[profile ci]\nrole_arn = arn:aws:iam::1:role/pull\nsource_profile = base\nexternal_id = ext\nrole_session_name = me\n",
    );
    credentials("[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = s\n");
    await find({ AWS_PROFILE: "ci" });
    const [sts, registry] = cloud.server.requests.slice(-2) as [ScriptedRequest, ScriptedRequest];
    expect([keyOf(sts), sts.headers.host]).toEqual(["AKIABASE", names.sts]);
    expect(Object.fromEntries(new URLSearchParams(sts.body))).toEqual({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: "arn:aws:iam::1:role/pull",
      RoleSessionName: "me",
      ExternalId: "ext",
    });
    expect([keyOf(registry), registry.headers["x-amz-security-token"]]).toEqual(["ASIAROLE", "role-session"]);
  });

  it("of a web identity, whose token is the proof", async () => {
    const AWS_WEB_IDENTITY_TOKEN_FILE = workspace.write("token", "jwt-1\n");
    await find({ AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN: "arn:aws:iam::1:role/pod" });
    const sts = cloud.server.requests.at(-2) as ScriptedRequest;
    expect(sts.headers.authorization).toBeUndefined();
    expect(Object.fromEntries(new URLSearchParams(sts.body))).toMatchObject({
      Action: "AssumeRoleWithWebIdentity",
      WebIdentityToken: "jwt-1",
      RoleArn: "arn:aws:iam::1:role/pod",
    });
    expect(keyOf(last())).toBe("ASIAROLE");
  });

  it("of a credential_process", async () => {
    config(`[default]\ncredential_process = echo '{"Version":1,"AccessKeyId":"AKIAPROC","SecretAccessKey":"s"}'\n`);
    await find({});
    expect(keyOf(last())).toBe("AKIAPROC");
  });

  describe("of an SSO session", () => {
    const profile =
      "[profile sso]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = pull\n\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n";
    const cache = (document: object) =>
      workspace.write(
        `home/.aws/sso/cache/${createHash("sha1").update("corp").digest("hex")}.json`,
        JSON.stringify(document),
      );

    it("that aws sso login has made", async () => {
      config(profile);
      cache({ accessToken: "sso-token", expiresAt: "2030-01-01T08:00:00Z" });
      await find({ AWS_PROFILE: "sso" });
      const sso = cloud.server.requests.at(-2) as ScriptedRequest;
      expect([sso.url, sso.headers["x-amz-sso_bearer_token"]]).toEqual([
        "/federation/credentials?role_name=pull&account_id=1",
        "sso-token",
      ]);
      expect(keyOf(last())).toBe("ASIASSO");
    });

    it.each([
      ["that has ended", { accessToken: "t", expiresAt: "2029-12-31T23:00:00UTC" }],
      ["that is not there", undefined],
    ])("%s: which command renews it", async (_, document) => {
      config(profile);
      if (document !== undefined) cache(document);
      expect(await rejectionOf(find({ AWS_PROFILE: "sso" }))).toMatchObject({
        code: "CLOUD_LOGIN_REFUSED",
        hint: "aws sso login --profile sso",
      });
    });
  });

  describe("of a container or machine", () => {
    let server: Server;
    let seen: string[];
    let origin: string;
    beforeEach(async () => {
      seen = [];
      server = createServer(({ method, url, headers }, response) => {
        seen.push(`${method} ${url} ${String(headers["x-aws-ec2-metadata-token"] ?? headers.authorization ?? "-")}`);
        if (url === "/latest/api/token") return response.end("imds-session");
        if (url?.endsWith("/security-credentials/")) return response.end("my-role\n");
        return response.end(JSON.stringify({ AccessKeyId: "ASIALOCAL", SecretAccessKey: "s", Token: "t" }));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterEach(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it("EKS pod, ECS task", async () => {
      const file = workspace.write("pod-token", "pod\n");
      await find({
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/v1/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
      });
      expect(seen).toEqual(["GET /v1/credentials pod"]);
      expect(keyOf(last())).toBe("ASIALOCAL");
    });

    it("EC2, with a session of IMDSv2", async () => {
      await find({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin });
      expect(seen).toEqual([
        "PUT /latest/api/token -",
        "GET /latest/meta-data/iam/security-credentials/ imds-session",
        "GET /latest/meta-data/iam/security-credentials/my-role imds-session",
      ]);
      expect(keyOf(last())).toBe("ASIALOCAL");
    });

    it("ECS task of the older kind: always the same address", async () => {
      const urls: string[] = [];
      const send: HttpClient["send"] = async ({ url }) => {
        urls.push(url.href);
        const body = JSON.stringify({ AccessKeyId: "ASIATASK", SecretAccessKey: "s", Token: "t" });
        return { status: 200, header: () => undefined, body };
      };
      const keys = await findAwsKeys({
        environment: {
          HOME: workspace.path("home"),
          AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1",
        },
        clock: fakeClock(),
        http: { send, close: () => {} },
        signal: AbortSignal.timeout(5_000),
        region: "eu-west-1",
        domain: "amazonaws.com",
        profile: undefined,
      });
      expect(keys?.accessKeyId).toBe("ASIATASK");
      expect(urls).toEqual(["http://169.254.170.2/v2/credentials/1"]);
    });

    it.each([
      [403, undefined],
      [404, undefined],
      [500, "CLOUD_UNREACHABLE"],
    ])("EC2 whose metadata answers %d", async (status, code) => {
      server.removeAllListeners("request");
      server.on("request", (_request, response: ServerResponse) => response.writeHead(status).end("<html>\n</html>"));
      const found = find({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin });
      if (code === undefined) expect(await found).toBeUndefined();
      else expect((await rejectionOf(found)).code).toBe(code);
    });

    it("EC2 can be switched off", async () => {
      expect(
        await find({ AWS_EC2_METADATA_SERVICE_ENDPOINT: origin, AWS_EC2_METADATA_DISABLED: "true" }),
      ).toBeUndefined();
      expect(seen).toEqual([]);
    });

    it("a URL that leads off this machine without TLS gets no token", async () => {
      const error = await rejectionOf(
        find({
          AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://evil.example.com/x",
          AWS_CONTAINER_AUTHORIZATION_TOKEN: "canary",
        }),
      );
      expect(error.message).toContain("without TLS");
    });
  });

  it.each([
    ["a profile that is not there", "", { AWS_PROFILE: "gone" }, "AWS has no profile gone"],
    ["a profile without keys", "[default]\nregion = eu-west-1\n", {}, "names no keys that are supported"],
    [
      "roles in a circle",
      "[profile a]\nrole_arn=x\nsource_profile=b\n[profile b]\nrole_arn=y\nsource_profile=a\n",
      { AWS_PROFILE: "a" },
      "lead back to themselves",
    ],
    [
      "a one-time code",
      "[profile a]\nrole_arn=x\nmfa_serial=y\nsource_profile=b\n",
      { AWS_PROFILE: "a" },
      "wants a one-time code",
    ],
    ["a role without a source", "[profile a]\nrole_arn=x\n", { AWS_PROFILE: "a" }, "without keys to take it with"],
    ["half an SSO session", "[profile a]\nsso_session=gone\n", { AWS_PROFILE: "a" }, "incomplete SSO session"],
    ["a process that prints no keys", "[default]\ncredential_process = echo canary\n", {}, "prints no keys"],
  ])("%s is said", async (_, text, variables, words) => {
    config(text);
    const error = await rejectionOf(find(variables));
    expect(error.code).toBe("CLOUD_SETTINGS_INVALID");
    expect(error.message).toContain(words);
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });

  it("a process that fails is said without its words or its command", async () => {
    config("[default]\ncredential_process = echo canary >&2; exit 3\n");
    const error = await rejectionOf(find({}));
    expect(error).toMatchObject({ code: "CLOUD_LOGIN_REFUSED" });
    expect(`${error.message}${error.hint}`).not.toContain("canary");
  });

  it("a role that STS refuses is said in its words", async () => {
    config("[profile ci]\nrole_arn=x\nsource_profile=base\n");
    credentials("[base]\naws_access_key_id = A\naws_secret_access_key = s\n");
    cloud.server.setScript(() => ({
      status: 403,
      body: "<E><Error><Message>not authorized to perform: sts:AssumeRole</Message></Error></E>",
    }));
    expect((await rejectionOf(find({ AWS_PROFILE: "ci" }))).message).toContain(
      "got 403: not authorized to perform: sts:AssumeRole",
    );
  });
});

describe("without any identity", () => {
  it("there is no login, and no request", async () => {
    const before = asked();
    const source = sourceOf({});
    expect([source.isConfigured, source.isRemote(ecr), await find({})]).toEqual([false, false, undefined]);
    expect(asked()).toBe(before);
    expect(existsSync(workspace.path("home", ".aws"))).toBe(false);
  });

  it("the answer lasts until a variable or a file changes", () => {
    const { conditions } = sourceOf({}).validity(ecr);
    expect(conditions).toContainEqual({ kind: "variable", name: "AWS_PROFILE", value: undefined });
    expect(conditions).toContainEqual({ kind: "file", path: workspace.path("home", ".aws", "config"), isThere: false });
  });
});
