// examples/registries as they are, under their real host names: a proxy leads those to registries on loopback, so that programs,
// preflight, OpenTofu and the credential helper run unchanged and nothing leaves this machine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createWorld, type World } from "../e2e/support/world.ts";
import { builtExecutable } from "../support/built.ts";
import { type FakeManagementApi, startFakeManagementApi } from "../support/fake-management-api.ts";
import { type Intercept, LoopbackInternet } from "../support/loopback-internet.ts";
import { run, runOk } from "../support/processes.ts";
import { realParts } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";
import type { Workspace } from "../support/workspace.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const { tofu } = real.paths;
const examples = join(root, "examples", "registries");
const network = join(root, "examples", "private-modules", "modules", "network");
const scalrOci = builtExecutable("scalr-oci");
const password = "canary-of-a-registry";

const kinds = [
  { folder: "docker-hub", host: "registry-1.docker.io", username: "acme", name: "hub", path: "acme/network" },
  { folder: "github", host: "ghcr.io", username: "acme-bot", name: "ghcr", path: "acme/network" },
  {
    folder: "gitlab",
    host: "registry.gitlab.com",
    username: "acme-deploy",
    name: "gitlab",
    path: "acme/platform/network",
  },
  { folder: "jfrog", host: "acme.jfrog.io", username: "acme-bot", name: "jfrog", path: "modules/network" },
] as const;

