// Sets a tag that is not to be moved unasked. Registries cannot do that on a condition, so the tag is looked at before and after.
import { type Clock, systemClock } from "../base/clock.ts";
import { ConflictError } from "../base/errors.ts";
import type { Digest } from "../names/digest.ts";
import type { RegistryClient } from "./client.ts";

/** Longest wait for another push: it adds to the time of every new version. */
const maxWaitMs = 1000;

export interface TagWish {
  readonly client: RegistryClient;
  readonly repository: string;
  readonly tag: string;
  /** What the tag will point to. */
  readonly digest: Digest;
  /** What it pointed to when that was decided. */
  readonly before: Digest | undefined;
  /** Moves the tag, whatever it points to by now. */
  readonly isForced: boolean;
  /** What to do next when another has the tag. */
  readonly hint: string;
  readonly clock?: Clock | undefined;
}

/**
 * Sets the tag by `put`. Of two who set it to different content at once one may come after the other and win; the other learns of it.
 * Only a push that takes more than three times as long from its look to its arrival as this one did goes unnoticed here.
 * @throws ConflictError VERSION_EXISTS when another took it since it was decided, or at the same moment
 */
export async function setTag(wish: TagWish, put: () => Promise<unknown>): Promise<void> {
  const { client, repository, tag, before, digest, isForced, clock = systemClock } = wish;
  const startedAt = clock.now();
  // The content may have taken minutes to send.
  const now = (await client.findDescriptor(repository, tag))?.digest;
  if (now !== undefined && now !== before && now !== digest && !isForced) throw tagTaken(wish, now);
  await put();
  // Another who looked before this arrived sets the tag about as long after its look as this took.
  await clock.sleep(Math.min(2 * (clock.now() - startedAt), maxWaitMs));
  const last = (await client.findDescriptor(repository, tag))?.digest;
  // A registry whose reads lag may still show what was there before; only a third content is another push.
  if (last !== undefined && ![digest, before, now].includes(last)) throw tagTaken(wish, last);
}

/** The error for a tag that has other content. */
export function tagTaken(
  { client, repository, tag, hint }: Pick<TagWish, "client" | "repository" | "tag" | "hint">,
  digest: Digest,
): ConflictError {
  const message = `${client.host.value}/${repository}:${tag} exists with other content, got ${digest}`;
  return new ConflictError("VERSION_EXISTS", message, { hint });
}
