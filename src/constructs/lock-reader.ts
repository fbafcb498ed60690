// Reads the lock of OCI modules, once for each app and file.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type ModuleLock, parseModuleLock } from "../names/module-lock.ts";

/** Where an app keeps the locks that it has read; the symbol is that of every copy of this module. */
const locksKey: unique symbol = Symbol.for("scalr-oci/module-locks");

/**
 * The lock in a file; empty when there is no such file.
 * @param root of the tree of constructs
 * @throws InputError LOCK_INVALID, LOCK_TOO_NEW
 */
export function readLock(root: IConstruct, file: string): ModuleLock {
  const holder = root as { [locksKey]?: Map<string, ModuleLock> };
  if (holder[locksKey] === undefined) Object.defineProperty(root, locksKey, { value: new Map<string, ModuleLock>() });
  const locks = holder[locksKey] as unknown as Map<string, ModuleLock>;
  const path = resolve(file);
  const lock = locks.get(path) ?? readFile(path);
  locks.set(path, lock);
  return lock;
}

function readFile(path: string): ModuleLock {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    const message = `lock file ${printable(basename(path))} cannot be read, expected a file`;
    throw new InputError("LOCK_INVALID", message, { cause });
  }
  return parseModuleLock(text);
}
