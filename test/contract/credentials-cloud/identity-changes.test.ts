// A cloud's login is kept for hours, for the identity that it was obtained with and no other: what changes on this machine counts at once.
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { bufferStream } from "../../support/buffer-stream.ts";
import { otherKeys, roleArn, startAwsCloud, userKeys, webIdentityToken } from "../../support/cloud-aws.ts";
import {
  azureClient,
  azureFederatedToken,
  azureIdentityHeader,
  azureRegistryHost,
  azureSecret,
  azureTenant,
  startAzureCloud,
} from "../../support/cloud-azure.ts";
import { googleRegistryHost, googleServiceAccount, googleUser, startGoogleCloud } from "../../support/cloud-google.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

// Azure's and Google's fakes have a registry.
const real = await realPart("docker-registry");
const amazonHost = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

interface Cloud extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  /** Origin of the metadata service. */
  readonly machine: string;
  /** Accepted requests, in order. */
  calls(): readonly string[];
}

type CloudName = "Amazon" | "Azure" | "Google";
const hosts = { Amazon: amazonHost, Azure: azureRegistryHost, Google: googleRegistryHost } as const;

/** Variables and files that make an identity; HOME and MACHINE stand for the home directory and the metadata service. */
interface Identity {
  readonly variables?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

interface Change {
  readonly cloud: CloudName;
  readonly name: string;
  readonly before: Identity;
  readonly after: Identity;
  /** What the cloud is asked after the change, and whether it gives a login. */
  readonly asked: readonly string[];
  readonly outcome: "login" | "not found" | "failure";
}

const keysIn = ({ id, secret }: typeof userKeys) => `aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`;
const keysOf = ({ id, secret }: typeof userKeys) => ({ AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret });
const profiles = { ".aws/credentials": `[one]\n${keysIn(userKeys)}[two]\n${keysIn(otherKeys)}` };
const machine = { AWS_EC2_METADATA_SERVICE_ENDPOINT: "MACHINE" };
const pod = { AWS_WEB_IDENTITY_TOKEN_FILE: "HOME/token", AWS_ROLE_ARN: roleArn };
const application = { AZURE_TENANT_ID: azureTenant, AZURE_CLIENT_ID: azureClient };
const clientSecret = { ...application, AZURE_CLIENT_SECRET: azureSecret };
const adc = ".config/gcloud/application_default_credentials.json";

const changes: readonly Change[] = [
  {
    cloud: "Amazon",
    name: "keys taken away",
    before: { variables: keysOf(userKeys) },
    after: {},
    asked: [],
    outcome: "not found",
  },
  {
    cloud: "Amazon",
    name: "other keys",
    before: { variables: keysOf(userKeys) },
    after: { variables: keysOf(otherKeys) },
    asked: [`GetAuthorizationToken ${otherKeys.id}`],
    outcome: "login",
  },
  {
    cloud: "Amazon",
    name: "another profile",
    before: { variables: { AWS_PROFILE: "one" }, files: profiles },
    after: { variables: { AWS_PROFILE: "two" }, files: profiles },
    asked: [`GetAuthorizationToken ${otherKeys.id}`],
    outcome: "login",
  },
  {
    cloud: "Amazon",
    name: "other keys in the same profile",
    before: { files: { ".aws/credentials": `[default]\n${keysIn(userKeys)}` } },
    after: { files: { ".aws/credentials": `[default]\n${keysIn(otherKeys)}# rotated\n` } },
    asked: [`GetAuthorizationToken ${otherKeys.id}`],
    outcome: "login",
  },
  {
    cloud: "Amazon",
    name: "keys before a profile",
    before: { variables: { AWS_PROFILE: "one" }, files: profiles },
    after: { variables: { AWS_PROFILE: "one", ...keysOf(otherKeys) }, files: profiles },
    asked: [`GetAuthorizationToken ${otherKeys.id}`],
    outcome: "login",
  },
  {
    cloud: "Amazon",
    name: "metadata switched off",
    before: { variables: machine },
    after: { variables: { ...machine, AWS_EC2_METADATA_DISABLED: "true" } },
    asked: [],
    outcome: "not found",
  },
  {
    cloud: "Amazon",
    name: "another role",
    before: { variables: pod, files: { token: webIdentityToken } },
    after: { variables: { ...pod, AWS_ROLE_ARN: `${roleArn}-not-ours` }, files: { token: webIdentityToken } },
    asked: [],
    outcome: "failure",
  },
  {
    cloud: "Azure",
    name: "a secret taken away",
    before: { variables: clientSecret },
    after: { variables: application },
    asked: [],
    outcome: "not found",
  },
  {
    cloud: "Azure",
    name: "another secret, which is wrong",
    before: { variables: clientSecret },
    after: { variables: { ...clientSecret, AZURE_CLIENT_SECRET: `${azureSecret}x` } },
    asked: [],
    outcome: "failure",
  },
  {
    cloud: "Azure",
    name: "another application",
    before: { variables: clientSecret },
    after: { variables: { ...clientSecret, AZURE_CLIENT_ID: azureTenant } },
    asked: [],
    outcome: "failure",
  },
  {
    cloud: "Azure",
    name: "a workload identity in place of a secret",
    before: { variables: clientSecret },
    after: {
      variables: { ...application, AZURE_FEDERATED_TOKEN_FILE: "HOME/token" },
      files: { token: azureFederatedToken },
    },
    asked: ["federated token", "exchange"],
    outcome: "login",
  },
  {
    cloud: "Azure",
    name: "a secret in place of a managed identity",
    before: { variables: { IDENTITY_ENDPOINT: "MACHINE/msi/token", IDENTITY_HEADER: azureIdentityHeader } },
    after: {
      variables: { IDENTITY_ENDPOINT: "MACHINE/msi/token", IDENTITY_HEADER: azureIdentityHeader, ...clientSecret },
    },
    asked: ["client secret", "exchange"],
    outcome: "login",
  },
  {
    cloud: "Google",
    name: "another file",
    before: { files: { [adc]: JSON.stringify(googleUser) } },
    after: {
      variables: { GOOGLE_APPLICATION_CREDENTIALS: "HOME/key.json" },
      files: { [adc]: JSON.stringify(googleUser), "key.json": JSON.stringify(googleServiceAccount) },
    },
    asked: ["assertion"],
    outcome: "login",
  },
  {
    cloud: "Google",
    name: "another account in the same file",
    before: { files: { [adc]: JSON.stringify(googleServiceAccount) } },
    after: { files: { [adc]: JSON.stringify(googleUser) } },
    asked: ["refresh token"],
    outcome: "login",
  },
  {
    cloud: "Google",
    name: "a file in place of the machine",
    before: { variables: { GCE_METADATA_HOST: "MACHINE" } },
    after: { variables: { GCE_METADATA_HOST: "MACHINE" }, files: { [adc]: JSON.stringify(googleUser) } },
    asked: ["refresh token"],
    outcome: "login",
  },
  {
    cloud: "Google",
    name: "the file taken away",
    before: {
      variables: { GOOGLE_APPLICATION_CREDENTIALS: "HOME/key.json" },
      files: { "key.json": JSON.stringify(googleUser) },
    },
    after: {},
    asked: [],
    outcome: "not found",
  },
];

const starts: Readonly<Record<CloudName, (authority: Authority) => Promise<Cloud>>> = {
  Amazon: async (authority) => {
    const names = ["api.ecr.eu-west-1.amazonaws.com", "sts.eu-west-1.amazonaws.com"];
    const aws = await startAwsCloud({ authority, hosts: names, password: "ecr-password" });
    const calls = () => aws.calls.map(({ action, by }) => `${action} ${by}`);
    return { ...aws, environment: aws.cloud.environment, calls };
  },
  Azure: async (authority) => {
    const azure = await startAzureCloud(authority);
    return { ...azure, environment: azure.registry.environment, calls: () => azure.calls };
  },
  Google: async (authority) => {
    const google = await startGoogleCloud(authority);
    return { ...google, environment: google.registry.environment, calls: () => google.calls };
  },
};

let authority: Authority;
let clouds: Readonly<Record<CloudName, Cloud>>;
let workspace: Workspace;
let runtime: string;

real.describe("a change of the identity", () => {
  beforeAll(async () => {
    authority = createAuthority();
    const [Amazon, Azure, Google] = await Promise.all([
      starts.Amazon(authority),
      starts.Azure(authority),
      starts.Google(authority),
    ]);
    clouds = { Amazon, Azure, Google };
  });
  afterAll(async () => {
    for (const cloud of Object.values(clouds)) await cloud[Symbol.asyncDispose]();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    // An answer is kept in memory alone.
    runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-test-"));
  });
  afterEach(() => {
    rmSync(runtime, { recursive: true });
    workspace.remove();
  });

  it.each(changes)("$cloud: $name", async ({ cloud: name, before, after, asked, outcome }) => {
    const cloud = clouds[name];
    const askedBy = async (identity: Identity) => {
      const known = cloud.calls().length;
      const answer = await ask(hosts[name], environmentOf(identity, cloud));
      return { answer, asked: cloud.calls().slice(known) };
    };
    const first = await askedBy(before);
    expect(first.answer).toHaveProperty("secret");
    expect(first.asked).not.toEqual([]);
    expect(await askedBy(before)).toEqual({ answer: first.answer, asked: [] });

    const changed = await askedBy(after);
    expect(changed.asked.slice(-Math.max(asked.length, 1))).toEqual(asked);
    expect(kindOf(changed.answer)).toBe(outcome);
    expect(JSON.stringify(changed.answer)).not.toContain(`${azureSecret}x`);
  });
});

type Answer = { readonly secret: string } | { readonly words: string };

function kindOf(answer: Answer): Change["outcome"] {
  if ("secret" in answer) return "login";
  return answer.words.trim() === "credentials not found in native keychain" ? "not found" : "failure";
}

async function ask(host: string, environment: Record<string, string>): Promise<Answer> {
  const stdout = bufferStream();
  const exitCode = await main(["get"], { environment, stdin: Readable.from([Buffer.from(`https://${host}`)]), stdout });
  return exitCode === 0
    ? { secret: (JSON.parse(stdout.text()) as { Secret: string }).Secret }
    : { words: stdout.text() };
}

const agesAgo = new Date("2020-01-01T00:00:00Z");

function findText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function environmentOf({ variables = {}, files = {} }: Identity, cloud: Cloud): Record<string, string> {
  const placed = (text: string) => text.replaceAll("HOME", workspace.path("home")).replaceAll("MACHINE", cloud.machine);
  for (const [file, content] of Object.entries(files)) {
    if (findText(workspace.path("home", file)) === content) continue;
    const isNew = !existsSync(workspace.path("home", file));
    const path = workspace.write(`home/${file}`, content);
    // An answer is not kept while a file of its identity is as young as itself.
    if (isNew) utimesSync(path, agesAgo, agesAgo);
  }
  const given = Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, placed(value)]));
  return workspace.environment({ variables: { XDG_RUNTIME_DIR: runtime, ...cloud.environment, ...given } });
}
