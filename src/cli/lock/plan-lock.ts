// What a lock file has to say, from what the program wants, what the file said before and what the registries have.
import type { Digest } from "../../names/digest.ts";
import { keyOfRequest, type LockedModule, type ModuleLock, type ModuleRequest } from "../../names/module-lock.ts";

export interface LockSources {
  /** The content that a request stands for now. */
  readonly resolve: (request: ModuleRequest) => Promise<LockedModule>;
  /** What a tag points to now; undefined when it is gone. */
  readonly findDigest: (request: ModuleRequest, tag: string) => Promise<Digest | undefined>;
  /** Tag of the newest version, when it is above that of a tag; absent when nobody wants to know. */
  readonly findNewer?: ((request: ModuleRequest, tag: string) => Promise<string | undefined>) | undefined;
}

export interface LockEntry {
  readonly key: string;
  /**
   * `moved`: the locked tag points to other content now; `gone`: it is not there any more. Both are refused, for they may be an
   * attack, until the user asks for an update.
   */
  readonly outcome: "kept" | "added" | "updated" | "removed" | "moved" | "gone";
  readonly before: LockedModule | undefined;
  readonly after: LockedModule | undefined;
  /** Tag of a newer version that the constraint allows, or without a constraint of any. */
  readonly newerTag?: string | undefined;
  /** True when the request has a constraint. */
  readonly isConstrained?: boolean;
}

export interface LockPlan {
  /** In the order of the keys. */
  readonly entries: readonly LockEntry[];
  readonly lock: ModuleLock;
}

/** @param isUpdated says for which requests the newest is taken, whatever is locked */
export async function planLock(
  requests: readonly ModuleRequest[],
  before: ModuleLock,
  sources: LockSources,
  isUpdated: (request: ModuleRequest) => boolean,
): Promise<LockPlan> {
  const wanted = new Map(requests.map((request) => [keyOfRequest(request), request]));
  const planned = await Promise.all(
    [...wanted].map(([key, request]) => planEntry(key, request, before.get(key), sources, isUpdated(request))),
  );
  const removed = [...before].flatMap(([key, locked]): LockEntry[] =>
    wanted.has(key) ? [] : [{ key, outcome: "removed", before: locked, after: undefined }],
  );
  const entries = [...planned, ...removed].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  return { entries, lock: new Map(entries.flatMap(({ key, after }) => (after === undefined ? [] : [[key, after]]))) };
}

/** True when the plan may not be carried out. */
export function isRefused({ entries }: LockPlan): boolean {
  return entries.some(({ outcome }) => outcome === "moved" || outcome === "gone");
}

async function planEntry(
  key: string,
  request: ModuleRequest,
  before: LockedModule | undefined,
  sources: LockSources,
  isUpdated: boolean,
): Promise<LockEntry> {
  const { resolve, findDigest } = sources;
  if (before === undefined) return { key, outcome: "added", before, after: await resolve(request) };
  if (isUpdated) {
    const after = await resolve(request);
    const isSame = after.tag === before.tag && after.digest === before.digest;
    return { key, outcome: isSame ? "kept" : "updated", before, after };
  }
  const digest = await findDigest(request, before.tag);
  if (digest === undefined) return { key, outcome: "gone", before, after: before };
  if (digest !== before.digest) return { key, outcome: "moved", before, after: before };
  const newerTag = await findNewerTag(request, before.tag, sources);
  return { key, outcome: "kept", before, after: before, newerTag, isConstrained: request.version !== undefined };
}

async function findNewerTag(
  request: ModuleRequest,
  locked: string,
  { resolve, findNewer }: LockSources,
): Promise<string | undefined> {
  if (request.version === undefined) return findNewer?.(request, locked);
  const { tag } = await resolve(request);
  return tag === locked ? undefined : tag;
}