real.describe("examples/registries", () => {
  describe.each(kinds)("$folder", ({ folder, host, username, name, path }) => {
    const internet = new LoopbackInternet(tofu);
    let api: FakeManagementApi;
    let management: Record<string, string>;
    const inWorkspace = (directory: string, variables: Record<string, string> = {}) => ({
      environment: internet.environment({ ...management, ...variables }),
      directory: internet.workspace.path(directory),
    });

    beforeAll(async () => {
      await internet.addRegistry(host, { username, password });
      await internet.connect();
      api = await startFakeManagementApi(internet.authority.issue());
      management = { SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.token };
      internet.workspace.write("project/.keep", "");
      await runOk(scalrOci, ["setup", "provider"], inWorkspace("project"));
    });
    afterAll(async () => {
      await api.stop();
      await internet.close();
    });

    it("is declared by the program, after the API and the registry were asked", async () => {
      const result = await run("node", [join(examples, folder, "main.ts")], inWorkspace("project"));
      expect(result).toMatchObject({ exitCode: 0 });
      expect(result.stderr).toBe(`preflight: 1 integration checked with ${api.hostname}, no problem found\n`);
    });

    it("is applied by OpenTofu, with the variable that the README names", async () => {
      const variable = `TF_VAR_${name}_password`;
      expect(readFileSync(join(examples, folder, "README.md"), "utf8")).toContain(`export ${variable}=…`);
      const options = inWorkspace("project/cdktf.out/stacks/registries", { [variable]: password });
      await runOk(tofu, ["init", "-no-color"], options);
      const applied = await runOk(tofu, ["apply", "-auto-approve", "-no-color"], options);
      expect(applied).toContain('status = "active"');
      expect(api.integrations.map(({ attributes }) => attributes)).toMatchObject([
        { name, "registry-url": `https://${host}`, username, password, "export-credentials": true },
      ]);
    });

    it("has the login with which OpenTofu loads the module of use/", async () => {
      const suffix = host.replaceAll("-", "__").replaceAll(".", "_");
      const login = { [`SCALR_OCI_USERNAME_${suffix}`]: username, [`SCALR_OCI_PASSWORD_${suffix}`]: password };
      await runOk(
        scalrOci,
        ["push", network, `oci://${host}/${path}`, "--version", "1.0.0"],
        inWorkspace("project", login),
      );
      await runOk(scalrOci, ["setup", host], inWorkspace("project"));
      copyExample(internet.workspace, join(folder, "use"), "use");
      const without = await run(tofu, ["init", "-no-color"], inWorkspace("use"));
      expect(without).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("401") as string });
      await runOk(tofu, ["init", "-no-color"], inWorkspace("use", login));
      expect(await runOk(tofu, ["apply", "-auto-approve", "-no-color"], inWorkspace("use", login))).toContain(
        'id = "network-demo"',
      );
    });
  });

  describe("docker-registry", () => {
    let world: World;
    beforeAll(async () => {
      world = await createWorld({ registry: { auth: "htpasswd", username: "robot", password }, tofu });
      world.workspace.write("project/.keep", "");
      await world.runOk("scalr-oci", ["setup", "provider"]);
    });
    afterAll(() => world[Symbol.asyncDispose]());

    it("is declared, applied and used with the login of a run", async () => {
      const variables = {
        ...world.management,
        REGISTRY_URL: world.registry.url,
        TF_VAR_own_password: password,
        TF_VAR_registry: world.registry.host,
      };
      const declared = { directory: "project", variables };
      await world.runOk("node", [join(examples, "docker-registry", "main.ts")], declared);
      const stack = { directory: "project/cdktf.out/stacks/registries", variables };
      await world.runOk(tofu, ["init", "-no-color"], stack);
      expect(await world.runOk(tofu, ["apply", "-auto-approve", "-no-color"], stack)).toContain('status = "active"');
      const address = `oci://${world.registry.host}/acme/network`;
      await world.runOk("scalr-oci", ["exec", "--", "scalr-oci", "push", network, address, "--version", "1.0.0"], {
        variables,
      });
      copyExample(world.workspace, join("docker-registry", "use"), "use");
      const use = { directory: "use", variables };
      await world.runOk("scalr-oci", ["exec", "--", "tofu", "init", "-no-color"], use);
      expect(await world.runOk(tofu, ["apply", "-auto-approve", "-no-color"], use)).toContain('id = "network-demo"');
    });
  });

  describe("of a cloud", () => {
    const internet = new LoopbackInternet(tofu);
    const awsLogin = {
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      expiresAt: Date.now() / 1000 + 3600,
    };
    const azureIdentity = "00000000-0000-0000-0000-000000000000";
    /** At Azure the registry itself trades an Entra token for its own. */
    const tradeToken: Intercept = ({ url }, response) => {
      if (url !== "/oauth2/exchange") return false;
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ refresh_token: password }));
      return true;
    };
    const clouds = [
      {
        folder: "amazon-ecr",
        title: "Amazon ECR",
        host: "123456789012.dkr.ecr.eu-central-1.amazonaws.com",
        path: "acme/network",
        identity: { AWS_ACCESS_KEY_ID: "AKIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "example" },
      },
      {
        folder: "azure-acr",
        title: "Azure Container Registry",
        host: "acme.azurecr.io",
        path: "network",
        identity: { AZURE_TENANT_ID: "tenant", AZURE_CLIENT_ID: "client", AZURE_CLIENT_SECRET: "example" },
      },
      {
        folder: "google-artifact-registry",
        title: "Google Artifact Registry",
        host: "europe-docker.pkg.dev",
        path: "acme/modules/network",
        identity: { GOOGLE_APPLICATION_CREDENTIALS: internet.workspace.path("google.json") },
      },
    ];

    beforeAll(async () => {
      await internet.addRegistry("123456789012.dkr.ecr.eu-central-1.amazonaws.com", { username: "AWS", password });
      await internet.addService("api.ecr.eu-central-1.amazonaws.com", { authorizationData: [awsLogin] });
      await internet.addRegistry("acme.azurecr.io", { username: azureIdentity, password }, tradeToken);
      await internet.addService("login.microsoftonline.com", { access_token: "entra", expires_in: 3599 });
      await internet.addRegistry("europe-docker.pkg.dev", { username: "oauth2accesstoken", password });
      await internet.addService("oauth2.googleapis.com", { access_token: password, expires_in: 3600 });
      const user = { type: "authorized_user", client_id: "id", client_secret: "example", refresh_token: "example" };
      internet.workspace.write("google.json", JSON.stringify(user));
      await internet.connect();
    });
    afterAll(() => internet.close());

    it.each(clouds)(
      "$folder is published to and loaded from with the cloud's own identity",
      async ({ folder, title, host, path, identity }) => {
        copyExample(internet.workspace, folder, folder);
        const directory = internet.workspace.path(folder);
        const environment = (variables: object) =>
          internet.environment({ TF_CLI_CONFIG_FILE: "helper.tofurc", ...variables });
        const address = `oci://${host}/${path}`;
        expect(readFileSync(join(examples, folder, "README.md"), "utf8")).toContain(
          `\`scalr-oci push ./network ${address} --version 1.0.0\``,
        );
        const asMember = { environment: environment(identity), directory };
        await runOk(scalrOci, ["push", network, address, "--version", "1.0.0"], asMember);
        await runOk(tofu, ["init", "-no-color"], asMember);
        expect(await runOk(tofu, ["apply", "-auto-approve", "-no-color"], asMember)).toContain('id = "network-demo"');
        const checked = await run(scalrOci, ["check", ".", "--no-probe"], asMember);
        expect(checked).toMatchObject({ exitCode: 0 });
        expect(checked.stdout + checked.stderr).toContain(
          `module is at ${host} of ${title}, for which no integration can have a login`,
        );
      },
    );
  });
});

function copyExample(workspace: Workspace, folder: string, target: string): void {
  const files = ["main.tf", "helper.tofurc"];
  for (const name of files) {
    const text = readIfThere(join(examples, folder, name));
    if (text !== undefined) workspace.write(join(target, name), text);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
