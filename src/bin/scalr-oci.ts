// The `scalr-oci` executable.
import "./silence-sqlite-warning.ts";
import { processEnvironment } from "../base/env.ts";
import { runCli } from "../cli/program.ts";

const { stdin, stdout, stderr } = process;
const context = {
  ...{ stdin, stdout, stderr, interactive: stderr.isTTY === true },
  environment: processEnvironment(),
  directory: process.cwd(),
};
void runCli(process.argv.slice(2), context).then((exitCode) => (process.exitCode = exitCode));
