// The WebAssembly of the HCL parser: tree-sitter's runtime and its HCL grammar. The build puts their bytes in the place of this file;
// see scripts/build/embedded-grammar.ts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export interface Grammar {
  readonly runtime: Uint8Array;
  readonly language: Uint8Array;
}

export function readGrammar(): Grammar {
  const { resolve } = createRequire(import.meta.url);
  return {
    runtime: readFileSync(resolve("web-tree-sitter/web-tree-sitter.wasm")),
    language: readFileSync(resolve("@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm")),
  };
}
