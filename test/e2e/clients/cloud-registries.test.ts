// A cloud's login from the helper, used by the programs that people pull with: a registry of each cloud under its real name, Debian's
// docker-registry that takes nothing but the password of Amazon's service, or what Azure's or Google's token service grants for theirs.
import { dirname } from "node:path";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtDirectory, builtExecutable } from "../../support/built.ts";
import { roleArn, startAwsCloud, webIdentityToken } from "../../support/cloud-aws.ts";
import {
  azureClient,
  azureRegistryHost,
  azureSecret,
  azureTenant,
  startAzureCloud,
} from "../../support/cloud-azure.ts";
import { googleRegistryHost, googleUser, startGoogleCloud } from "../../support/cloud-google.ts";
import type { CloudRegistry } from "../../support/cloud-registry.ts";
import { startConnectProxy } from "../../support/connect-proxy.ts";
import { startDockerRegistry } from "../../support/docker-registry.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { askHelper, type ManifestReader, manifestReaders, successOf } from "./support/pulling-clients.ts";

const clients = ["skopeo", "oras", "docker", "crane", "tofu"] as const satisfies readonly ManifestReader[];
const real = await realParts("docker-registry", "htpasswd", ...clients);

interface Cloud extends AsyncDisposable {
  readonly registry: Pick<CloudRegistry, "environment">;
  /** Accepted requests to its services since the last `reset`, in order. */
  calls(): readonly string[];
  reset(): void;
}

interface Login {
  readonly name: string;
  readonly host: string;
  start(authority: Authority): Promise<Cloud>;
  /** The identity, as its owner gives it to the helper. */
  variables(workspace: Workspace): Readonly<Record<string, string>>;
  /** What the helper asks the cloud. */
  readonly asked: readonly string[];
  /** What clients then ask the registry's token service. */
  readonly traded: readonly string[];
}

const ecrHost = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const ecrService = "api.ecr.eu-west-1.amazonaws.com";
const stsService = "sts.eu-west-1.amazonaws.com";

/** Amazon's registries take the password themselves, by Basic authentication. */
async function startAmazon(authority: Authority): Promise<Cloud> {
  const password = "ecr-password-51c7";
  const aws = await startAwsCloud({ authority, hosts: [ecrService, stsService], password });
  const registry = await startDockerRegistry({
    auth: "htpasswd",
    authority,
    hostname: ecrHost,
    username: "AWS",
    password,
  });
  const service = aws.cloud.server.port;
  const proxy = await startConnectProxy({
    [`${ecrHost}:443`]: registry.port,
    [`${ecrService}:443`]: service,
    [`${stsService}:443`]: service,
  });
  return {
    registry: { environment: { ...aws.cloud.environment, HTTPS_PROXY: proxy.url } },
    calls: () => aws.calls.map(({ action }) => action),
    reset: aws.reset,
    [Symbol.asyncDispose]: async () => {
      await proxy.stop();
      await registry.stop();
      await aws[Symbol.asyncDispose]();
    },
  };
}

/** A cloud whose registry is one of its services. */
const withCalls = async (
  starting: Promise<Omit<Cloud, "calls"> & { readonly calls: readonly string[] }>,
): Promise<Cloud> => {
  const cloud = await starting;
  return { ...cloud, calls: () => cloud.calls };
};

const logins: readonly Login[] = [
  {
    name: "Amazon",
    host: ecrHost,
    start: startAmazon,
    variables: (workspace) => ({
      AWS_WEB_IDENTITY_TOKEN_FILE: workspace.write("token", webIdentityToken),
      AWS_ROLE_ARN: roleArn,
    }),
    asked: ["AssumeRoleWithWebIdentity", "GetAuthorizationToken"],
    traded: [],
  },
  {
    name: "Azure",
    host: azureRegistryHost,
    start: (authority) => withCalls(startAzureCloud(authority)),
    variables: () => ({
      AZURE_TENANT_ID: azureTenant,
      AZURE_CLIENT_ID: azureClient,
      AZURE_CLIENT_SECRET: azureSecret,
    }),
    asked: ["client secret", "exchange"],
    traded: ["token, GET Basic"],
  },
  {
    name: "Google",
    host: googleRegistryHost,
    start: (authority) => withCalls(startGoogleCloud(authority)),
    variables: (workspace) => ({
      GOOGLE_APPLICATION_CREDENTIALS: workspace.write("user.json", JSON.stringify(googleUser)),
    }),
    asked: ["refresh token"],
    traded: ["token, GET Basic"],
  },
];

