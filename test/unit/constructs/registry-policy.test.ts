import { type App, loadFrameworks, type Stack, synthesisError, testApp } from "../../support/construct-libraries.ts";
import { thrownBy } from "../../support/thrown.ts";

describe.each(await loadFrameworks())("RegistryPolicy for $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration, RegistryPolicy, RegistrySecret, ScalrProvider } = library;
  let app: App;
  let stack: Stack;
  beforeEach(() => {
    app = testApp(framework);
    stack = new cdk.TerraformStack(app, "app");
    new ScalrProvider(stack, "scalr");
  });

  const addPolicy = (props: ConstructorParameters<typeof RegistryPolicy>[0]) =>
    new RegistryPolicy(props).enforceOn(app);
  const username = "bot";

  it("lets through what keeps every rule", () => {
    addPolicy({ namePattern: "prod-.*", allowedHosts: ["GHCR.io", "docker.io"], exportersAllowed: ["app/ghcr"] });
    DockerIntegration.forGitHub(stack, "ghcr", { username, name: "prod-ghcr" });
    DockerIntegration.forDockerHub(stack, "hub", { username, name: "prod-hub", exportCredentials: false });
    expect(() => app.synth()).not.toThrow();
  });

  it("without rules only refuses passwords in the program", () => {
    addPolicy({});
    DockerIntegration.forGitHub(stack, "ghcr", { username });
    expect(() => app.synth()).not.toThrow();
    const raw = { name: "raw", registryUrl: "https://a.example", username, password: "hunter2" };
    new library.DockerIntegrationResource(stack, "raw", raw);
    DockerIntegration.forDockerHub(stack, "hub", { username, token: RegistrySecret.unsafePlainText("hunter2") });
    const message = synthesisError(app);
    expect(message).toContain("[app/raw] policy: password stands in the program, expected a RegistrySecret");
    expect(message).toContain("[app/hub] policy: passwordWo stands in the program, expected a RegistrySecret");
    expect(message).not.toContain("hunter2");
  });

  it("lets passwords in the program through when it is told to", () => {
    addPolicy({ allowPlainText: true });
    DockerIntegration.forDockerHub(stack, "hub", { username, token: RegistrySecret.unsafePlainText("hunter2") });
    expect(() => app.synth()).not.toThrow();
  });

  it.each([
    [{ namePattern: "prod" }, "policy: integration has the name prod-x, expected one that matches ^(?:prod)$"],
    [{ namePattern: "a|b" }, "policy: integration has the name prod-x, expected one that matches ^(?:a|b)$"],
    [
      { allowedHosts: ["quay.io", "ghcr.io:8443"] },
      "policy: integration is for ghcr.io, expected one of quay.io, ghcr.io:8443",
    ],
    [{ allowedHosts: [] }, "policy: integration is for ghcr.io, expected one of none"],
    [
      { exportersAllowed: ["app/gh", "other"] },
      "policy: integration is exported to every run, expected only those below app/gh, other; set exportCredentials: false",
    ],
    [
      { exportersAllowed: [] },
      "policy: integration is exported to every run, expected none to be; set exportCredentials: false",
    ],
  ])("with %j says: %s", (props, message) => {
    addPolicy(props);
    DockerIntegration.forGitHub(stack, "ghcr", { username, name: "prod-x" });
    expect(synthesisError(app)).toContain(`[app/ghcr] ${message}`);
  });

  it("says everything at once", () => {
    addPolicy({ namePattern: "x", allowedHosts: ["quay.io"], exportersAllowed: [] });
    DockerIntegration.forGitHub(stack, "one", { username });
    DockerIntegration.forDockerHub(stack, "two", { username });
    expect(synthesisError(app).match(/\] policy: /g)).toHaveLength(6);
  });

  it("holds for stacks that are made after it, too", () => {
    addPolicy({ allowedHosts: ["quay.io"] });
    const later = new cdk.TerraformStack(app, "later");
    new ScalrProvider(later, "scalr");
    DockerIntegration.forGitHub(later, "ghcr", { username });
    expect(synthesisError(app)).toContain("[later/ghcr] policy: integration is for ghcr.io, expected one of quay.io");
  });

  it("is an aspect of a stack, or of a construct in it", () => {
    cdk.Aspects.of(stack).add(new RegistryPolicy({ exportersAllowed: [] }));
    DockerIntegration.forGitHub(stack, "ghcr", { username });
    expect(synthesisError(app)).toContain("[app/ghcr] policy: integration is exported to every run");
  });

  it("what only apply knows breaks every rule about it", () => {
    addPolicy({ namePattern: ".*", allowedHosts: ["ghcr.io"], exportersAllowed: [] });
    const [name, url, exported] = ["name", "url", "exported"].map((id) => new cdk.TerraformVariable(stack, id, {}));
    new library.DockerIntegrationResource(stack, "raw", {
      name: name?.stringValue ?? "",
      registryUrl: url?.stringValue ?? "",
      username,
      exportCredentials: exported?.booleanValue ?? false,
    });
    const message = synthesisError(app);
    expect(message).toContain("integration has a name that is known at apply only");
    expect(message).toContain("integration is for a registry that is known at apply only");
    expect(message).toContain("integration is exported to every run");
  });

  it.each([
    [{ namePattern: "(" }, "INVALID_ARGUMENT"],
    [{ allowedHosts: ["https://bot:pw@ghcr.io"] }, "INVALID_REGISTRY_HOST"],
  ])("refuses the rules %j", (props, code) => {
    expect(thrownBy(() => new RegistryPolicy(props))).toMatchObject({ code });
  });
});
