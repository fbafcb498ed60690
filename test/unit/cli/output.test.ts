// What the command line says about an error: what happened, the code, and always a next step.
import { PassThrough } from "node:stream";
import { errorCodes } from "../../../src/base/error-codes.ts";
import { InputError, TransientError } from "../../../src/base/errors.ts";
import { reportError } from "../../../src/cli/output.ts";
import { runScalrOci } from "../../support/cli.ts";
import { TextSink } from "../../support/text-sink.ts";

function report(error: unknown): { exitCode: number; lines: string[] } {
  const stderr = new TextSink();
  const stdin = new PassThrough();
  const exitCode = reportError(
    { environment: {}, stdin, stdout: new TextSink(), stderr, directory: ".", interactive: false },
    error,
  );
  return { exitCode, lines: stderr.text.split("\n") };
}

describe("an error on the command line", () => {
  it("shows its own hint on an indented line", () => {
    expect(report(new InputError("INVALID_ARGUMENT", "a is not valid, got b", { hint: "use c" }))).toEqual({
      exitCode: 2,
      lines: ["scalr-oci: a is not valid, got b (INVALID_ARGUMENT)", "  use c", ""],
    });
  });

  it("shows the next step of its code when it has no hint", () => {
    expect(report(new TransientError("REGISTRY_UNREACHABLE", "ghcr.io cannot be reached"))).toEqual({
      exitCode: 3,
      lines: [
        "scalr-oci: ghcr.io cannot be reached (REGISTRY_UNREACHABLE)",
        `  ${errorCodes.REGISTRY_UNREACHABLE.nextStep}`,
        "",
      ],
    });
  });
});

describe("a command line that cannot be read", () => {
  it.each([
    [["frobnicate"], "scalr-oci: unknown command 'frobnicate'\n  scalr-oci --help shows what there is\n"],
    [
      ["token", "create"],
      "scalr-oci: required option '--role <role>' not specified\n  scalr-oci token create --help shows what there is\n",
    ],
    [["push"], "scalr-oci: missing required argument 'dir'\n  scalr-oci push --help shows what there is\n"],
  ])("%j names the command whose help to read", async (args, stderr) => {
    expect(await runScalrOci(args, { environment: {} })).toEqual({ exitCode: 2, stdout: "", stderr });
  });

  it("ends exec with exec's own code", async () => {
    const run = await runScalrOci(["exec"], { environment: {} });
    expect(run).toMatchObject({ exitCode: 125, stdout: "" });
    expect(run.stderr).toContain("got nothing (INVALID_ARGUMENT)\n  scalr-oci exec -- COMMAND");
  });
});
