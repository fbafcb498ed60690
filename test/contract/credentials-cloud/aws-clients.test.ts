// One fake of Amazon's services, four clients: AWS's command line (Debian's), Amazon's own credential helper (Debian's and the
// current one) and ours. Each way to get keys has to lead all of them over the same requests to the same login; where the fake
// refuses, all are refused.
import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { bufferStream } from "../../support/buffer-stream.ts";
import {
  type AwsCloud,
  externalId,
  otherKeys,
  podToken,
  roleArn,
  ssoToken,
  startAwsCloud,
  temporaryKeys,
  userKeys,
  webIdentityToken,
} from "../../support/cloud-aws.ts";
import { run } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("awscli", "ecr-login", "ecr-login-current");
const { awscli, "ecr-login": ecrLogin, "ecr-login-current": ecrLoginCurrent } = real.paths;

const account = "123456789012";
const password = "ecr-password-9c41";
const ireland = "eu-west-1";

type ClientName = "ours" | "awscli" | "ecr-login" | "ecr-login-current";
const everyone = ["ours", "awscli", "ecr-login", "ecr-login-current"] as const;

interface Registry {
  readonly host: string;
  /** Host of the service that each client asks; one that is not named does not know such registries. */
  readonly asked: Readonly<Partial<Record<ClientName, string>>>;
  /** Arguments of AWS's command line for the same login. */
  readonly awscli: readonly string[];
  /** What the clients of Amazon have to be told beside the host. */
  readonly variables?: Readonly<Record<string, string>>;
}

const allAsk = (host: string) => Object.fromEntries(everyone.map((client) => [client, host]));
const privateLogin = (region: string) => ["ecr", "get-login-password", "--region", region];
const publicLogin = ["ecr-public", "get-login-password", "--region", "us-east-1"];
const publicService = "api.ecr-public.us-east-1.amazonaws.com";
const dualStack = { AWS_USE_DUALSTACK_ENDPOINT: "true" };
const fips = { AWS_USE_FIPS_ENDPOINT: "true" };

const registry: Registry = {
  host: `${account}.dkr.ecr.${ireland}.amazonaws.com`,
  asked: allAsk(`api.ecr.${ireland}.amazonaws.com`),
  awscli: privateLogin(ireland),
};

/** Some services have two names; newer SDKs write `api.ecr-fips`, older ones and the documentation `ecr-fips`. */
const registries: readonly Registry[] = [
  registry,
  {
    host: `${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`,
    asked: allAsk("api.ecr.cn-north-1.amazonaws.com.cn"),
    awscli: privateLogin("cn-north-1"),
  },
  {
    host: `${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`,
    asked: {
      ...allAsk("ecr-fips.us-gov-west-1.amazonaws.com"),
      "ecr-login-current": "api.ecr-fips.us-gov-west-1.amazonaws.com",
    },
    awscli: privateLogin("us-gov-west-1"),
    variables: fips,
  },
  {
    host: `${account}.dkr-ecr.us-west-2.on.aws`,
    asked: {
      ours: "ecr.us-west-2.api.aws",
      "ecr-login-current": "ecr.us-west-2.api.aws",
      awscli: "api.ecr.us-west-2.api.aws",
    },
    awscli: privateLogin("us-west-2"),
    variables: dualStack,
  },
  {
    host: `${account}.dkr-ecr-fips.us-west-2.on.aws`,
    asked: {
      ours: "ecr-fips.us-west-2.api.aws",
      "ecr-login-current": "ecr-fips.us-west-2.api.aws",
      awscli: "api.ecr-fips.us-west-2.api.aws",
    },
    awscli: privateLogin("us-west-2"),
    variables: { ...dualStack, ...fips },
  },
  {
    host: `${account}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn`,
    asked: {
      ours: "ecr.cn-north-1.api.amazonwebservices.com.cn",
      "ecr-login-current": "ecr.cn-north-1.api.amazonwebservices.com.cn",
    },
    awscli: privateLogin("cn-north-1"),
    variables: dualStack,
  },
  {
    host: `${account}.dkr.ecr.eusc-de-east-1.amazonaws.eu`,
    asked: {
      ours: "api.ecr.eusc-de-east-1.amazonaws.eu",
      "ecr-login-current": "api.ecr.eusc-de-east-1.amazonaws.eu",
    },
    awscli: [],
  },
  { host: "public.ecr.aws", asked: allAsk(publicService), awscli: publicLogin },
  {
    host: "ecr-public.aws.com",
    asked: { ours: publicService, "ecr-login-current": publicService },
    awscli: publicLogin,
  },
];

