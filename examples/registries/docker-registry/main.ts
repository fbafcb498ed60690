// The login of a registry of your own, with CDKTF: `node main.ts`, then OpenTofu.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DockerIntegration, preflight, ScalrProvider } from "scalr-oci/cdktf";

const { REGISTRY_URL = "https://registry.example.com:5000" } = process.env;

class Registries extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ScalrProvider(this, "scalr");
    const registry = new DockerIntegration(this, "own", { registryUrl: REGISTRY_URL, username: "robot" });
    new TerraformOutput(this, "status", { value: registry.status });
  }
}

const app = new App();
new Registries(app, "registries");
await preflight(app);
app.synth();
