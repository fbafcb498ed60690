// What setup has written and where, kept in the state directory: the only things that undo may take out.
import { dirname, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { findLoginDirectory } from "../../credentials/places.ts";
import { type FileChange, findText } from "./file-change.ts";

export interface WrittenFile {
  /** True when the file was not there before. */
  readonly made: boolean;
  /** True when the file held no JSON document before. */
  readonly blank: boolean;
  /** True when the object around the entries was not there before. */
  readonly parent: boolean;
  /** By host as the file spells it: what was written in front of a block to part it from others. */
  readonly entries: Readonly<Record<string, string>>;
  /** All of a file that is ours alone. */
  readonly text: string;
}

/** By path. */
export type SetupRecord = Readonly<Record<string, WrittenFile>>;

export const nothingWritten: WrittenFile = { made: false, blank: false, parent: false, entries: {}, text: "" };

/** Undefined where the user has no home. */
export function recordPath(environment: Environment): string | undefined {
  const logins = findLoginDirectory(environment);
  return logins === undefined ? undefined : join(dirname(logins), "setup.json");
}

/** @throws InputError INVALID_ARGUMENT when the file is no record */
export function readRecord(path: string | undefined): SetupRecord {
  const text = path === undefined ? undefined : findText(path);
  if (path === undefined || text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value) && Object.values(value).every(isWrittenFile)) return value as SetupRecord;
  } catch {
    // Said below.
  }
  throw new InputError("INVALID_ARGUMENT", `${path} is not what setup keeps there, expected its record`, {
    path,
    hint: `take ${path} away; what setup wrote is then taken out by hand`,
  });
}

/** The change to the record that belongs to changes of files; an empty record goes. */
export function planRecord(path: string, record: SetupRecord, changes: readonly FileChange[]): FileChange {
  const next = { ...record, ...Object.fromEntries(changes.map((change) => [change.path, change.written])) };
  const kept = Object.entries(next).filter(([, written]) => written !== undefined);
  const after = kept.length === 0 ? undefined : `${JSON.stringify(Object.fromEntries(kept), undefined, 2)}\n`;
  return { path, client: "setup", before: findText(path), after, diff: [], written: undefined };
}

function isWrittenFile(value: unknown): boolean {
  if (!isObject(value) || !isObject(value["entries"])) return false;
  const flags = [value["made"], value["blank"], value["parent"]];
  const texts = [value["text"], ...Object.values(value["entries"])];
  return flags.every((flag) => typeof flag === "boolean") && texts.every((text) => typeof text === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
