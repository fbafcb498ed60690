// Uses a module of a private registry by version, with CDKTF: `scalr-oci lock` finds the version, `node main.ts` needs no network.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { OciModule, preflight } from "scalr-oci/cdktf";

const { REGISTRY = "ghcr.io" } = process.env;

class Platform extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const network = new OciModule(this, "network", {
      source: `oci://${REGISTRY}/acme/network`,
      version: "~> 1.4",
      variables: { name: "demo" },
    });
    new TerraformOutput(this, "network_id", { value: network.getString("id") });
  }
}

const app = new App();
new Platform(app, "platform");
await preflight(app);
app.synth();
