// A line of progress on a terminal, for work that takes longer than a moment; nothing where nobody looks.
import { type Clock, systemClock } from "../base/clock.ts";
import type { CliContext } from "./context.ts";

/** Work that ends before this is not worth a line. */
const quietMs = 500;
/** Ten times a second is as often as an eye reads numbers. */
const intervalMs = 100;
const eraseLine = "\r\u001b[2K";

export interface Progress {
  /** Says how many bytes are done, of how many. */
  update(doneBytes: number, totalBytes: number): void;
  /** Takes the line away; the result stands in its place. */
  end(): void;
}

/** @param label what is being done, such as `pushing acme/vpc` */
export function startProgress(context: CliContext, label: string, clock: Clock = systemClock): Progress {
  if (!context.interactive) return { update: () => undefined, end: () => undefined };
  const startedMs = clock.now();
  let drawnMs = startedMs + quietMs - intervalMs;
  let isDrawn = false;
  return {
    update: (doneBytes, totalBytes) => {
      const nowMs = clock.now();
      if (nowMs - drawnMs < intervalMs) return;
      drawnMs = nowMs;
      isDrawn = true;
      context.stderr.write(eraseLine + describe(label, doneBytes, totalBytes, nowMs - startedMs));
    },
    end: () => {
      if (isDrawn) context.stderr.write(eraseLine);
    },
  };
}

/** Such as `2 files, 1.4 MB`. */
export function formatFiles(count: number, bytes: number): string {
  return `${count} ${count === 1 ? "file" : "files"}, ${formatBytes(bytes)}`;
}

/** Such as `1.4 MB`; powers of ten, as network speeds are given. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function describe(label: string, doneBytes: number, totalBytes: number, elapsedMs: number): string {
  const percent = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 100);
  const perSecond = elapsedMs === 0 ? 0 : Math.round((doneBytes / elapsedMs) * 1000);
  return `${label} ${percent} %  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}  ${formatBytes(perSecond)}/s`;
}
