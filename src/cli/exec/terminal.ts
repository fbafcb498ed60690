// Whether Ctrl-C on a terminal reaches this process group: only the foreground group of a controlling terminal; termios(3).
import { closeSync, constants, openSync, readFileSync } from "node:fs";

/** Of proc_pid_stat(5), counted behind the command's name, which may hold blanks. */
const groupField = 2;
const foregroundGroupField = 5;

/** As it is now: a shell moves jobs between foreground and background. */
export function mayTerminalSignal(): boolean {
  return process.platform === "linux" ? isForegroundGroup() : hasTerminal();
}

/** Without a controlling terminal its foreground group is -1. */
function isForegroundGroup(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[groupField] === fields[foregroundGroupField];
  } catch {
    return hasTerminal();
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}
