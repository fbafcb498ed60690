// Names that the types of web-tree-sitter take from a browser's library and from Emscripten's, neither of which is used here.

type EmscriptenModule = object;

declare namespace WebAssembly {
  type Module = object;
}
