// The executable that OpenTofu starts.
import { processEnvironment, serveProvider } from "scalr-oci/bridge";
import { filesProvider } from "./files-provider.ts";

const { argv, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: processEnvironment(), stdout, stderr };
// At once: OpenTofu waits for the end of this process.
void serveProvider(filesProvider(), options).then((exitCode) => process.exit(exitCode));
