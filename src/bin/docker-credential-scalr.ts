// The `docker-credential-scalr` executable.
import { processEnvironment } from "../base/env.ts";
import { main } from "../helper/main.ts";

const { stdin, stdout } = process;
void main(process.argv.slice(2), { environment: processEnvironment(), stdin, stdout }).then((exitCode) => {
  process.exitCode = exitCode;
});
