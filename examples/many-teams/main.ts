// One program for all teams: their registries from one list, rules that hold for every integration, modules by version.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { OciModule, preflight, RegistryPolicy, RegistrySet, ScalrProvider } from "scalr-oci/cdktf";
import { type Team, teams } from "./teams.ts";

/** The platform's own stack: an integration for each registry. */
class Registries extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new ScalrProvider(this, "scalr");
    new RegistrySet(this, "teams", { registries: teams.map(({ registry }) => registry) });
  }
}

/** What a team runs; the lock says which content its versions are. */
class TeamStack extends TerraformStack {
  constructor(scope: Construct, { name, network }: Team) {
    super(scope, name);
    const module = new OciModule(this, "network", { ...network, variables: { name } });
    new TerraformOutput(this, "network_id", { value: module.getString("id") });
  }
}

const app = new App();
new RegistryPolicy({
  namePattern: "[a-z]+-(github|gitlab)",
  allowedHosts: ["ghcr.io", "registry.gitlab.com"],
  exportersAllowed: ["registries"],
}).enforceOn(app);
new Registries(app, "registries");
for (const team of teams) new TeamStack(app, team);
await preflight(app);
app.synth();
