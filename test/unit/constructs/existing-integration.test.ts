import { loadFrameworks, type Stack, synthesize, testStack } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("an integration that is managed elsewhere, for $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration } = library;
  let stack: Stack;
  beforeEach(() => {
    stack = testStack(framework);
  });

  it.each([
    ["fromId", "in-v0p1", { id: "in-v0p1" }],
    ["fromName", "GitHub", { name: "GitHub" }],
    ["fromHost", "GHCR.io:443", { registry_url: "https://ghcr.io" }],
  ] as const)("%s %j is a data source by %j", (method, value, attributes) => {
    DockerIntegration[method](stack, "ghcr", value);
    const { data, resource } = synthesize(framework, stack);
    expect(data).toEqual({ scalr_docker_integration: { ghcr_CAD63348: attributes } });
    expect(resource).toBeUndefined();
  });

  it("knows its host when it is found by it, and everything else at apply", () => {
    const integration = DockerIntegration.fromHost(stack, "ghcr", "https://ghcr.io");
    expect(integration.registryHost).toBe("ghcr.io");
    new cdk.TerraformOutput(stack, "id", { value: integration.integrationId });
    new cdk.TerraformOutput(stack, "status", { value: integration.status });
    new cdk.TerraformOutput(stack, "name", { value: integration.integrationName });
    new cdk.TerraformOutput(stack, "url", { value: integration.registryUrl });
    const { output } = JSON.parse(cdk.Testing.synth(stack)) as { output: Record<string, { value: string }> };
    expect(Object.values(output).map(({ value }) => value)).toEqual([
      "${data.scalr_docker_integration.ghcr_CAD63348.id}",
      "${data.scalr_docker_integration.ghcr_CAD63348.name}",
      "${data.scalr_docker_integration.ghcr_CAD63348.status}",
      "${data.scalr_docker_integration.ghcr_CAD63348.registry_url}",
    ]);
    expect(DockerIntegration.fromId(stack, "other", "in-1").registryHost).toBeUndefined();
  });

  it("takes a value that only apply knows, and a provider", () => {
    const id = new cdk.TerraformVariable(stack, "id", { type: "string" });
    const provider = new library.ScalrProvider(stack, "other", { alias: "other" });
    DockerIntegration.fromId(stack, "ghcr", id.stringValue, { provider });
    expect(synthesize(framework, stack).data?.["scalr_docker_integration"]).toEqual({
      ghcr_CAD63348: { id: "${var.id}", provider: "scalr.other" },
    });
  });

  it("can be what a function wants, whoever manages it", () => {
    const describeOne = (one: InstanceType<typeof DockerIntegration> | ReturnType<typeof DockerIntegration.fromId>) =>
      one.registryHost;
    expect(describeOne(DockerIntegration.forGitHub(stack, "mine", { username: "bot" }))).toBe("ghcr.io");
    expect(describeOne(DockerIntegration.fromHost(stack, "theirs", "quay.io"))).toBe("quay.io");
  });

  it.each([
    ["fromId", " ", "app/x: id of an integration is empty, expected one"],
    ["fromName", "", "app/x: name of an integration is empty, expected one"],
    [
      "fromHost",
      "docker.io",
      "app/x: registry url redirects, got https://docker.io, expected an endpoint that answers /v2/ itself",
    ],
  ] as const)("%s refuses %j", (method, value, message) => {
    expect(thrownBy(() => DockerIntegration[method](stack, "x", value))).toMatchObject({ message, path: "app/x" });
  });
});
