// examples/provider, as its README says: started by hand, attached to, its objects changed behind its back.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, type RunningProcess, start } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const tofu = await realPart("tofu");
const example = join(root, "examples", "provider");

tofu.describe("the example of a provider", () => {
  let workspace: Workspace;
  let provider: RunningProcess;
  let reattach: string;

  beforeAll(async () => {
    workspace = createWorkspace();
    const environment = workspace.environment();
    provider = start("node", [join(example, "main.ts"), "--debug"], { environment, directory: workspace.directory });
    reattach = (await provider.output(/TF_REATTACH_PROVIDERS='([^']+)'/))[1] ?? "";
    cpSync(join(example, "main.tf"), workspace.path("main.tf"));
  });
  afterAll(async () => {
    await provider.stop();
    workspace.remove();
  });

  const apply = async () => {
    const environment = workspace.environment({ variables: { TF_REATTACH_PROVIDERS: reattach } });
    const options = { environment, directory: workspace.directory };
    const { stdout, stderr, exitCode } = await run(tofu.path, ["apply", "-auto-approve", "-no-color"], options);
    expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
    return stdout;
  };
  const notes = () =>
    readdirSync(workspace.path("notes")).map((name) => readFileSync(workspace.path("notes", name), "utf8"));

  it("makes a note", async () => {
    expect(await apply()).toContain("Resources: 1 added, 0 changed, 0 destroyed");
    expect(notes()).toEqual(["written by a provider in TypeScript"]);
  });

  it("has nothing to do the second time", async () => {
    expect(await apply()).toContain("Resources: 0 added, 0 changed, 0 destroyed");
  });

  it("changes it", async () => {
    const changed = readFileSync(workspace.path("main.tf"), "utf8").replace("written by", "rewritten by");
    writeFileSync(workspace.path("main.tf"), changed);
    expect(await apply()).toContain("Resources: 0 added, 1 changed, 0 destroyed");
    expect(notes()).toEqual(["rewritten by a provider in TypeScript"]);
  });

  it("makes it again when somebody removed it", async () => {
    rmSync(workspace.path("notes"), { recursive: true });
    workspace.write("notes/other", "not ours");
    expect(await apply()).toContain("Resources: 1 added, 0 changed, 0 destroyed");
    expect(notes().toSorted()).toEqual(["not ours", "rewritten by a provider in TypeScript"]);
  });

  it("says where a text is too long", async () => {
    const long = readFileSync(workspace.path("main.tf"), "utf8").replace(/text = .*/, `text = "${"x".repeat(1001)}"`);
    writeFileSync(workspace.path("main.tf"), long);
    const environment = workspace.environment({ variables: { TF_REATTACH_PROVIDERS: reattach } });
    const { stderr } = await run(tofu.path, ["plan", "-no-color"], { environment, directory: workspace.directory });
    expect(stderr).toMatch(/with notes_note\.hello,\s+on main\.tf line 14/);
    expect(stderr).toContain("1000");
  });
});
