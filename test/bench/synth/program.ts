// Synthesizes many integrations: `node program.ts cdktf|cdktn l1|l2 COUNT OUTDIR`. The same JSON from both levels.
const [framework, level, count, outdir] = process.argv.slice(2);
const { App, TerraformStack, TerraformVariable } = await import(framework ?? "");
const { DockerIntegration, DockerIntegrationResource, RegistrySecret, ScalrProvider } = await import(
  `scalr-oci/${framework}`
);

const app = new App({ outdir, context: { targetVersions: { opentofu: ">=1.11.0" } } });
const stack = new TerraformStack(app, "app");
new ScalrProvider(stack, "scalr");
const variable = new TerraformVariable(stack, "password", { type: "string" });
const password = RegistrySecret.fromVariable(variable);
for (let index = 0; index < Number(count); index += 1) {
  const id = `r${index}`;
  const plain = { registryUrl: `https://${id}.example`, username: "bot" };
  if (level === "l2") new DockerIntegration(stack, id, { ...plain, password });
  else {
    const secret = { passwordWo: variable.stringValue, passwordWoVersion: 1 };
    new DockerIntegrationResource(stack, id, { ...plain, ...secret, name: id, exportCredentials: true });
  }
}
app.synth();
