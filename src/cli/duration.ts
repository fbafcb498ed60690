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
  const [, count, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const end = count === undefined ? parseTime(text) : nowMs + Number(count) * (unitMs[unit] ?? 0);
  if (end !== undefined && end > nowMs) return end;
  const expected = "a time to come, as 90m, 12h, 30d, 2w or 2030-01-31T12:00:00Z";
  throw new InputError("INVALID_ARGUMENT", `${option} is not valid, got ${printable(text)}, expected ${expected}`, {
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