const stsHosts = [`sts.${ireland}.amazonaws.com`, "sts.cn-north-1.amazonaws.com.cn"];
const ssoHosts = ["portal.sso.eu-central-1.amazonaws.com", "portal.sso.cn-north-1.amazonaws.com.cn"];

interface Identity {
  readonly name: string;
  /** Files below the home directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** `MACHINE` stands for the address of the machine's metadata, `HOME` for the home directory. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Requests before that for the login, and whose keys sign that one. */
  readonly calls: readonly string[];
  readonly by: string;
  /** Clients that know this way; everyone unless given. */
  readonly clients?: readonly ClientName[];
}

const keysOf = ({ id, secret, session }: typeof userKeys) =>
  `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n${session === undefined ? "" : `aws_session_token = ${session}\n`}`;
const variablesOf = ({ id, secret, session }: typeof userKeys) => ({
  AWS_ACCESS_KEY_ID: id,
  AWS_SECRET_ACCESS_KEY: secret,
  ...(session !== undefined && { AWS_SESSION_TOKEN: session }),
});
const ssoCache = (key: string) => `.aws/sso/cache/${createHash("sha1").update(key).digest("hex")}.json`;
const ssoCached = JSON.stringify({ accessToken: ssoToken, expiresAt: "2099-01-01T00:00:00Z", region: "eu-central-1" });
const startUrl = "https://corp.awsapps.com/start";
const ssoRole = `sso_account_id = ${account}\nsso_role_name = pull\n`;
const [role, machine, sso] = ["ASIAROLE000000000004", "ASIAMACHINE000000005", "ASIASSO0000000000006"];

