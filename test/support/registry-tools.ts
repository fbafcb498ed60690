// Go programs that tests hold against our registry code: oras, crane, and the OCI distribution specification's conformance suite.
import { findGoProgram } from "./go-program.ts";

const packages = {
  oras: "oras.land/oras/cmd/oras",
  crane: "github.com/google/go-containerregistry/cmd/crane",
  "oci-conformance": "github.com/opencontainers/distribution-spec/conformance",
} as const;

/** Absolute path of the program: from the cache, else built from `tools/registry-tools`; undefined when Go cannot build it. */
export async function findRegistryTool(name: keyof typeof packages): Promise<string | undefined> {
  return await findGoProgram({ name, module: "registry-tools", package: packages[name] });
}
