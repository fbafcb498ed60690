// The pages of our provider for registries, made from its schema; `docs/provider` is what a release's repository has as `docs`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { registryDocs } from "../../src/bridge/registry-docs.ts";
import { createScalrProvider } from "../../src/provider/provider.ts";
import { root } from "../steps.ts";

const description = `Declares Docker-compatible registry integrations: the logins with which runs load private \`oci://\` modules.
The management API is Scalr's, or that of \`scalr-oci serve\`.`;

const dataSource = `
data "scalr_docker_integration" "github" {
  name = "github"
}
`;

/** Text of each page by its path from the project's root. */
export function providerDocs(): Map<string, string> {
  const provider = createScalrProvider({ environment: {}, clock: systemClock });
  // The example that tests run.
  const whole = readFileSync(join(root, "examples", "plain-hcl", "main.tf"), "utf8");
  const examples = {
    index: whole,
    "resources/docker_integration": whole,
    "data-sources/docker_integration": dataSource,
  };
  const importIds = { "resources/docker_integration": "in-v0pn4tg9rajf0v1fk" };
  const pages = registryDocs(provider, { description: description.replaceAll("\n", " "), examples, importIds });
  return new Map([...pages].map(([path, text]) => [`docs/provider/${path}`, text]));
}
