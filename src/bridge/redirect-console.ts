// Sends what anybody prints by console to stderr: stdout belongs to the handshake, one stray byte on it and the host gives up.
import { Console } from "node:console";
import type { Writable } from "node:stream";

/** From now on `console.log` and its kin write to `stderr`. */
export function redirectConsole(stderr: Writable): void {
  globalThis.console = Object.assign(globalThis.console, new Console(stderr, stderr));
}
