// Tells a running process from a later one with the same number: by its start time and, on Linux, its process namespace.
import { readFileSync, readlinkSync } from "node:fs";

/** Three numbers in base 36, separated by dashes: process, start time, namespace. Fit for a file name. */
export type ProcessIdentity = string;

const grammar = /^(?<pid>[0-9a-z]+)-(?<start>[0-9a-z]+)-(?<namespace>[0-9a-z]+)$/;
/** Start time in clock ticks since boot, counted behind the command's name, which may hold blanks; proc_pid_stat(5), field 22. */
const startTimeField = 19;

/** This process's. */
export function ownIdentity(): ProcessIdentity {
  return [process.pid, startTimeOf(process.pid) ?? 0, ownNamespace()].map((number) => number.toString(36)).join("-");
}

/** `unknown` for a process of another namespace, which cannot be seen from here. */
export function stateOf(identity: ProcessIdentity): "running" | "ended" | "unknown" {
  const parts = grammar.exec(identity)?.groups;
  if (parts === undefined) return "unknown";
  const [pid, start, namespace] = [parts["pid"], parts["start"], parts["namespace"]].map((text) =>
    Number.parseInt(text ?? "", 36),
  );
  if (pid === undefined || namespace !== ownNamespace()) return "unknown";
  return startTimeOf(pid) === start ? "running" : "ended";
}

/** A number that no two processes of one number share, or undefined when there is no such process. */
function startTimeOf(pid: number): number | undefined {
  return process.platform === "linux" ? startTimeOnLinux(pid) : startTimeByPs(pid);
}

function startTimeOnLinux(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[startTimeField]);
  } catch {
    return undefined;
  }
}

/** Seconds since the epoch. */
function startTimeByPs(pid: number): number | undefined {
  try {
    // Loaded where it is needed: on Linux every start of the helper would pay for it.
    const { execFileSync } = process.getBuiltinModule("node:child_process");
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const atMs = Date.parse(text.trim());
    return Number.isNaN(atMs) ? undefined : atMs / 1000;
  } catch {
    return undefined;
  }
}

/** `pid:[4026531836]`; pid_namespaces(7). */
function ownNamespace(): number {
  try {
    return Number(/\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? 0);
  } catch {
    return 0;
  }
}
