// The whole JSON of one program with every preset and kind of secret; cdktf and cdktn print the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadFrameworks, type LoadedFramework, synthesize, testStack } from "../../support/construct-libraries.ts";

const golden = JSON.parse(readFileSync(join(import.meta.dirname, "every-preset.json"), "utf8")) as unknown;

function everyPreset(framework: LoadedFramework) {
  const { cdk, library } = framework;
  const { DockerIntegration, RegistrySecret } = library;
  const stack = testStack(framework);
  const token = new cdk.TerraformVariable(stack, "hub-token", { type: "string" });
  DockerIntegration.forDockerHub(stack, "hub", { username: "acme", token: RegistrySecret.fromVariable(token) });
  DockerIntegration.forGitHub(stack, "ghcr", { username: "acme-bot" });
  DockerIntegration.forGitLab(stack, "gitlab", {
    username: "acme-bot",
    token: RegistrySecret.ephemeralVariable(stack, "gitlab-token", { version: 3, description: "rotated in May" }),
  });
  DockerIntegration.forJFrog(stack, "jfrog", { subdomain: "acme", username: "acme-bot", exportCredentials: false });
  new DockerIntegration(stack, "own", {
    registryUrl: "https://registry.acme.test:5000",
    username: "robot",
    password: RegistrySecret.unsafePlainText("not ${a} secret"),
    name: "our own",
  });
  return stack;
}

describe.each(await loadFrameworks())("$name", (framework) => {
  it("prints the golden JSON", () => {
    expect(synthesize(framework, everyPreset(framework))).toEqual(golden);
  });
});
