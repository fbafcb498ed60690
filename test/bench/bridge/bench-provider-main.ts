// The executable of the bench's provider.
import { processEnvironment } from "../../../src/base/env.ts";
import { serveProvider } from "../../../src/bridge.ts";
import { benchProvider } from "./bench-provider.ts";

const { argv, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: processEnvironment(), stdout, stderr };
void serveProvider(benchProvider, options).then((exitCode) => process.exit(exitCode));
