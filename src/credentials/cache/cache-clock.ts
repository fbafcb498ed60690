// Time for the cache: seconds since the machine was started, which nobody sets back, where the system tells them for free.
import { readFileSync } from "node:fs";

export interface CacheTime {
  /** Which clock: the id of this boot, or `epoch`. Times of different clocks are not compared. */
  readonly clock: string;
  readonly seconds: number;
}

/** proc_uptime(5) counts while the machine sleeps too; elsewhere the time of day has to do. */
export function readCacheTime(): CacheTime {
  try {
    const clock = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
    const seconds = Number.parseInt(readFileSync("/proc/uptime", "latin1"), 10);
    if (/^[0-9a-f-]{36}$/.test(clock) && seconds >= 0) return { clock, seconds };
  } catch {
    // Not Linux, or a container without /proc.
  }
  return { clock: "epoch", seconds: Math.floor(Date.now() / 1000) };
}
