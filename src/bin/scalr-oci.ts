// The `scalr-oci` executable.
import "./keep-debugger-shut.ts";
import { isatty } from "node:tty";
import { processEnvironment } from "../base/env.ts";
import { runCliHere } from "../cli/working-directory.ts";
import "./silence-sqlite-warning.ts";

const { stdin, stdout, stderr } = process;
const ambient = { environment: processEnvironment(), interactive: isatty(2) };
void runCliHere(process.argv.slice(2), { stdin, stdout, stderr, ...ambient }).then((exitCode) => {
  process.exitCode = exitCode;
});
