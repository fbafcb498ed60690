// How long operations may take, set by the user: `timeouts = { create = "20m" }`; terraform-plugin-framework-timeouts, in TypeScript.
import { InputError } from "../base/errors.ts";
import { type Attribute, string } from "./attribute.ts";
import { type SingleViews, single } from "./nested-attribute.ts";
import type { Validator } from "./validator.ts";

export type TimeoutOperation = "create" | "read" | "update" | "delete" | "open";

type TimeoutAttribute = ReturnType<typeof timeoutAttribute>;
type TimeoutAttributes<Operation extends TimeoutOperation> = Readonly<Record<Operation, TimeoutAttribute>>;

/** The attribute `timeouts`, with one duration for each of these operations. */
export function timeouts<const Operation extends TimeoutOperation>(
  ...operations: readonly Operation[]
): Attribute<SingleViews<TimeoutAttributes<Operation>>, { readonly optional: true }> {
  const entries = operations.map((operation) => [operation, timeoutAttribute(operation)] as const);
  const attributes = Object.fromEntries(entries) as TimeoutAttributes<Operation>;
  return single({ optional: true, attributes, description: "How long operations may take." });
}

function timeoutAttribute(operation: TimeoutOperation) {
  const description = `How long \`${operation}\` may take, such as \`30s\` or \`1h30m\`.`;
  return string({ optional: true, description, validators: [duration()] });
}

/** A duration in the spelling of Go. */
export function duration(): Validator<string> {
  const demand = "be a duration such as 30s or 1h30m";
  return {
    description: demand,
    check: ({ value }) => (findDurationMs(value) === undefined ? `must ${demand}` : undefined),
  };
}

/** Milliseconds of each unit; Go `time.ParseDuration`, whose units below a millisecond no timeout needs. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function findDurationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  const total = [...parts].reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (unitMs[unit] ?? 0), 0);
  return Number.isFinite(total) ? total : undefined;
}

/**
 * The timeout that the user set, or the fallback, in milliseconds.
 * @param text such as `plan.timeouts?.create`
 * @throws InputError INVALID_ARGUMENT when a text is no duration
 */
export function timeoutMs(text: string | null | undefined, fallback: string): number {
  const found = findDurationMs(text ?? fallback);
  if (found !== undefined) return found;
  throw new InputError("INVALID_ARGUMENT", "a timeout is no duration, expected one such as 30s or 1h30m", {
    path: "timeouts",
    expected: "a duration such as 30s or 1h30m",
  });
}

/** The longest that timers can wait; longer is as good as for ever. */
const maxTimerMs = 2 ** 31 - 1;

/** Aborted with the given signal, or when the time is up, whichever comes first. */
export function withDeadline(signal: AbortSignal, durationMs: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(durationMs, maxTimerMs))]);
}
