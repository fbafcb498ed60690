// Declares one registry login with either framework: node registries.mjs cdktf|cdktn OUTDIR REGISTRY_URL USERNAME
const [framework, outdir, registryUrl, username] = process.argv.slice(2);
const { App, TerraformOutput, TerraformStack } = await import(framework);
const { DockerIntegration, preflight, ScalrProvider } = await import(`scalr-oci/${framework}`);

// cdktn has to be told that write-only attributes are fine; cdktf does not ask.
const app = new App({ outdir, context: { targetVersions: { opentofu: ">=1.11.0" } } });
const stack = new TerraformStack(app, "registries");
new ScalrProvider(stack, "scalr");
const integration = new DockerIntegration(stack, "modules", { registryUrl, username });
new TerraformOutput(stack, "status", { value: integration.status });

await preflight(app);
app.synth();
