// Declares the login for a registry of private modules, with CDKTF: `node main.ts`, then OpenTofu. README.md has all steps.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DockerIntegration, preflight, ScalrProvider } from "scalr-oci/cdktf";

const { REGISTRY_URL = "https://ghcr.io", REGISTRY_USERNAME = "acme-bot" } = process.env;

class Registries extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Hostname and token come from SCALR_HOSTNAME and SCALR_TOKEN, here and at apply.
    new ScalrProvider(this, "scalr");

    // The password is no property: TF_VAR_modules_password sets it at apply.
    const modules = new DockerIntegration(this, "modules", {
      registryUrl: REGISTRY_URL,
      username: REGISTRY_USERNAME,
    });

    new TerraformOutput(this, "status", { value: modules.status });
  }
}

const app = new App();
new Registries(app, "registries");
await preflight(app);
app.synth();
