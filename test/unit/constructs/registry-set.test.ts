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
    for (const spelling of ["docker.io", "index.docker.io", "https://registry-1.docker.io"]) {
      expect(set.findByHost(spelling)?.node.path).toBe("app/registries/registry-1.docker.io");
    }
    expect(set.findByHost("http://ghcr.io")).toBeUndefined();
    expect(set.findByHost("quay.io")).toBeUndefined();
    expect(set.findByHost("not a host")).toBeUndefined();
    expect(set.integrations.map(({ registryHost }) => registryHost)).toContain("gitlab.acme.test:5050");
  });

  it("two hosts whose variables would have one name need a name for one of them", () => {
    const entry = (host: string, more = {}) => RegistryEntry.of({ registryUrl: host, username: "bot", ...more });
    const both = [entry("a-b.example"), entry("a.b.example")];
    const error = thrownBy(() => new RegistrySet(stack, "taken", { registries: both }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", hint: "give the option variableName" });
    const named = [entry("a-b.example"), entry("a.b.example", { variableName: "dotted" })];
    const hub = RegistryEntry.dockerHub({ username: "bot", variableName: "hub" });
    const set = new RegistrySet(stack, "registries", { registries: [...named, hub] });
    expect(set.integrations.map(({ secret }) => secret.environmentVariable)).toEqual([
      "TF_VAR_registries_a_b_example_password",
      "TF_VAR_dotted",
      "TF_VAR_hub",
    ]);
  });

  it("a name for the variable of a password that is given is refused", () => {
    const password = library.RegistrySecret.ephemeralVariable(stack, "given");
    const registries = [RegistryEntry.of({ registryUrl: "ghcr.io", username: "bot", password, variableName: "x" })];
    expect(thrownBy(() => new RegistrySet(stack, "registries", { registries }))).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "app/registries/ghcr.io",
    });
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
