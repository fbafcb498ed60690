import type { InputError } from "../../../src/base/errors.ts";
import { loadFrameworks, type Stack, synthesize, testStack } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("DockerIntegration for $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration, RegistrySecret } = library;
  let stack: Stack;
  beforeEach(() => {
    stack = testStack(framework);
  });

  function resources() {
    return Object.values(synthesize(framework, stack).resource?.["scalr_docker_integration"] ?? {});
  }

  describe("plain", () => {
    it("is exported, named by its id, at the normal form of its URL, with an ephemeral variable for the password", () => {
      new DockerIntegration(stack, "ghcr", { registryUrl: "GHCR.io:443/", username: "bot" });
      const { resource, variable } = synthesize(framework, stack);
      expect(resource).toEqual({
        scalr_docker_integration: {
          ghcr_CAD63348: {
            name: "ghcr",
            registry_url: "https://ghcr.io",
            username: "bot",
            password_wo: "${var.ghcr_password}",
            password_wo_version: 1,
            export_credentials: true,
          },
        },
      });
      expect(variable).toEqual({
        ghcr_password: {
          type: "string",
          nullable: false,
          sensitive: true,
          ephemeral: true,
          description: "password of bot at GHCR.io:443/",
        },
      });
    });

    it("takes name, export and provider as they are given", () => {
      const other = new library.ScalrProvider(stack, "other", { alias: "other", hostname: "other.scalr.io" });
      new DockerIntegration(stack, "ghcr", {
        registryUrl: "ghcr.io",
        username: "bot",
        name: "GitHub",
        exportCredentials: false,
        provider: other,
      });
      expect(resources()).toEqual([
        expect.objectContaining({ name: "GitHub", export_credentials: false, provider: "scalr.other" }),
      ]);
    });

    it("says what the apply needs and what modules name", () => {
      const integration = new DockerIntegration(stack, "ghcr", { registryUrl: "https://GHCR.io", username: "bot" });
      expect(integration.secret.environmentVariable).toBe("TF_VAR_ghcr_password");
      expect(integration.registryHost).toBe("ghcr.io");
      expect(cdk.Token.isUnresolved(integration.integrationId)).toBe(true);
      expect(cdk.Token.isUnresolved(integration.status)).toBe(true);
    });

    it("leaves a URL that only apply knows to the provider", () => {
      const url = new cdk.TerraformVariable(stack, "url", { type: "string" });
      const integration = new DockerIntegration(stack, "x", { registryUrl: url.stringValue, username: "bot" });
      expect(integration.registryHost).toBeUndefined();
      expect(resources()).toEqual([expect.objectContaining({ registry_url: "${var.url}" })]);
    });
  });

  it.each([
    ["forDockerHub", {}, "https://registry-1.docker.io", "permission Read-only"],
    ["forGitHub", {}, "https://ghcr.io", "scope read:packages"],
    ["forGitLab", {}, "https://registry.gitlab.com", "scope read_registry and the role Developer"],
    [
      "forGitLab",
      { registryUrl: "https://gitlab.acme.test:5050" },
      "https://gitlab.acme.test:5050",
      "scope read_registry and the role Developer",
    ],
    ["forJFrog", { subdomain: "acme" }, "https://acme.jfrog.io", "identity token"],
    ["forJFrog", { registryUrl: "https://artifacts.acme.test" }, "https://artifacts.acme.test", "identity token"],
  ] as const)("%s %j is at %s and asks for a token with its least rights", (preset, props, url, needs) => {
    DockerIntegration[preset](stack, "registry", { username: "bot", ...props });
    const { variable } = synthesize(framework, stack);
    expect(resources()).toEqual([
      expect.objectContaining({ registry_url: url, username: "bot", password_wo: "${var.registry_password}" }),
    ]);
    expect(variable?.["registry_password"]).toMatchObject({ description: expect.stringContaining(needs) as string });
    expect(variable?.["registry_password"]).toMatchObject({ description: expect.stringMatching(/for bot$/) as string });
  });

  it("presets take a secret of the caller's", () => {
    const token = RegistrySecret.ephemeralVariable(stack, "shared-token", { version: 4 });
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot", token });
    expect(resources()).toEqual([
      expect.objectContaining({ password_wo: "${var.shared_token}", password_wo_version: 4 }),
    ]);
    expect(Object.keys(synthesize(framework, stack).variable ?? {})).toEqual(["shared_token"]);
  });

  describe("refuses, naming the construct,", () => {
    it.each([
      [
        { registryUrl: "https://docker.io" },
        "REGISTRY_REDIRECTED",
        "app/x: registry url redirects, got https://docker.io, expected an endpoint that answers /v2/ itself",
        "use https://registry-1.docker.io",
      ],
      [
        { registryUrl: "http://ghcr.io" },
        "INVALID_REGISTRY_HOST",
        "app/x: registry url has the scheme http, got http://ghcr.io, expected https",
        "use https://ghcr.io",
      ],
      [
        { registryUrl: "https://bot:hunter2@ghcr.io" },
        "INVALID_REGISTRY_HOST",
        "app/x: registry host carries user info, expected a host without USER:PASSWORD@",
        "leave USER:PASSWORD@ out of the address and give them separately",
      ],
      [
        { registryUrl: "https://acme.azurecr.io" },
        "REGISTRY_NOT_SUPPORTED",
        "app/x: registry url is of Azure Container Registry, got https://acme.azurecr.io, expected a registry that takes a fixed user name and password",
        "leave acme.azurecr.io to the credential helper docker-credential-scalr: integrations do not support Azure Container Registry",
      ],
    ])("%j", (props, code, message, hint) => {
      const error = thrownBy(() => new DockerIntegration(stack, "x", { username: "bot", ...props })) as InputError;
      expect(error).toMatchObject({ code, message, hint, path: "app/x" });
    });

    it.each([
      [{}, "subdomain and registryUrl are both given or both missing, expected one of them"],
      [
        { subdomain: "acme", registryUrl: "https://acme.jfrog.io" },
        "subdomain and registryUrl are both given or both missing, expected one of them",
      ],
      [{ subdomain: "acme.jfrog.io" }, "subdomain is not valid, got acme.jfrog.io, expected acme for acme.jfrog.io"],
      [{ subdomain: "" }, "subdomain is not valid, got , expected acme for acme.jfrog.io"],
    ])("forJFrog with %j", (props, message) => {
      const error = thrownBy(() => DockerIntegration.forJFrog(stack, "jfrog", { username: "bot", ...props }));
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message: `app/jfrog: ${message}` });
    });
  });

  it("a plain text for the password does not compile, and is refused without being repeated", () => {
    const call = () =>
      // @ts-expect-error a text is no RegistrySecret
      new DockerIntegration(stack, "ghcr", { registryUrl: "ghcr.io", username: "bot", password: "hunter2" });
    const error = thrownBy(call) as InputError;
    expect(error).toMatchObject({ code: "SECRET_IN_PROGRAM", path: "app/ghcr" });
    expect(error.message).toBe("app/ghcr: password is a text in the program, expected a RegistrySecret");
    expect(JSON.stringify([error.message, error.hint, error.got])).not.toContain("hunter2");
  });

  it("warns of a password in plain text at the construct", () => {
    const password = RegistrySecret.unsafePlainText("hunter2");
    const integration = new DockerIntegration(stack, "x", { registryUrl: "ghcr.io", username: "bot", password });
    const warnings = integration.node.metadata.filter(({ type }) => type === "@cdktf/warn").map(({ data }) => data);
    expect(warnings).toEqual([expect.stringContaining("unsafePlainText is for tests only")]);
  });

  it("keeps its logical ids when constructs come and go beside it", () => {
    const alone = testStack(framework);
    new DockerIntegration(alone, "ghcr", { registryUrl: "ghcr.io", username: "bot" });
    DockerIntegration.forDockerHub(stack, "hub", { username: "bot" });
    new DockerIntegration(stack, "ghcr", { registryUrl: "ghcr.io", username: "bot" });
    const idsOf = (one: Stack) => Object.keys(synthesize(framework, one).resource?.["scalr_docker_integration"] ?? {});
    expect(idsOf(stack)).toEqual(expect.arrayContaining(idsOf(alone)));
  });
});
