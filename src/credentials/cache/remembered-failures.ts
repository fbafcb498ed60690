// Keeps it for a few seconds that a source cannot be reached, for all hosts of one service and all processes: whoever waits for a server that hangs
// waits once, not once for each of twenty repositories.
import { type ErrorCodeOf, errorCodes } from "../../base/error-codes.ts";
import { type ScalrOciError, toScalrOciError, TransientError } from "../../base/errors.ts";
import type { CredentialSource } from "../source.ts";
import type { AnswerCache } from "./answer-cache.ts";

/** Long enough for the rest of a `tofu init`, short enough not to be noticed by who has mended the cause. */
export const failureRepeatableForMs = 10_000;

/** The source, which for a moment after a transient failure gives that failure again. */
export function rememberFailures(source: CredentialSource, cache: AnswerCache): CredentialSource {
  const find: CredentialSource["find"] = async (host, signal) => {
    if (!source.isRemote(host) && source.failureValidity === undefined) return await source.find(host, signal);
    const key = `source ${[source.name, source.serviceOf?.(host)].filter(Boolean).join(" ")}`;
    const kept = cache.find(key);
    const failure = kept?.kind === "text" ? decodeFailure(kept.text) : undefined;
    if (failure !== undefined) throw failure;
    const sinceMs = Date.now();
    try {
      return await source.find(host, signal);
    } catch (thrown) {
      const error = toScalrOciError(thrown);
      const allowed = source.failureValidity?.(host) ?? source.validity(host);
      // What may never be repeated names no identity that the failure would belong to.
      const validity = { ...allowed, repeatableForMs: Math.min(allowed.repeatableForMs, failureRepeatableForMs) };
      if (error.kind === "transient") cache.keep(key, { answer: encodeFailure(error), validity, sinceMs });
      throw thrown;
    }
  };
  return {
    name: source.name,
    // Asked for when somebody wants to know it: some sources read files for it.
    get isConfigured() {
      return source.isConfigured;
    },
    isRemote: (host) => source.isRemote(host),
    find,
    validity: (host) => source.validity(host),
  };
}

function encodeFailure({ code, message, hint }: ScalrOciError): { kind: "text"; text: string } {
  return { kind: "text", text: JSON.stringify({ code, message, hint }) };
}

function decodeFailure(text: string): TransientError | undefined {
  try {
    const { code, message, hint } = JSON.parse(text) as { code?: string; message?: unknown; hint?: unknown };
    if (typeof message !== "string" || errorCodes[code as keyof typeof errorCodes]?.kind !== "transient")
      return undefined;
    return new TransientError(code as ErrorCodeOf<"transient">, message, {
      hint: typeof hint === "string" ? hint : undefined,
    });
  } catch {
    return undefined;
  }
}
