// Structured log lines: one JSON object a line, levels, a closed list of fields. Nothing is built when its level is off.
import type { Clock } from "./clock.ts";
import { printable } from "./text.ts";

/** From most to least urgent. */
export const logLevels = ["error", "warn", "info", "debug", "trace"] as const;

export type LogLevel = (typeof logLevels)[number];

/** The fields a line may have. Users may rely on the names; anything that could hold a secret has none. */
export const logField = {
  actor: "actor",
  attempt: "attempt",
  code: "code",
  command: "command",
  count: "count",
  durationMs: "duration_ms",
  host: "host",
  integration: "integration",
  method: "method",
  outcome: "outcome",
  path: "path",
  port: "port",
  repository: "repository",
  requestId: "request_id",
  route: "route",
  source: "source",
  status: "status",
  url: "url",
} as const;

export type LogField = keyof typeof logField;
export type LogFields = { readonly [Field in LogField]?: string | number | boolean | undefined };

export interface Logger {
  isOn(level: LogLevel): boolean;
  /** Writes one line when the level is on; `fields` is called only then. */
  log(level: LogLevel, message: string, fields?: () => LogFields): void;
}

/** Writes nothing. */
export const silentLogger: Logger = { isOn: () => false, log: () => undefined };

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly clock: Clock;
}

/** Longest text value, long enough for a path or a redacted URL. */
const maxValueLength = 512;

/** A logger whose lines are `{"time","level","message",…fields}`; fields outside the list and values that are no plain text, number or truth are left out. */
export function createLogger(options: LoggerOptions): Logger {
  const limit = logLevels.indexOf(options.level);
  const isOn = (level: LogLevel): boolean => logLevels.indexOf(level) <= limit;
  const log: Logger["log"] = (level, message, fields) => {
    if (!isOn(level)) return;
    const time = new Date(options.clock.now()).toISOString();
    options.write(`${JSON.stringify({ time, level, message: printable(message), ...spell(fields?.() ?? {}) })}\n`);
  };
  return { isOn, log };
}

/** The level that a variable names, or undefined when it is unset, empty or no level. */
export function findLogLevel(text: string | undefined): LogLevel | undefined {
  const lower = text?.trim().toLowerCase();
  return logLevels.find((level) => level === lower);
}

function spell(fields: LogFields): Record<string, string | number | boolean> {
  const spelled: Record<string, string | number | boolean> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(logField, field)) continue;
    if (typeof value === "string") spelled[logField[field as LogField]] = printable(value, maxValueLength);
    if (typeof value === "number" || typeof value === "boolean") spelled[logField[field as LogField]] = value;
  }
  return spelled;
}
