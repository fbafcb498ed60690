import { loadFrameworks, synthesisError, testApp } from "../../support/construct-libraries.ts";

describe.each(await loadFrameworks())("synthesis with $name", (framework) => {
  const { cdk, library } = framework;
  const { DockerIntegration, ScalrProvider } = library;

  it("names the line to add when there is no provider construct", () => {
    const app = testApp(framework);
    const stack = new cdk.TerraformStack(app, "app");
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
    expect(synthesisError(app)).toContain(
      '[app] the integrations of this stack have no Scalr provider, expected one; add: new ScalrProvider(this, "scalr");',
    );
  });

  it("asks every stack for a provider of its own", () => {
    const app = testApp(framework);
    const [first, second] = ["first", "second"].map((id) => new cdk.TerraformStack(app, id));
    new ScalrProvider(first as never, "scalr");
    DockerIntegration.forGitHub(first as never, "ghcr", { username: "bot" });
    DockerIntegration.forDockerHub(second as never, "hub", { username: "bot" });
    const message = synthesisError(app);
    expect(message).toContain("[second] the integrations of this stack have no Scalr provider");
    expect(message).not.toContain("[first] the integrations");
  });

  it("says everything that is wrong with integrations at once, with their paths", () => {
    const app = testApp(framework);
    const stack = new cdk.TerraformStack(app, "app");
    new ScalrProvider(stack, "scalr");
    DockerIntegration.forGitHub(stack, "ghcr", { username: "bot", name: "n".repeat(129) });
    new DockerIntegration(stack, "again", { registryUrl: "https://GHCR.io", username: " " });
    const raw = { name: "", registryUrl: "https://docker.io", username: "bot", password: "x" };
    new library.DockerIntegrationResource(stack, "raw", raw);
    const message = synthesisError(app);
    expect(message).toContain("app/ghcr: name has 129 characters, expected 1 to 128 characters; give the option name");
    expect(message).toContain(
      "app/again: registry host ghcr.io is declared twice, here and by app/ghcr, expected one integration for a host",
    );
    expect(message).toContain("app/again: user name is empty");
    expect(message).toContain("app/raw: name is empty, expected 1 to 128 characters");
    expect(message).toContain("app/raw: registry url redirects, got https://docker.io");
  });
});

describe("synthesis with cdktn", () => {
  it("names the line to add when the app does not target what secrets need", async () => {
    const framework = (await loadFrameworks()).find(({ name }) => name === "cdktn");
    if (framework === undefined) throw new Error("expected cdktn");
    const { cdk, library } = framework;
    const stackIn = (context: Record<string, unknown>) => {
      const app = testApp(framework, context);
      const stack = new cdk.TerraformStack(app, "app");
      new library.ScalrProvider(stack, "scalr");
      library.DockerIntegration.forGitHub(stack, "ghcr", { username: "bot" });
      return app;
    };
    const line = 'write new App({ context: { targetVersions: { opentofu: ">=1.11.0" } } })';
    expect(synthesisError(stackIn({}))).toContain(`[app] secrets need OpenTofu 1.11 or newer`);
    expect(synthesisError(stackIn({}))).toContain(line);
    expect(synthesisError(stackIn({ targetVersions: { opentofu: ">=1.10.0" } }))).toContain(line);
    expect(() => stackIn({ targetVersions: { opentofu: ">=1.11.0" } }).synth()).not.toThrow();
    expect(() => stackIn({ targetVersions: { terraform: ">=1.11.0" } }).synth()).not.toThrow();
  });
});
