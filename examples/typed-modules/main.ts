// Uses a module by its own types, with CDKTF: `scalr-oci bindings` wrote network.ts from the module's variables and outputs.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { preflight } from "scalr-oci/cdktf";
import { Network } from "./network.ts";

const { REGISTRY = "ghcr.io" } = process.env;

class Platform extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const network = new Network(this, "network", {
      source: `oci://${REGISTRY}/acme/network`,
      version: "~> 1.0",
      name: "demo",
      subnets: {
        front: { cidrBlock: "10.0.0.0/24", isPublic: true },
        back: { cidrBlock: "10.0.1.0/24" },
      },
    });
    new TerraformOutput(this, "summary", { value: `${network.nameOutput}: ${network.publicCountOutput} public` });
    new TerraformOutput(this, "subnet_ids", { value: network.subnetIdsOutput });
  }
}

const app = new App();
new Platform(app, "platform");
await preflight(app);
app.synth();
