// docs/configuration.md: its two examples are read as they stand, mean the same, and do what the page says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findHostRules, sourceNames } from "../../../../src/credentials/configuration/host-rules.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { root } from "../../../support/source-files.ts";
import { createWorkspace } from "../../../support/workspace.ts";

const page = readFileSync(join(root, "docs", "configuration.md"), "utf8");
const example = (language: string) => new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(page)?.[1] ?? "";

async function rulesOf(language: string) {
  using workspace = createWorkspace();
  workspace.write(`home/.config/scalr-oci/config.${language}`, example(language));
  const rules = await findHostRules(workspace.environment());
  if (rules === undefined) throw new Error(`the page has no example in ${language}`);
  return rules;
}

it("its examples mean the same", async () => {
  const [json, toml] = (await Promise.all(["json", "toml"].map(rulesOf))).map(({ rules }) =>
    rules.map(({ pattern, sources, options }) => [pattern.text, sources, options]).sort(),
  );
  expect(json).toHaveLength(7);
  expect(toml).toEqual(json);
});

it("the most exact key counts", async () => {
  const { find } = await rulesOf("json");
  const of = (host: string, repository?: string) => find(parseRegistryHost(host), repository);
  expect(of("123456789012.dkr.ecr.eu-west-1.amazonaws.com")?.options.profile).toBe("prod");
  expect(of("999999999999.dkr.ecr.eu-west-1.amazonaws.com")?.options.profile).toBe("dev");
  expect(of("ghcr.io", "acme/network")?.sources).toEqual(["scalr"]);
  expect(of("ghcr.io", "other/network")?.sources).toHaveLength(3);
  expect(of("quay.io")?.sources).toEqual([]);
  expect(of("quay.io:444")).toBeUndefined();
});

it("it explains every source", () => {
  const explained = [...page.matchAll(/^\| `([a-z]+)` +\|/gm)].map((match) => match[1]);
  expect(explained).toEqual([...sourceNames, "none"]);
});
