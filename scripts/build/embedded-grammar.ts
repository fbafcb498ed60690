// Puts the WebAssembly of the HCL parser into a bundle, where the sources read it from the packages' folders.
import type { Plugin } from "esbuild";
import { join } from "node:path";
import { root } from "../steps.ts";

const text = `
import runtime from "web-tree-sitter/web-tree-sitter.wasm";
import language from "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-hcl.wasm";
export const readGrammar = () => ({ runtime, language });
`;

export const embeddedGrammar: Plugin = {
  name: "embedded-grammar",
  setup: ({ onLoad, onResolve }) => {
    onLoad({ filter: /src\/hcl\/grammar\.ts$/ }, () => ({ contents: text, loader: "js", resolveDir: root }));
    // Its ES module looks for files of its own by import.meta.url, which a bundle of CommonJS does not have.
    const commonJs = join(root, "node_modules", "web-tree-sitter", "web-tree-sitter.cjs");
    onResolve({ filter: /^web-tree-sitter$/ }, () => ({ path: commonJs }));
  },
};