const identities: readonly Identity[] = [
  { name: "keys in variables", variables: variablesOf(userKeys), calls: [], by: userKeys.id },
  { name: "temporary keys in variables", variables: variablesOf(temporaryKeys), calls: [], by: temporaryKeys.id },
  {
    name: "variables before the default profile",
    files: { ".aws/credentials": `[default]\n${keysOf(otherKeys)}` },
    variables: variablesOf(userKeys),
    calls: [],
    by: userKeys.id,
  },
  {
    name: "the default profile",
    files: { ".aws/credentials": `[default]\n${keysOf(userKeys)}` },
    calls: [],
    by: userKeys.id,
  },
  {
    name: "a named profile with temporary keys",
    files: { ".aws/credentials": `[default]\n${keysOf(userKeys)}[dev]\n${keysOf(temporaryKeys)}` },
    variables: { AWS_PROFILE: "dev" },
    calls: [],
    by: temporaryKeys.id,
  },
  {
    name: "the older name of the variable for a profile",
    files: { ".aws/credentials": `[dev]\n${keysOf(userKeys)}` },
    variables: { AWS_DEFAULT_PROFILE: "dev" },
    calls: [],
    by: userKeys.id,
  },
  {
    name: "a profile of the configuration file, with comments and odd blanks",
    files: {
      ".aws/config": `# mine\n[profile dev]\nregion = us-east-2\n${keysOf(userKeys)}output=json\n\n[default]\n`,
    },
    variables: { AWS_PROFILE: "dev" },
    calls: [],
    by: userKeys.id,
  },
  {
    name: "files in other places",
    files: { "one/config": "[profile dev]\nregion = us-east-2\n", "two/credentials": `[dev]\n${keysOf(userKeys)}` },
    variables: {
      AWS_PROFILE: "dev",
      AWS_CONFIG_FILE: "HOME/one/config",
      AWS_SHARED_CREDENTIALS_FILE: "HOME/two/credentials",
    },
    calls: [],
    by: userKeys.id,
  },
  {
    name: "a role",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
      ".aws/credentials": `[base]\n${keysOf(userKeys)}`,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: [`sts ${ireland} AssumeRole ${userKeys.id}`],
    by: role,
  },
  {
    name: "a role with an external id and a session name",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = base\nexternal_id = ${externalId}\nrole_session_name = me@ci\n`,
      ".aws/credentials": `[base]\n${keysOf(otherKeys)}`,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: [`sts ${ireland} AssumeRole ${otherKeys.id}`],
    by: role,
  },
  {
    name: "a role taken with another role",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = hop\n[profile hop]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
      ".aws/credentials": `[base]\n${keysOf(userKeys)}`,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: [`sts ${ireland} AssumeRole ${userKeys.id}`, `sts ${ireland} AssumeRole ${role}`],
    by: role,
  },
  {
    name: "a role taken with the profile's own keys",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = ci\n`,
      ".aws/credentials": `[ci]\n${keysOf(userKeys)}`,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: [`sts ${ireland} AssumeRole ${userKeys.id}`],
    by: role,
  },
  {
    name: "a role taken with the machine's keys",
    files: { ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\ncredential_source = Ec2InstanceMetadata\n` },
    variables: { AWS_PROFILE: "ci", AWS_EC2_METADATA_SERVICE_ENDPOINT: "MACHINE" },
    calls: ["machine credentials -", `sts ${ireland} AssumeRole ${machine}`],
    by: role,
  },
  {
    name: "web identity in variables",
    files: { token: webIdentityToken },
    variables: { AWS_WEB_IDENTITY_TOKEN_FILE: "HOME/token", AWS_ROLE_ARN: roleArn, AWS_ROLE_SESSION_NAME: "pod" },
    calls: ["sts AssumeRoleWithWebIdentity -"],
    by: role,
  },
  {
    name: "web identity in a profile",
    files: {
      token: webIdentityToken,
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nweb_identity_token_file = HOME/token\n`,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: ["sts AssumeRoleWithWebIdentity -"],
    by: role,
  },
  {
    name: "a credential_process with a quoted argument",
    files: {
      ".aws/config": "[profile ci]\ncredential_process = cat 'HOME/my keys.json'\n",
      "my keys.json": JSON.stringify({
        Version: 1,
        AccessKeyId: temporaryKeys.id,
        SecretAccessKey: temporaryKeys.secret,
        SessionToken: temporaryKeys.session,
        Expiration: "2099-01-01T00:00:00Z",
      }),
    },
    variables: { AWS_PROFILE: "ci" },
    calls: [],
    by: temporaryKeys.id,
  },
  {
    name: "an SSO session",
    files: {
      ".aws/config": `[profile sso]\nsso_session = corp\n${ssoRole}\n[sso-session corp]\nsso_start_url = ${startUrl}\nsso_region = eu-central-1\nsso_registration_scopes = sso:account:access\n`,
      [ssoCache("corp")]: ssoCached,
    },
    variables: { AWS_PROFILE: "sso" },
    calls: ["sso GetRoleCredentials -"],
    by: sso,
    clients: ["ours", "awscli", "ecr-login-current"],
  },
  {
    name: "an SSO session of the older kind",
    files: {
      ".aws/config": `[profile sso]\nsso_start_url = ${startUrl}\nsso_region = eu-central-1\n${ssoRole}`,
      [ssoCache(startUrl)]: ssoCached,
    },
    variables: { AWS_PROFILE: "sso" },
    calls: ["sso GetRoleCredentials -"],
    by: sso,
  },
  {
    name: "an SSO session in China",
    files: {
      ".aws/config": `[profile sso]\nsso_start_url = ${startUrl}\nsso_region = cn-north-1\n${ssoRole}`,
      [ssoCache(startUrl)]: ssoCached,
    },
    variables: { AWS_PROFILE: "sso" },
    calls: ["sso GetRoleCredentials -"],
    by: sso,
  },
  {
    name: "a role taken with an SSO session",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = sso\n[profile sso]\nsso_start_url = ${startUrl}\nsso_region = eu-central-1\n${ssoRole}`,
      [ssoCache(startUrl)]: ssoCached,
    },
    variables: { AWS_PROFILE: "ci" },
    calls: ["sso GetRoleCredentials -", `sts ${ireland} AssumeRole ${sso}`],
    by: role,
  },
  {
    name: "an ECS task",
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/v1/credentials",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: podToken,
    },
    calls: ["container credentials -"],
    by: machine,
  },
  {
    name: "an EKS pod",
    files: { token: podToken },
    variables: {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "MACHINE/v1/credentials",
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "HOME/token",
    },
    calls: ["container credentials -"],
    by: machine,
    clients: ["ours", "ecr-login-current"],
  },
  {
    name: "an EC2 machine",
    variables: { AWS_EC2_METADATA_SERVICE_ENDPOINT: "MACHINE" },
    calls: ["machine credentials -"],
    by: machine,
  },
  {
    name: "an EC2 machine whose default profile has a region and no keys",
    files: { ".aws/config": "[default]\nregion = us-east-2\n" },
    variables: { AWS_EC2_METADATA_SERVICE_ENDPOINT: "MACHINE" },
    calls: ["machine credentials -"],
    by: machine,
  },
];

const refusals: readonly (Pick<Identity, "name" | "files" | "variables"> & { readonly words: string })[] = [
  {
    name: "a wrong secret",
    variables: { ...variablesOf(userKeys), AWS_SECRET_ACCESS_KEY: "wrong" },
    words: "refused: InvalidSignatureException",
  },
  {
    name: "keys that nobody has",
    variables: { ...variablesOf(userKeys), AWS_ACCESS_KEY_ID: "AKIANOBODY0000000009" },
    words: "refused: UnrecognizedClientException",
  },
  {
    name: "temporary keys without their session",
    variables: { AWS_ACCESS_KEY_ID: temporaryKeys.id, AWS_SECRET_ACCESS_KEY: temporaryKeys.secret },
    words: "refused: UnrecognizedClientException",
  },
  {
    name: "a role that wants an external id",
    files: {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
      ".aws/credentials": `[base]\n${keysOf(otherKeys)}`,
    },
    variables: { AWS_PROFILE: "ci" },
    words: "refused: AccessDenied",
  },
  {
    name: "a web identity that is not trusted",
    files: { token: "another" },
    variables: { AWS_WEB_IDENTITY_TOKEN_FILE: "HOME/token", AWS_ROLE_ARN: roleArn },
    words: "refused: InvalidIdentityToken",
  },
];

interface Outcome {
  /** Undefined when the client was refused. */
  readonly password: string | undefined;
  /** What it said. */
  readonly words: string;
}

let authority: Authority;
let aws: AwsCloud;
let workspace: Workspace;

real.describe("Amazon's services, as four clients see them", () => {
  beforeAll(async () => {
    authority = createAuthority();
    const hosts = [...registries.flatMap(({ asked }) => Object.values(asked)), ...stsHosts, ...ssoHosts];
    aws = await startAwsCloud({ authority, hosts, password });
  });
  afterAll(async () => {
    await aws[Symbol.asyncDispose]();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    aws.reset();
  });
  afterEach(() => workspace.remove());

  const ways = identities.flatMap((identity) =>
    (identity.clients ?? everyone).map((client) => [client, identity.name, identity] as const),
  );

  it.each(ways)("%s: %s", async (client, _name, identity) => {
    expect((await askAs(client, registry, identity)).password).toBe(password);
    expect(aws.calls.map(({ service, action, by }) => `${service} ${action} ${by}`)).toEqual([
      ...identity.calls,
      `ecr ${ireland} GetAuthorizationToken ${identity.by}`,
    ]);
  });

  it.each(
    registries.flatMap((one) =>
      Object.entries(one.asked).map(([client, host]) => [client, one.host, host, one] as const),
    ),
  )("%s: the login for %s is asked for at %s", async (client, _host, asked, one) => {
    const identity = { variables: { ...variablesOf(userKeys), ...one.variables } };
    expect((await askAs(client as ClientName, one, identity)).password).toBe(password);
    expect(aws.calls.map(({ host }) => host)).toEqual([asked]);
  });

  it.each(everyone)("%s: a role for a registry in China is taken in China", async (client) => {
    const one = registries.find(({ host }) => host.includes("cn-north-1")) ?? registry;
    const files = {
      ".aws/config": `[profile ci]\nrole_arn = ${roleArn}\nsource_profile = base\n`,
      ".aws/credentials": `[base]\n${keysOf(userKeys)}`,
    };
    expect((await askAs(client, one, { files, variables: { AWS_PROFILE: "ci" } })).password).toBe(password);
    expect(aws.calls.map(({ host }) => host)).toEqual(["sts.cn-north-1.amazonaws.com.cn", one.asked[client]]);
  });

  it.each(refusals.flatMap((one) => everyone.map((client) => [client, one.name, one] as const)))(
    "%s is refused: %s",
    async (client, _name, identity) => {
      const outcome = await askAs(client, registry, identity);
      expect(outcome.password).toBeUndefined();
      expect(aws.calls).toEqual([]);
      // Amazon's helper says "not found" whatever the cause; its words are in its log.
      if (!client.startsWith("ecr-login")) expect(outcome.words).toContain(identity.words);
    },
  );
});

async function askAs(
  client: ClientName,
  one: Registry,
  identity: Pick<Identity, "files" | "variables">,
): Promise<Outcome> {
  const environment = environmentOf(identity);
  switch (client) {
    case "ours":
      return await askOurs(one.host, environment);
    case "awscli": {
      // It joins path and endpoint without a slash of its own.
      const endpoint = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"];
      if (endpoint !== undefined) environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = `${endpoint}/`;
      const { exitCode, stdout, stderr } = await run(awscli, one.awscli, { environment });
      return { password: exitCode === 0 ? stdout.trim() : undefined, words: stderr };
    }
    default: {
      const program = client === "ecr-login" ? ecrLogin : ecrLoginCurrent;
      const { exitCode, stdout } = await run(program, ["get"], { environment, stdin: one.host });
      return outcomeOf(exitCode, stdout);
    }
  }
}

/** The helper itself, in this process. */
async function askOurs(host: string, environment: Record<string, string>): Promise<Outcome> {
  const stdout = bufferStream();
  const exitCode = await main(["get"], { environment, stdin: Readable.from([Buffer.from(`https://${host}`)]), stdout });
  return outcomeOf(exitCode, stdout.text());
}

function outcomeOf(exitCode: number | null, stdout: string): Outcome {
  if (exitCode !== 0) return { password: undefined, words: stdout };
  const { Username: username, Secret: secret } = JSON.parse(stdout) as { Username: string; Secret: string };
  expect(username).toBe("AWS");
  return { password: secret, words: "" };
}

function environmentOf({ files = {}, variables = {} }: Pick<Identity, "files" | "variables">): Record<string, string> {
  const home = workspace.path("home");
  const placed = (text: string) => text.replaceAll("HOME", home).replaceAll("MACHINE", aws.machine);
  for (const [file, content] of Object.entries(files)) workspace.write(`home/${file}`, placed(content));
  const named = Object.entries(variables).map(([name, value]) => [name, placed(value)]);
  return workspace.environment({
    trust: authority.certificateFile,
    path: [dirname(ecrLogin)],
    variables: {
      ...aws.cloud.environment,
      // AWS's command line has no SSL_CERT_FILE, and Debian's helper has older defaults.
      AWS_CA_BUNDLE: authority.certificateFile,
      AWS_STS_REGIONAL_ENDPOINTS: "regional",
      AWS_SDK_LOAD_CONFIG: "1",
      AWS_ECR_DISABLE_CACHE: "true",
      NO_PROXY: "127.0.0.1",
      ...Object.fromEntries(named),
    },
  });
}
