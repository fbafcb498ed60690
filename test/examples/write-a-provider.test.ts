// docs/bridge/guide.md: its files are those of examples/write-a-provider, and what it says to do works.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run, runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace } from "../support/workspace.ts";

const tofu = await realPart("tofu");
const example = join(root, "examples", "write-a-provider");
const guide = readFileSync(join(root, "docs", "bridge", "guide.md"), "utf8");

describe("the guide", () => {
  it.each(["files-provider.ts", "main.ts", "main.tf", "files-provider.test.ts"])("shows %s as it is", (name) => {
    const text = readFileSync(join(example, name), "utf8").trimEnd();
    expect(guide).toContain(`\`${name}\`:\n\n\`\`\`${name.endsWith(".tf") ? "hcl" : "ts"}\n${text}\n\`\`\``);
  });
});

tofu.describe("the provider of the guide", () => {
  it("passes its own test, under Node's runner", async () => {
    using workspace = createWorkspace();
    const options = { environment: workspace.environment({ path: [dirname(tofu.path)] }), directory: example };
    const { exitCode, stdout } = await run(process.execPath, ["--test", "files-provider.test.ts"], options);
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0 });
    expect(stdout).toMatch(/pass 2/);
  });

  it("is bundled by the command of the guide, and installed from a mirror", async () => {
    using workspace = createWorkspace();
    const command = /^npx (esbuild main\.ts .*) --outfile=terraform-provider-files$/m.exec(guide)?.[1] ?? "";
    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const place = `mirror/registry.opentofu.org/example/files/1.0.0/${platform}/terraform-provider-files`;
    const file = workspace.write(place, "", 0o755);
    const path = [dirname(tofu.path), join(root, "node_modules", ".bin")];
    const environment = workspace.environment({ path });
    await runOk("sh", ["-c", `${command} --outfile="$0"`, file], { environment, directory: example });
    const mirror = JSON.stringify(workspace.path("mirror"));
    workspace.write("tofu.tfrc", `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`);
    mkdirSync(workspace.path("project"));
    copyFileSync(join(example, "main.tf"), workspace.path("project", "main.tf"));
    const options = { environment, directory: workspace.path("project") };
    await runOk(tofu.path, ["init", "-no-color"], options);
    expect(await runOk(tofu.path, ["apply", "-auto-approve", "-no-color"], options)).toContain("1 added");
    const written = readFileSync(workspace.path("project", "files", "hello.txt"), "utf8");
    expect(written).toBe("written by a provider in TypeScript");
    await runOk(tofu.path, ["plan", "-detailed-exitcode", "-no-color"], options);
  });
});
