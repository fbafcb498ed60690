// The command lines of CDKTF and CDK Terrain, installed from the lock file in tools/cdk-clis.
import { findNpmProgram } from "./npm-programs.ts";

/** Absolute path of `cdktf` or `cdktn`; undefined when npm cannot install them. */
export async function findCdkCli(name: "cdktf" | "cdktn"): Promise<string | undefined> {
  return await findNpmProgram("cdk-clis", name);
}
