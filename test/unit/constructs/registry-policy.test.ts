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

  describe("looks at what is synthesized:", () => {
    type Bare = Record<string, unknown>;
    const bare = (more: Bare = {}) => {
      const props = { name: "bare", registryUrl: "https://ghcr.io", username, ...more };
      return new library.DockerIntegrationResource(stack, "bare", props);
    };
    const variable = (id: string, value?: string) =>
      new cdk.TerraformVariable(stack, id, { type: "string", ...(value === undefined ? {} : { default: value }) });
    const ref = (expression: string) => cdk.Token.asString(cdk.ref(expression));
    const inProgram = "policy: password stands in the program, expected a RegistrySecret";
    const hasDefault = "policy: password comes from variable v, which has a default, expected a RegistrySecret";

    it.each<[string, () => unknown, string]>([
      ["text before a variable", () => bare({ password: `geheim${variable("v").stringValue}` }), inProgram],
      [
        "a literal in a call",
        () => bare({ password: cdk.Fn.join("", ["geheim", variable("v").stringValue]) }),
        inProgram,
      ],
      ["an override", () => bare().addOverride("password", "geheim"), inProgram],
      ["a number by override", () => bare().addOverride("password", 12345), inProgram],
      [
        "an override of the stack",
        () => stack.addOverride("resource.scalr_docker_integration.bare.password", (bare(), "geheim")),
        inProgram,
      ],
      [
        "a block that the stack alone has",
        () => {
          stack.addOverride("resource.scalr_docker_integration.own", { password: "geheim" });
        },
        `[app] ${inProgram}`,
      ],
      ["a default", () => bare({ password: variable("v", "geheim").stringValue }), hasDefault],
      [
        "a default by override",
        () => (
          bare({ password: variable("v").stringValue }),
          (stack.node.findChild("v") as never as Overridable).addOverride("default", "geheim")
        ),
        hasDefault,
      ],
      [
        "a default behind a local",
        () => {
          const local = new cdk.TerraformLocal(stack, "l", {
            user: "bot",
            keys: [variable("v", "geheim").stringValue],
          });
          bare({ password: cdk.Token.asString(cdk.propertyAccess(local.expression, ["keys", 0])) });
        },
        hasDefault,
      ],
      [
        "a text behind a local",
        () => bare({ password: new cdk.TerraformLocal(stack, "l", "geheim").asString }),
        inProgram,
      ],
      [
        "a token of the provider",
        () => new ScalrProvider(stack, "other", { alias: "other", token: "geheim" }),
        "[app/other] policy: token stands in the program, expected SCALR_TOKEN to be set at apply",
      ],
      [
        "a token by override",
        () => (stack.node.findChild("scalr") as never as Overridable).addOverride("token", "geheim"),
        "[app/scalr] policy: token stands in the program",
      ],
    ])("refuses %s", (_, declare, message) => {
      declare();
      addPolicy({});
      expect(synthesisError(app)).toContain(message);
      expect(synthesisError(app)).not.toContain("geheim");
    });

    it.each([
      ["${var.v}"],
      ['${data.vault.x.data["password"]}'],
      ['${lookup(var.all, "ghcr")}'],
      ['${var.env == "prod" ? var.a : var.b}'],
      ['${jsondecode(ephemeral.x.y.value)["password"]}'],
      ['${local.login["password"]}'],
      [null],
    ])("lets the password %s through", (password) => {
      new cdk.TerraformLocal(stack, "login", { user: "bot", password: variable("v").stringValue });
      bare().addOverride("password", password);
      addPolicy({});
      expect(() => app.synth()).not.toThrow();
    });

    it.each<[string, () => unknown, string]>([
      [
        "an overridden URL",
        () =>
          DockerIntegration.forGitHub(stack, "gh", { username }).resource.addOverride(
            "registry_url",
            "https://evil.example",
          ),
        "[app/gh] policy: integration is for evil.example, expected one of ghcr.io",
      ],
      [
        "a lookup",
        () => DockerIntegration.fromHost(stack, "found", "evil.example"),
        "[app/found] policy: integration is looked up for evil.example, expected one of ghcr.io",
      ],
      [
        "an OciModule",
        () => new library.OciModule(stack, "m", { source: `oci://evil.example/a/b?digest=sha256:${"a".repeat(64)}` }),
        "[app/m] policy: module is from evil.example, expected one of ghcr.io",
      ],
      [
        "any module",
        () => new cdk.TerraformHclModule(stack, "m", { source: "OCI://evil.example/a/b?tag=1" }),
        "[app/m] policy: module is from evil.example, expected one of ghcr.io",
      ],
      [
        "a module from where only apply knows",
        () => new cdk.TerraformHclModule(stack, "m", { source: ref("local.source") }),
        "[app/m] policy: module is from a registry that is known at apply only",
      ],
    ])("refuses %s for a host that is not allowed", (_, declare, message) => {
      declare();
      addPolicy({ allowedHosts: ["ghcr.io"] });
      expect(synthesisError(app)).toContain(message);
    });

    it("lets modules of allowed hosts, other modules and lookups by name through", () => {
      new cdk.TerraformHclModule(stack, "one", { source: "oci://ghcr.io/a/b?tag=1" });
      new cdk.TerraformHclModule(stack, "two", { source: "hashicorp/consul/aws" });
      DockerIntegration.fromName(stack, "found", "ours");
      addPolicy({ allowedHosts: ["ghcr.io"] });
      expect(() => app.synth()).not.toThrow();
    });

    it("sees what an aspect changes after it", () => {
      const { resource } = DockerIntegration.forGitHub(stack, "gh", { username });
      addPolicy({ allowedHosts: ["ghcr.io"] });
      cdk.Aspects.of(stack).add({ visit: () => resource.addOverride("registry_url", "https://evil.example") });
      expect(synthesisError(app)).toContain("[app/gh] policy: integration is for evil.example");
    });

    it("says a thing once", () => {
      bare({ password: "geheim" });
      addPolicy({});
      expect(synthesisError(app).match(/policy: password/g)).toHaveLength(1);
    });

    it("says nothing of what is beside the construct that has it", () => {
      const part = new cdk.TerraformElement(stack, "part");
      cdk.Aspects.of(part).add(new RegistryPolicy({ exportersAllowed: [] }));
      DockerIntegration.forGitHub(stack, "beside", { username });
      DockerIntegration.forDockerHub(part, "below", { username });
      const message = synthesisError(app);
      expect(message).toContain("[app/part/below] policy: integration is exported");
      expect(message).not.toContain("app/beside");
    });
  });
});

interface Overridable {
  addOverride(path: string, value: unknown): void;
}
