// Looks for a secret where it must not be: in text, files, archives and argument lists, plain or in the encodings that programs use.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

/** A place and the spelling found there, such as `plan.bin!tfplan (base64)`. */
export type Finding = string;

/** Spellings of the secret found in the bytes; empty when it is nowhere in them. */
export function spellingsIn(bytes: Uint8Array | string, secret: string): string[] {
  const haystack = typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes);
  return spellings(secret)
    .filter(([, needle]) => haystack.includes(needle))
    .map(([name]) => name);
}

/** Every file below the directory that holds the secret; archives are opened. Directories named in `except` are left out. */
export function filesHolding(directory: string, secret: string, except: readonly string[] = []): Finding[] {
  return filesBelow(directory, except).flatMap((path) =>
    layersOf(relative(directory, path), readFileSync(path)).flatMap(({ place, bytes }) =>
      spellingsIn(bytes, secret).map((spelling) => `${place} (${spelling})`),
    ),
  );
}

export interface ArgumentWatch {
  /** Ends the watch. @returns the argument lists that held the secret */
  stop(): Finding[];
  /** How many different argument lists were seen: shows that the watch saw the programs of the test. */
  seen(): readonly string[];
}

/** Samples the argument lists of all processes until stopped; Linux only. */
export function watchArguments(secret: string): ArgumentWatch {
  const lists = new Set<string>();
  const sample = () => processIds().forEach((id) => lists.add(argumentsOf(id)));
  // A Node child lives 40 ms or more, a shell 2 ms.
  const timer = setInterval(sample, 3);
  return {
    seen: () => [...lists],
    stop: () => {
      clearInterval(timer);
      return [...lists].filter((list) => spellingsIn(list, secret).length > 0);
    },
  };
}

function processIds(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function argumentsOf(processId: string): string {
  try {
    return readFileSync(`/proc/${processId}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    // It ended between the listing and the reading.
    return "";
  }
}

/** Each spelling once: for most secrets some of them are the same. */
function spellings(secret: string): [name: string, needle: Buffer][] {
  const bytes = Buffer.from(secret);
  const found: [string, Buffer][] = [
    ["plain", bytes],
    ["reversed", Buffer.from([...secret].toReversed().join(""))],
    ["hex", Buffer.from(bytes.toString("hex"))],
    ["upper-case hex", Buffer.from(bytes.toString("hex").toUpperCase())],
    ["UTF-16", Buffer.from(secret, "utf16le")],
    ["URL-encoded", Buffer.from(encodeURIComponent(secret))],
    ["JSON", Buffer.from(JSON.stringify(secret).slice(1, -1))],
    ["Go's JSON", Buffer.from(goJson(secret))],
  ];
  for (const shift of [0, 1, 2]) {
    const text = innerBase64(bytes, shift);
    found.push([`base64 at ${shift}`, Buffer.from(text)]);
    found.push([`base64url at ${shift}`, Buffer.from(text.replaceAll("+", "-").replaceAll("/", "_"))]);
  }
  return found.filter(([, needle], index) => found.findIndex(([, other]) => other.equals(needle)) === index);
}

/** Go escapes what HTML makes something of (encoding/json, HTMLEscape); OpenTofu's state and plans are written so. */
function goJson(text: string): string {
  const escape = (character: string) => `\\u00${character.charCodeAt(0).toString(16)}`;
  return JSON.stringify(text).slice(1, -1).replace(/[<>&]/g, escape);
}

/** What base64 makes of the bytes wherever they stand in a longer text, `shift` bytes behind a multiple of three. */
function innerBase64(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
  const firstWhole = Math.ceil((shift * 8) / 6);
  const lastWhole = Math.floor(((shift + bytes.length) * 8) / 6);
  return text.slice(firstWhole, lastWhole);
}

function filesBelow(directory: string, except: readonly string[]): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !except.some((prefix) => path.startsWith(prefix)));
}

/** The file itself and what is packed in it. */
function layersOf(place: string, bytes: Buffer): { place: string; bytes: Uint8Array }[] {
  const layers: { place: string; bytes: Uint8Array }[] = [{ place, bytes }];
  if (bytes.subarray(0, 2).toString("latin1") === "PK") {
    for (const [name, content] of Object.entries(unzipSync(bytes))) {
      layers.push(...layersOf(`${place}!${name}`, Buffer.from(content)));
    }
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) layers.push(...layersOf(`${place}!gunzip`, gunzipSync(bytes)));
  return layers;
}
