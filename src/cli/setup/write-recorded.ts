// Writes changes together with the record of them, which then says what is in the files, also when not all could be written.
import { type FileChange, findText, writeChanges } from "./file-change.ts";
import { planRecord, type SetupRecord } from "./setup-record.ts";

/**
 * The record is in place first: what is not in it could not be undone.
 * @param file of the record; undefined where there is no place for one @throws as writeChanges
 */
export function writeRecorded(changes: readonly FileChange[], file: string | undefined, record: SetupRecord): void {
  if (changes.length === 0) return;
  if (file === undefined) return writeChanges(changes);
  try {
    writeChanges([planRecord(file, record, changes), ...changes]);
  } catch (thrown) {
    const correction = planRecord(file, record, changes.filter(isInPlace));
    if (correction.before !== correction.after) writeChanges([correction]);
    throw thrown;
  }
}

function isInPlace({ path, after }: FileChange): boolean {
  try {
    return findText(path) === after;
  } catch {
    return false;
  }
}
