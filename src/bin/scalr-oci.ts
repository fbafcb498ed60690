// The `scalr-oci` executable.
import { isatty } from "node:tty";
import { processEnvironment } from "../base/env.ts";
import { runCli } from "../cli/program.ts";
import "./silence-sqlite-warning.ts";

const { stdin, stdout, stderr } = process;
const ambient = { environment: processEnvironment(), directory: process.cwd(), interactive: isatty(2) };
void runCli(process.argv.slice(2), { stdin, stdout, stderr, ...ambient }).then((exitCode) => {
  process.exitCode = exitCode;
});
