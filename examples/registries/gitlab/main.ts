// The login of a GitLab Container Registry, with CDKTF: `node main.ts`, then OpenTofu.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { DockerIntegration, preflight, ScalrProvider } from "scalr-oci/cdktf";

class Registries extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ScalrProvider(this, "scalr");
    // A self-managed GitLab: registryUrl: "https://registry.gitlab.example.com".
    const registry = DockerIntegration.forGitLab(this, "gitlab", { username: "acme-deploy" });
    new TerraformOutput(this, "status", { value: registry.status });
  }
}

const app = new App();
new Registries(app, "registries");
await preflight(app);
app.synth();
