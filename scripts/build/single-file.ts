// Joins the parts of a program into one script in which a part that is loaded later costs nothing until then.

export interface Part {
  readonly name: string;
  /** CommonJS; requires other parts as `./NAME`. */
  readonly code: string;
  /** Names of the parts that it requires when it starts. */
  readonly imports: readonly string[];
}

/**
 * Without an extension, Node reads a file as an ES module or as CommonJS by what the nearest package.json says, and a provider is
 * copied below users' own. The way to built-in modules that both have, and the absence of `import`, make the file valid as either.
 */
const head = `"use strict";var require=process.getBuiltinModule??require;`;
const nodeStarts = "#!/usr/bin/env node";

/**
 * The script; the first part is the entry. Parts that the start needs are functions, the others texts: V8 parses functions at once.
 * @param launcher text of a POSIX shell script that starts Node itself, with `"$0"` for the program; see shellStarts
 */
export function joinParts(parts: readonly Part[], launcher?: string): string {
  const [entry] = parts;
  if (entry === undefined) throw new Error("a program has at least one part");
  const early = neededAtStart(parts, entry);
  const members = parts.map(({ name, code }) => {
    const value = early.has(name) ? `function(require,module,exports){${code}\n}` : JSON.stringify(code);
    return `${JSON.stringify(`./${name}`)}:${value}`;
  });
  const start = launcher === undefined ? nodeStarts : shellStarts(launcher);
  return `${start}\n${head}\nvar $parts={\n${members.join(",\n")}\n};\n${loader}$load(${JSON.stringify(`./${entry.name}`)});\n`;
}

/**
 * One file that is a shell script and a program: to a shell the second line is a command that does nothing, to JavaScript it
 * begins a comment that ends behind the script.
 */
function shellStarts(launcher: string): string {
  if (launcher.includes("*/")) throw new Error("the launcher holds the end of a JavaScript comment");
  return `#!/bin/sh\n":" /*\n${launcher.trimEnd()}\n*/`;
}

const loader = `var $loaded={};
function $load(id){
  if(!(id in $parts))return require(id);
  if(id in $loaded)return $loaded[id].exports;
  var part=$parts[id],module=$loaded[id]={exports:{}};
  if(typeof part=="string")part=require("node:vm").compileFunction(part,["require","module","exports"],{filename:id});
  part($load,module,module.exports);
  return module.exports;
}
`;

function neededAtStart(parts: readonly Part[], entry: Part): Set<string> {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const needed = new Set([entry.name]);
  for (const name of needed) byName.get(name)?.imports.forEach((imported) => needed.add(imported));
  return needed;
}
