// Puts members into a JSON text and takes them out again; every other character of it stays. RFC 8259.
import { InputError } from "../../base/errors.ts";
import type { TextEdit } from "./text-edit.ts";

export type JsonObject = Record<string, unknown>;
type Entries = readonly (readonly [key: string, value: unknown])[];

const defaultIndent = "  ";

/** @param path for the message @throws InputError INVALID_ARGUMENT when the text is no JSON object; one of blanks is an empty one */
export function parseJsonObject(text: string, path: string): JsonObject {
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // The parser's message quotes the text, which may hold a password.
  }
  throw new InputError("INVALID_ARGUMENT", `${path} is not a JSON object, expected one`, {
    path,
    hint: `correct or remove ${path}`,
  });
}

/** The edit that puts members into the object `parent` at the top of a valid text, as its last; the object is made where it is missing. */
export function insertMembers(text: string, parent: string, entries: Entries): TextEdit {
  const value = Object.fromEntries(entries);
  if (text.trim() === "") {
    const document = `${JSON.stringify({ [parent]: value }, undefined, defaultIndent)}\n`;
    return { start: text.length, end: text.length, text: document };
  }
  const root = readObject(text, text.indexOf("{"));
  const found = findMember(root, parent);
  return found === undefined
    ? appendTo(text, root, [[parent, value]])
    : appendTo(text, readObject(text, found.valueStart), entries);
}

/** The edit that takes a member out of the object `parent`; undoes what insertMembers did. */
export function removeMember(text: string, parent: string, key: string, removesEmptyParent: boolean): TextEdit {
  const root = readObject(text, text.indexOf("{"));
  const found = findMember(root, parent);
  const object = found && readObject(text, found.valueStart);
  if (object === undefined || (removesEmptyParent && object.members.length === 1)) return takeOut(root, parent);
  return takeOut(object, key);
}

/** The edit that takes away an object that insertMembers made of a blank text, and is empty again. */
export function removeDocument(text: string): TextEdit {
  const rest = text.slice(text.lastIndexOf("}") + 1);
  return { start: text.indexOf("{"), end: text.length - rest.replace(/^\r?\n/, "").length, text: "" };
}

interface Member {
  readonly key: string;
  readonly start: number;
  readonly keyEnd: number;
  readonly valueStart: number;
  readonly end: number;
}

interface ObjectText {
  /** Of its brackets. */
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

const token = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/gy;
const blanks = /\s*/gy;

/** @param start of the `{` in a text that is valid JSON */
function readObject(text: string, start: number): ObjectText {
  const members: Member[] = [];
  let next = readToken(text, start + 1);
  while (next.text !== "}") {
    const colon = readToken(text, next.end);
    const { start: valueStart } = readToken(text, colon.end);
    const end = endOfValue(text, valueStart);
    const key = JSON.parse(next.text) as string;
    members.push({ key, start: next.start, keyEnd: next.end, valueStart, end });
    const behind = readToken(text, end);
    next = behind.text === "," ? readToken(text, behind.end) : behind;
  }
  return { start, end: next.end, members };
}

function readToken(
  text: string,
  from: number,
): { readonly text: string; readonly start: number; readonly end: number } {
  blanks.lastIndex = from;
  blanks.exec(text);
  const start = blanks.lastIndex;
  token.lastIndex = start;
  const found = token.exec(text)?.[0] ?? "}";
  return { text: found, start, end: start + found.length };
}

function endOfValue(text: string, start: number): number {
  let depth = 0;
  for (let at = start; ;) {
    const next = readToken(text, at);
    if (next.text === "{" || next.text === "[") depth += 1;
    if (next.text === "}" || next.text === "]") depth -= 1;
    if (depth <= 0) return next.end;
    at = next.end;
  }
}

/** Of two with one name the last is the one that counts. */
function findMember({ members }: ObjectText, key: string): Member | undefined {
  return members.findLast((member) => member.key === key);
}

function appendTo(text: string, { start, end, members }: ObjectText, entries: Entries): TextEdit {
  const last = members.at(-1);
  if (last === undefined) {
    const inside = text.slice(start + 1, end - 1);
    const lead = inside.includes("\n") ? `${lineEnd(text)}${indentIn(inside)}${indentOf(text)}` : "";
    return insertAt(start + 1, entries.map((entry) => format(entry, lead, ": ", text)).join(","));
  }
  const before = members.at(-2)?.end ?? start;
  const lead = text.slice(before, last.start).replace(/^\s*[,{]/, "");
  const colon = text.slice(last.keyEnd, last.valueStart);
  return insertAt(last.end, entries.map((entry) => `,${format(entry, lead, colon, text)}`).join(""));
}

/** A member with the white space in front of it, laid out as its neighbours are. */
function format([key, value]: Entries[number], lead: string, colon: string, text: string): string {
  const isOnOwnLine = lead.includes("\n");
  const json = JSON.stringify(value, undefined, isOnOwnLine ? indentOf(text) : undefined);
  return `${lead}${JSON.stringify(key)}${colon}${json.replaceAll("\n", `${lineEnd(text)}${indentIn(lead)}`)}`;
}

function takeOut(object: ObjectText, key: string): TextEdit {
  const { members, start } = object;
  const index = members.findLastIndex((member) => member.key === key);
  const [member, previous, following] = [members[index], members[index - 1], members[index + 1]];
  if (member === undefined) return insertAt(start, "");
  if (previous !== undefined) return { start: previous.end, end: member.end, text: "" };
  if (following !== undefined) return { start: member.start, end: following.start, text: "" };
  return { start: start + 1, end: member.end, text: "" };
}

function insertAt(start: number, text: string): TextEdit {
  return { start, end: start, text };
}

function lineEnd(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function indentOf(text: string): string {
  return /^[ \t]+(?=")/m.exec(text)?.[0] ?? defaultIndent;
}

/** What stands behind the last line's end. */
function indentIn(space: string): string {
  return space.slice(space.lastIndexOf("\n") + 1);
}
