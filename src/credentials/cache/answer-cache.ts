// Keeps answers for a moment, over processes: what the launcher prints without starting anything.
import { statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { isMet } from "../condition.ts";
import { findPrivateFile, removeFile, writePrivateFile } from "../private-file.ts";
import type { Validity } from "../source.ts";
import { readCacheTime } from "./cache-clock.ts";
import { type CachedAnswer, decodeEntry, encodeEntry, isCurrent } from "./cache-entry.ts";
import { ensureCacheDirectory, findCacheDirectory, isSafeCacheDirectory } from "./cache-place.ts";
import { type Flight, takeOff } from "./flight.ts";

/** No answer is kept longer, whatever its source allows. */
const maxRepeatableMs = 60 * 60_000;
/** Time stamps of files lag behind the clock by up to one tick of the kernel. */
const timeStampLagMs = 20;

export interface KeptAnswer {
  readonly answer: CachedAnswer;
  readonly validity: Validity;
  /** When it was begun to look for the answer: what was written later makes it stale. */
  readonly sinceMs: number;
}

export class AnswerCache {
  readonly #environment: Environment;
  readonly #directory: string | undefined;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.#directory = findCacheDirectory(environment);
  }

  /** The kept answer, when it is current and everything is as it was then. Whatever else is in its place counts as none. */
  find(key: string): CachedAnswer | undefined {
    if (this.#directory === undefined || !isSafeCacheDirectory(this.#directory)) return undefined;
    const path = fileOf(this.#directory, key);
    try {
      const sinceMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      const entry = sinceMs === undefined ? undefined : decodeEntry(findPrivateFile(path) ?? "");
      if (entry?.key !== key || !isCurrent(entry, readCacheTime())) return undefined;
      const isSame = entry.conditions.every((condition) => isMet(condition, this.#environment, sinceMs ?? 0));
      return isSame ? entry.answer : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps an answer for as long as its validity says. A cache that cannot be written is no reason to fail. */
  keep(key: string, { answer, validity, sinceMs }: KeptAnswer): void {
    const seconds = Math.floor(Math.min(validity.repeatableForMs, maxRepeatableMs) / 1000);
    if (this.#directory === undefined || seconds < 1 || !ensureCacheDirectory(this.#directory)) return;
    const { clock, seconds: from } = readCacheTime();
    const text = encodeEntry({ key, clock, from, until: from + seconds, conditions: validity.conditions, answer });
    if (text === undefined) return;
    try {
      const since = (sinceMs - timeStampLagMs) / 1000;
      writePrivateFile(fileOf(this.#directory, key), text, (file) => utimesSync(file, since, since));
    } catch {
      // A full disk, or a directory that went away: the next answer is looked for again.
    }
  }

  /** Forgets an answer. */
  forget(key: string): void {
    if (this.#directory === undefined) return;
    try {
      removeFile(fileOf(this.#directory, key));
    } catch {
      // It ends by itself, and its conditions hold.
    }
  }

  /**
   * Waits until no other process looks for the same answer, or there is one.
   * @returns undefined when there is one, where nothing can be kept, or after `waitMs`
   */
  async takeOff(key: string, waitMs: number): Promise<Flight | undefined> {
    if (this.#directory === undefined || !ensureCacheDirectory(this.#directory)) return undefined;
    try {
      return await takeOff(`${fileOf(this.#directory, key)}.lock`, waitMs, () => this.find(key) !== undefined);
    } catch {
      // Without a lock the same question may be asked twice.
      return undefined;
    }
  }
}

/** The launcher knows only names that need no encoding; all host names but IPv6 addresses are such. */
function fileOf(directory: string, key: string): string {
  return join(directory, encodeURIComponent(key).replaceAll("%3A", ":"));
}
