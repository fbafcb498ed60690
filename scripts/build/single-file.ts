// Joins the parts of a program into one script in which a part that is loaded later costs nothing until then.
import { brotliCompressSync, constants } from "node:zlib";

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
/** Larger parts are packed: Node reads and scans the whole file at each start, a MiB in 5 ms. Unpacking takes 3 ms a MiB. */
const packedFromLength = 64 * 1024;
const nodeStarts = "#!/usr/bin/env node";

/**
 * The script; the first part is the entry. Parts that the start needs are functions. The others stand behind the program in a comment,
 * which V8 skips, and are read from the file when the first of them is wanted: as functions or texts of the program they would be a
 * large part of its start.
 * @param launcher text of a POSIX shell script that starts Node itself, with `"$0"` for the program; see shellStarts
 * @throws Error for a part that is not ASCII: places in the file are counted in characters
 */
export function joinParts(parts: readonly Part[], launcher?: string): string {
  const [entry] = parts;
  if (entry === undefined) throw new Error("a program has at least one part");
  const early = neededAtStart(parts, entry);
  let late = "";
  const members = parts.map(({ name, code }) => {
    const key = JSON.stringify(`./${name}`);
    if (early.has(name)) return `${key}:function(require,module,exports){${code}\n}`;
    const isPacked = code.length >= packedFromLength;
    const text = isPacked ? pack(code) : hideCommentEnds(code);
    late += text;
    return `${key}:[${late.length - text.length},${text.length}${isPacked ? ",1" : ""}]`;
  });
  const start = launcher === undefined ? nodeStarts : shellStarts(launcher);
  const begin = `$load(${JSON.stringify(`./${entry.name}`)});\n/*`;
  const programFrom = (from: number) =>
    `${start}\n${head}\nvar $from=${String(from).padStart(10)},$parts={\n${members.join(",\n")}\n};\n${loader}${begin}`;
  const program = programFrom(programFrom(0).length);
  const whole = `${program}${late}*/\n`;
  if (/[^\0-\x7f]/.test(whole)) throw new Error("a program is ASCII");
  return whole;
}

/** Base64 holds no end of a comment. */
function pack(code: string): string {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 22 };
  return brotliCompressSync(code, { params }).toString("base64");
}

/** `*`, any number of `@` and `/` get one `@` more, so that no end of a comment is left, and the loader can undo it. */
function hideCommentEnds(code: string): string {
  return code.replace(/\*(@*)\//g, "*@$1/");
}

/**
 * One file that is a shell script and a program: to a shell the second line is a command that does nothing, to JavaScript it
 * begins a comment that ends behind the script.
 */
function shellStarts(launcher: string): string {
  if (launcher.includes("*/")) throw new Error("the launcher holds the end of a JavaScript comment");
  return `#!/bin/sh\n":" /*\n${launcher.trimEnd()}\n*/`;
}

/** The file stays open: a later version may be put in its place while the program runs. */
const loader = String.raw`var $loaded={},$file;
function $read([at,length,packed]){
  var fs=require("node:fs"),bytes=Buffer.alloc(length);
  $file??=fs.openSync(typeof __filename=="string"?__filename:process.argv[1]);
  fs.readSync($file,bytes,0,length,$from+at);
  var text=bytes.latin1Slice();
  if(packed)return require("node:zlib").brotliDecompressSync(Buffer.from(text,"base64")).latin1Slice();
  return text.replace(/\*@(@*)\//g,"*$1/");
}
function $load(id){
  if(!(id in $parts))return require(id);
  if(id in $loaded)return $loaded[id].exports;
  var part=$parts[id],module=$loaded[id]={exports:{}};
  if(typeof part!="function")part=require("node:vm").compileFunction($read(part),["require","module","exports"],{filename:id});
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