real.describe("a registry of a cloud", () => {
  describe.each(logins)("$name", (login) => {
    const reference = `${login.host}/acme/vpc:1.0.0`;
    let authority: Authority;
    let cloud: Cloud;
    let workspace: Workspace;

    beforeAll(async () => {
      authority = createAuthority();
      cloud = await login.start(authority);
      workspace = createWorkspace();
      const source = workspace.write("module/main.tf", 'output "made" {\n  value = 1\n}\n');
      const to = `oci://${login.host}/acme/vpc?tag=1.0.0`;
      await runOk(builtExecutable("scalr-oci"), ["push", dirname(source), to], { environment: environmentOf() });
    });
    afterAll(async () => {
      workspace.remove();
      await cloud[Symbol.asyncDispose]();
      authority.remove();
    });
    beforeEach(() => {
      workspace.remove();
      workspace = createWorkspace();
      askHelper(workspace, login.host);
      cloud.reset();
    });

    const environmentOf = (variables: Readonly<Record<string, string>> = login.variables(workspace)) =>
      workspace.environment({ path: [builtDirectory], variables: { ...cloud.registry.environment, ...variables } });

    it.each(clients)("%s pulls with the login that the helper gives", async (client) => {
      const environment = environmentOf();
      const pull = { program: real.paths[client], reference, workspace, environment };
      const { stdout, stderr, exitCode } = await manifestReaders[client](pull);
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(stdout).toContain(successOf(client));
      // Once, however often a client asks the helper.
      expect(cloud.calls().slice(0, login.asked.length)).toEqual(login.asked);
      expect(new Set(cloud.calls().slice(login.asked.length))).toEqual(new Set(login.traded));
    });

    it.each(clients)("%s is refused without it", async (client) => {
      const environment = environmentOf({ SCALR_OCI_NO_CACHE: "1" });
      const pull = { program: real.paths[client], reference, workspace, environment };
      const { exitCode, stderr } = await manifestReaders[client](pull);
      expect(exitCode).not.toBe(0);
      expect(stderr.replace(/\s+/g, " ")).toMatch(
        /unauthorized|authentication (?:required|failed)|no basic auth|401|credential not found/i,
      );
      expect(cloud.calls()).toEqual([]);
    });
  });

  it("the password for Azure is an identity token too, which clients trade by POST", async () => {
    using authority = createAuthority();
    using workspace = createWorkspace();
    await using cloud = await startAzureCloud(authority);
    const variables = {
      ...cloud.registry.environment,
      ...logins.find(({ name }) => name === "Azure")?.variables(workspace),
    };
    const environment = workspace.environment({ path: [builtDirectory], variables });
    const helper = builtExecutable("docker-credential-scalr");
    const given = await runOk(helper, ["get"], { environment, stdin: azureRegistryHost });
    const { Username: username, Secret: identitytoken } = JSON.parse(given) as { Username: string; Secret: string };
    // As `az acr login` writes it into Docker's configuration.
    const auth = Buffer.from(`${username}:`).toString("base64");
    const config = { auths: { [azureRegistryHost]: { auth, identitytoken } } };
    workspace.write("home/.docker/config.json", JSON.stringify(config));
    cloud.reset();
    const { stderr } = await run(real.paths.oras, ["manifest", "fetch", `${azureRegistryHost}/acme/none:1`], {
      environment,
    });
    // There is nothing to pull, and the registry says so to whom it lets in.
    expect(stderr).toContain("not found");
    expect(cloud.calls).toEqual(["token, POST refresh_token"]);
  });
});
