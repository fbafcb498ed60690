// A change to one configuration file: worked out first, shown, then written at once.
import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { makeDirectories } from "../../base/directory.ts";

export interface FileChange {
  readonly path: string;
  /** For whom the file is, such as `OpenTofu`. */
  readonly client: string;
  /** Undefined when the file is not there. */
  readonly before: string | undefined;
  /** Undefined when the file goes. */
  readonly after: string | undefined;
  /** The text as it may be shown: without secrets. */
  readonly show: (text: string) => string;
}

/** A new file of ours needs no secrecy, one with logins in it has its own mode already. */
const newFileMode = 0o600;

/** The text of a file, or undefined when there is none. */
export function findText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Writes the change beside its place and moves it there; a link is followed, the file's mode stays. */
export function writeChange({ path, after }: FileChange): void {
  if (after === undefined) return unlinkSync(path);
  makeDirectories(dirname(path));
  const target = existsSync(path) ? realpathSync(path) : path;
  const mode = existsSync(target) ? statSync(target).mode & 0o777 : newFileMode;
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, after, { mode: newFileMode, flag: "wx" });
  chmodSync(temporary, mode);
  renameSync(temporary, target);
}

/** The lines that go and the lines that come, `-` and `+` in front; unchanged ones are left out. */
export function formatDiff({ path, before, after, show }: FileChange): string[] {
  const [old, next] = [before, after].map((text) =>
    text === undefined ? [] : show(text).replace(/\n$/, "").split("\n"),
  );
  const name = (text: string | undefined) => (text === undefined ? "/dev/null" : path);
  return [`--- ${name(before)}`, `+++ ${name(after)}`, ...diffLines(old ?? [], next ?? [])];
}

/** Longest common subsequence of lines; configuration files have hundreds of them at most. */
function diffLines(before: readonly string[], after: readonly string[]): string[] {
  const rows = Array.from({ length: before.length + 1 }, () => Array.from({ length: after.length + 1 }, () => 0));
  const lengthAt = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const isSame = before[row] === after[column];
      const length = isSame
        ? lengthAt(row + 1, column + 1) + 1
        : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
      (rows[row] ?? [])[column] = length;
    }
  }
  const lines: string[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (row < before.length && column < after.length && before[row] === after[column]) {
      [row, column] = [row + 1, column + 1];
    } else if (
      row < before.length &&
      (column === after.length || lengthAt(row + 1, column) >= lengthAt(row, column + 1))
    ) {
      lines.push(`-${before[row]}`);
      row += 1;
    } else {
      lines.push(`+${after[column]}`);
      column += 1;
    }
  }
  return lines;
}
