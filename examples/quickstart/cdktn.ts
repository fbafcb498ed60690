// The same as main.ts with CDK Terrain: other package names, and the line that says which OpenTofu the program is for.
import { App, TerraformOutput, TerraformStack } from "cdktn";
import type { Construct } from "constructs";
import { DockerIntegration, preflight, ScalrProvider } from "scalr-oci/cdktn";

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

// Passwords that are stored nowhere need OpenTofu 1.11.
const app = new App({ context: { targetVersions: { opentofu: ">=1.11.0" } } });
new Registries(app, "registries");
await preflight(app);
app.synth();
