// An executable is one script: valid as an ES module and as CommonJS, and what is loaded later costs nothing until then.
import { renameSync, symlinkSync } from "node:fs";
import { joinParts } from "../../../scripts/build/single-file.ts";
import { run, runOk, start } from "../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const entry = {
  name: "entry.js",
  code: 'const a = require("./early.js"); if (process.argv[2] === "late") require("./late.js").say(a.word); else console.log(a.word);',
  imports: ["early.js"],
};
const early = { name: "early.js", code: 'exports.word = require("node:path").basename("x/early");', imports: [] };
const late = {
  name: "late.js",
  code: 'const a = require("./early.js"); exports.say = (word) => console.log(word === a.word, "\\u2028", `${1 + 1}`);',
  imports: ["early.js"],
};

function write(file: string, parts: Parameters<typeof joinParts>[0]): string {
  return workspace.write(file, joinParts(parts), 0o755);
}

describe("joinParts", () => {
  it.each(["program.mjs", "program.cjs"])("makes a script that runs as %s", async (file) => {
    const program = write(file, [entry, early, late]);
    const environment = workspace.environment();
    expect(await runOk(program, [], { environment })).toBe("early\n");
    expect(await runOk(program, ["late"], { environment })).toBe("true \u2028 2\n");
  });

  it.each([
    ["module", "an ES module"],
    ["commonjs", "CommonJS"],
  ])("makes a script without extension that runs below a package.json of type %s", async (type) => {
    workspace.write("package.json", JSON.stringify({ type }));
    const program = write("program", [entry, early, late]);
    expect(await runOk(program, [], { environment: workspace.environment() })).toBe("early\n");
  });

  it("does not read a late part until it is required", async () => {
    const program = write("program.cjs", [entry, early, { ...late, code: "this is no JavaScript" }]);
    const environment = workspace.environment();
    expect(await runOk(program, [], { environment })).toBe("early\n");
    expect((await run(program, ["late"], { environment })).stderr).toContain("./late.js:1");
  });

  it("keeps a late part as it is, whatever stands in it and however long it is", async () => {
    const odd = 'exports.say = (word) => console.log(word, "*/", "*@/", "/*", /.*/.test(""), "`${*@@/}");';
    const environment = workspace.environment();
    for (const code of [odd, `${odd}/*${"-".repeat(100_000)}*/`]) {
      const program = write("program.cjs", [entry, early, { ...late, code }]);
      expect(await runOk(program, ["late"], { environment })).toBe("early */ *@/ /* true `${*@@/}\n");
    }
  });

  it("reads its late parts wherever it is started from, through a link too", async () => {
    const program = write("program", [entry, early, late]);
    symlinkSync(program, workspace.path("linked"));
    const options = { environment: workspace.environment(), directory: workspace.path("home") };
    for (const path of [program, "../program", "../linked"]) {
      expect(await runOk(process.execPath, [path, "late"], options)).toBe("true \u2028 2\n");
    }
  });

  it("goes on with its own late parts when another version is put in its place", async () => {
    const waiting =
      'process.stdin.once("data", () => require("./late.js").say("early")).resume(); require("./first.js");';
    const first = { name: "first.js", code: 'console.log("started");', imports: [] };
    const program = write("program.cjs", [{ ...entry, code: waiting, imports: [] }, early, first, late]);
    const running = start(program, [], { environment: workspace.environment(), keepStdinOpen: true });
    await running.output(/started/);
    renameSync(workspace.write("newer.cjs", "#!/bin/false\n", 0o755), program);
    running.child.stdin?.end("go");
    await running.ended;
    expect(running.stdout()).toBe("started\ntrue \u2028 2\n");
  });

  it("is ASCII, because places are counted in characters", () => {
    expect(() => joinParts([{ ...entry, code: '"ä"' }])).toThrow("ASCII");
  });

  it("runs each part once, in a circle too", async () => {
    const a = { name: "a.js", code: 'exports.a = 1; console.log("a"); require("./b.js");', imports: ["b.js"] };
    const b = { name: "b.js", code: 'console.log("b", require("./a.js").a);', imports: ["a.js"] };
    const program = write("program.cjs", [a, b]);
    expect(await runOk(program, [], { environment: workspace.environment() })).toBe("a\nb 1\n");
  });
});
