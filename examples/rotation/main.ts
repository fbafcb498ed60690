// A registry login whose password is rotated: `node main.ts`, then OpenTofu, each time with the password and its version.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DockerIntegration, preflight, RegistrySecret, ScalrProvider } from "scalr-oci/cdktf";

// The version lies where the password does, in the CI's variables say, and is raised by one with it.
const { REGISTRY_URL = "https://ghcr.io", PASSWORD_VERSION = "1" } = process.env;

class Registries extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ScalrProvider(this, "scalr");
    const password = RegistrySecret.ephemeralVariable(this, "registry_password", {
      description: "token of acme-bot, read:packages",
      version: Number(PASSWORD_VERSION),
    });
    const modules = new DockerIntegration(this, "modules", {
      registryUrl: REGISTRY_URL,
      username: "acme-bot",
      password,
    });
    new TerraformOutput(this, "status", { value: modules.status });
  }
}

const app = new App();
new Registries(app, "registries");
await preflight(app);
app.synth();
