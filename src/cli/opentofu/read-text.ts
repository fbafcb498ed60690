// Reads a file that OpenTofu reads, without waiting for ever on one that gives no text of itself.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { devNull } from "node:os";
import { InputError } from "../../base/errors.ts";

/**
 * @throws InputError SYSTEM_REFUSED for a pipe, a socket or a device, whose text comes when somebody writes it, once, or without end;
 *   else what the system says, ENOENT when there is none
 */
export function readText(path: string): string {
  // Without O_NONBLOCK a named pipe would hold us until somebody writes to it. Windows has neither the flag nor such pipes.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    // Of a directory the system says so itself.
    if (!stats.isFile() && !stats.isDirectory()) {
      if (path === devNull) return "";
      throw new InputError("SYSTEM_REFUSED", "it is no regular file", { path });
    }
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
