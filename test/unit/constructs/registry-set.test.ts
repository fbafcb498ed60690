import { loadFrameworks, type Stack, synthesize, testStack } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("RegistrySet for $name", (framework) => {
  const { library } = framework;
  const { RegistryEntry, RegistrySet } = library;
  let stack: Stack;
  beforeEach(() => {
    stack = testStack(framework);
  });

  const everyKind = () => [
    RegistryEntry.gitHub({ username: "acme-bot" }),
    RegistryEntry.dockerHub({ username: "acme", exportCredentials: true }),
    RegistryEntry.gitLab({ username: "acme-bot", registryUrl: "https://gitlab.acme.test:5050" }),
    RegistryEntry.jFrog({ username: "acme-bot", subdomain: "acme" }),
    RegistryEntry.of({ username: "robot", registryUrl: "Registry.acme.test", name: "our own" }),
  ];
  const resources = () =>
    Object.values(synthesize(framework, stack).resource?.["scalr_docker_integration"] ?? {}) as {
      registry_url: string;
    }[];

  it("makes one integration for each, named by its host unless it has a name", () => {
    new RegistrySet(stack, "registries", { registries: everyKind(), exportCredentials: false });
    expect(resources()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "ghcr.io", registry_url: "https://ghcr.io", export_credentials: false }),
        expect.objectContaining({ name: "registry-1.docker.io", export_credentials: true }),
        expect.objectContaining({ registry_url: "https://gitlab.acme.test:5050" }),
        expect.objectContaining({ registry_url: "https://acme.jfrog.io" }),
        expect.objectContaining({ name: "our own", registry_url: "https://registry.acme.test" }),
      ]),
    );
    expect(Object.keys(synthesize(framework, stack).variable ?? {})).toEqual([
      "registries_acme_jfrog_io_password",
      "registries_ghcr_io_password",
      "registries_gitlab_acme_test_5050_password",
      "registries_registry_1_docker_io_password",
      "registries_registry_acme_test_password",
    ]);
  });

  it("gives the same JSON whatever the order of the list", () => {
    new RegistrySet(stack, "registries", { registries: everyKind() });
    const turned = testStack(framework);
    new RegistrySet(turned, "registries", { registries: everyKind().toReversed() });
    expect(synthesize(framework, turned)).toEqual(synthesize(framework, stack));
  });

  it("finds an integration by any spelling of its host", () => {
    const set = new RegistrySet(stack, "registries", { registries: everyKind() });
    expect(set.findByHost("https://GHCR.io/v2/")?.node.path).toBe("app/registries/ghcr.io");
    expect(set.findByHost("quay.io")).toBeUndefined();
    expect(set.findByHost("not a host")).toBeUndefined();
    expect(set.integrations.map(({ registryHost }) => registryHost)).toContain("gitlab.acme.test:5050");
  });

  it.each([
    ["twice", ["ghcr.io", "https://GHCR.io:443"], "HOST_DECLARED_TWICE"],
    ["wrong", ["docker.io"], "REGISTRY_REDIRECTED"],
    ["known at apply only", [framework.cdk.Token.asString({ resolve: () => "x" })], "INVALID_ARGUMENT"],
  ])("refuses a host that is %s", (_, urls, code) => {
    const registries = urls.map((registryUrl) => RegistryEntry.of({ registryUrl, username: "bot" }));
    const error = thrownBy(() => new RegistrySet(stack, "registries", { registries }));
    expect(error).toMatchObject({ code, path: "app/registries" });
  });

  it("says what is wrong with a preset's properties", () => {
    expect(thrownBy(() => RegistryEntry.jFrog({ username: "bot" })).message).toBe(
      "subdomain and registryUrl are both given or both missing, expected one of them",
    );
  });
});
