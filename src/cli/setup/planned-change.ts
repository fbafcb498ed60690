// What setup would do to one file, and what it says about what it leaves alone.
import type { FileChange } from "./file-change.ts";
import type { WrittenFile } from "./setup-record.ts";

export interface PlannedChange {
  /** Undefined when all is as it should be. */
  readonly change: FileChange | undefined;
  /** What was found and left alone, a sentence each. */
  readonly remarks: readonly string[];
}

/**
 * Undo of entries: those that setup wrote go, those that only look so stay and are named.
 * @param ours entries of the file that are as setup writes them @param wanted empty for all
 */
export function planUndoOf(
  ours: readonly string[],
  wanted: readonly string[],
  path: string,
  old: WrittenFile | undefined,
  remove: (keys: readonly string[], old: WrittenFile) => FileChange | undefined,
): PlannedChange {
  const asked = ours.filter((key) => wanted.length === 0 || wanted.includes(key));
  const isWritten = (key: string) => old !== undefined && Object.hasOwn(old.entries, key);
  const remarks = asked
    .filter((key) => !isWritten(key))
    .map((key) => `${path} asks the helper for ${key}, which setup did not write; it stays`);
  return { change: old && remove(asked.filter(isWritten), old), remarks };
}
