// Entries of hosts in one object of a JSON file: added as text, taken out again when they are ours.
import { InputError } from "../../base/errors.ts";
import { type FileChange, isLink } from "./file-change.ts";
import { insertMembers, type JsonObject, parseJsonObject, removeDocument, removeMember } from "./json-text.ts";
import { nothingWritten, type WrittenFile } from "./setup-record.ts";
import { applyEdit, showEdit, type TextEdit } from "./text-edit.ts";

export interface JsonPlace {
  readonly path: string;
  readonly client: string;
  /** The object at the top of the document that has the entries. */
  readonly parent: string;
  /** What an entry of ours is. */
  readonly value: unknown;
}

/** @throws InputError when the text is no JSON object, or has something else in the object's place: it is not made worse */
export function readEntries(text: string, { path, parent }: JsonPlace): JsonObject {
  const { [parent]: value = {} } = parseJsonObject(text, path);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new InputError("INVALID_ARGUMENT", `${path} has ${parent} that is not an object, expected one`, {
    path,
    hint: "write it as one object, or add the hosts by hand",
  });
}

export function isOurs(entry: unknown, { value }: JsonPlace): boolean {
  return JSON.stringify(entry) === JSON.stringify(value);
}

/** @param keys those that are missing @param old what setup wrote there earlier */
export function addEntries(
  before: string | undefined,
  place: JsonPlace,
  keys: readonly string[],
  old: WrittenFile | undefined,
): FileChange | undefined {
  if (keys.length === 0) return undefined;
  const text = before ?? "";
  const document = parseJsonObject(text, place.path);
  const here = readEntries(text, place);
  const earlier = holds(old, here, place);
  const edit = insertMembers(
    text,
    place.parent,
    keys.map((key) => [key, place.value]),
  );
  const written = {
    made: before === undefined || earlier.made,
    blank: text.trim() === "" || earlier.blank,
    parent: document[place.parent] === undefined || earlier.parent,
    entries: { ...earlier.entries, ...Object.fromEntries(keys.map((key) => [key, ""])) },
    text: "",
  };
  const { path, client } = place;
  return { path, client, before, after: applyEdit(text, edit), diff: showEdit(text, edit), written };
}

/** @param keys entries that setup wrote and that are still ours */
export function removeEntries(
  before: string,
  { path, client, parent }: JsonPlace,
  keys: readonly string[],
  old: WrittenFile,
): FileChange | undefined {
  if (keys.length === 0) return undefined;
  let text = before;
  const diff: string[] = [];
  const take = (edit: TextEdit) => {
    diff.push(...showEdit(text, edit));
    text = applyEdit(text, edit);
  };
  for (const key of keys) take(removeMember(text, parent, key, old.parent));
  const goes = old.made && !isLink(path);
  if (old.blank && (goes || !old.made) && Object.keys(parseJsonObject(text, path)).length === 0)
    take(removeDocument(text));
  const entries = without(old.entries, keys);
  const written = Object.keys(entries).length === 0 ? undefined : { ...old, entries };
  return { path, client, before, after: goes && text.trim() === "" ? undefined : text, diff, written };
}

/** What setup wrote earlier, as far as it is still there: a file that somebody made anew is theirs. */
function holds(old: WrittenFile | undefined, here: JsonObject, place: JsonPlace): WrittenFile {
  if (old === undefined) return nothingWritten;
  const gone = Object.keys(old.entries).filter((key) => !isOurs(here[key], place));
  const entries = without(old.entries, gone);
  return Object.keys(entries).length === 0 ? nothingWritten : { ...old, entries };
}

export function without<Value>(
  entries: Readonly<Record<string, Value>>,
  keys: readonly string[],
): Record<string, Value> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !keys.includes(key)));
}
