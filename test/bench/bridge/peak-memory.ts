// Watches the processes that a host starts; Linux /proc.
import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import type { RunningProcess } from "../../support/processes.ts";

/** The last look is at most this far from the end of a process. */
const intervalMs = 5;

/** The highest peak of resident memory among the children of a process, in bytes, when it has ended. */
export async function peakMemoryOfChildren(running: RunningProcess): Promise<number> {
  const ended = running.ended.then(() => true);
  let peak = 0;
  for (let hasEnded = false; !hasEnded; hasEnded = await Promise.race([ended, setTimeout(intervalMs, false)])) {
    for (const id of await childrenOf(running.pid)) peak = Math.max(peak, await peakOf(id, running.pid));
  }
  return peak;
}

/** Go starts processes from any of its threads. A process that has just ended has none. */
async function childrenOf(id: number): Promise<string[]> {
  const threads = await readdir(`/proc/${id}/task`).catch(() => []);
  const lists = threads.map((thread) => readFile(`/proc/${id}/task/${thread}/children`, "utf8").catch(() => ""));
  return (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean));
}

/** VmHWM, the peak since the program was loaded. Until then a child has its parent's program, and its parent's memory. */
async function peakOf(id: string, parent: number): Promise<number> {
  const [own, parents] = await Promise.all([program(id), program(String(parent))]);
  if (own === undefined || own === parents) return 0;
  const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

async function program(id: string): Promise<string | undefined> {
  return await readlink(`/proc/${id}/exe`).catch(() => undefined);
}
