// Programs run by tests: everything they print is kept, nothing is inherited, none is left behind.
import { run, runOk, start } from "../../support/processes.ts";

const node = process.execPath;
const environment = { GREETING: "hello", LEFT_OUT: undefined };

describe("run", () => {
  it("gives exit code and output; a failure is a result", async () => {
    const script = "console.log('out'); console.error('err'); process.exit(3)";
    const result = await run(node, ["-e", script], { environment });
    expect(result).toMatchObject({ exitCode: 3, signal: null, stdout: "out\n", stderr: "err\n" });
  });

  it("gives the child the environment it was handed and no more", async () => {
    const stdout = await runOk(node, ["-e", "console.log(JSON.stringify(process.env))"], { environment });
    expect(JSON.parse(stdout)).toEqual({ GREETING: "hello" });
  });

  it("writes stdin and ends it", async () => {
    const script = "process.stdin.pipe(process.stdout)";
    expect(await runOk(node, ["-e", script], { environment, stdin: "text" })).toBe("text");
    expect(await runOk(node, ["-e", script], { environment })).toBe("");
  });

  it("kills what takes too long and says so, with what was printed", async () => {
    const script = "console.log('begun'); setInterval(() => {}, 1000)";
    const running = run(node, ["-e", script], { environment, timeoutMs: 300 });
    await expect(running).rejects.toThrow(/did not end within 300 ms\n(begun)?/);
  });

  it("fails for a program that is not there", async () => {
    await expect(run("no-such-program", [], { environment })).rejects.toThrow("ENOENT");
  });
});

describe("runOk", () => {
  it("fails with all that was printed", async () => {
    const script = "console.error('why'); process.exit(1)";
    await expect(runOk(node, ["-e", script], { environment })).rejects.toThrow(/exit code 1\nwhy/);
  });
});

describe("start", () => {
  it("waits for a line and ends the program", async () => {
    await using server = start(node, ["-e", "console.log('port 42'); setInterval(() => {}, 1000)"], { environment });
    expect((await server.output(/port (\d+)/))[1]).toBe("42");
    await server.stop();
    expect(await server.ended).toEqual({ exitCode: null, signal: "SIGTERM" });
  });

  it("says what a program printed that ended too early", async () => {
    await using server = start(node, ["-e", "console.error('no port left')"], { environment });
    await expect(server.output(/port \d+/)).rejects.toThrow(/ended without printing[\s\S]*no port left/);
  });
});
