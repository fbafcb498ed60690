// Spans of time as people write them on a command line.
//
//   duration = 1*DIGIT ( "m" / "h" / "d" / "w" )
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

const minute = 60_000;
const unitMs: Readonly<Record<string, number>> = { m: minute, h: 60 * minute, d: 1440 * minute, w: 10_080 * minute };

/**
 * When something that lasts this long, or until this time, ends.
 * @param text a duration such as `90m`, `12h`, `30d` or `2w`, or an RFC 3339 time
 * @returns milliseconds since the epoch, after `nowMs`
 * @throws InputError INVALID_ARGUMENT
 */
export function parseEnd(text: string, nowMs: number, option: string): number {
  const duration = parseDuration(text);
  const end = duration === undefined ? parseTime(text) : nowMs + duration;
  if (end !== undefined && end > nowMs) return end;
  throw invalid(text, option, "a time to come, as 90m, 12h, 30d, 2w or 2030-01-31T12:00:00Z");
}

/**
 * When something began that is this long ago, or began at this time.
 * @returns milliseconds since the epoch, at most `nowMs`
 * @throws InputError INVALID_ARGUMENT
 */
export function parseStart(text: string, nowMs: number, option: string): number {
  const duration = parseDuration(text);
  const start = duration === undefined ? parseTime(text) : nowMs - duration;
  if (start !== undefined && start <= nowMs) return start;
  throw invalid(text, option, "a time gone by, as 90m, 12h, 30d, 2w or 2025-01-31T12:00:00Z");
}

function parseDuration(text: string): number | undefined {
  const [, count, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (unitMs[unit] ?? 0);
}

function invalid(text: string, option: string, expected: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${option} is not valid, got ${printable(text)}, expected ${expected}`, {
    path: option,
    got: printable(text),
    expected,
  });
}

/** RFC 3339 section 5.6, or a date alone for its beginning in UTC. */
function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
