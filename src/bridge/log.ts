// Log lines that the host shows at their level: hclog JSON on stderr; github.com/hashicorp/go-hclog, `intlogger.go`.
import type { Clock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";

/** From most to least urgent, as TF_LOG spells them. */
const levels = ["error", "warn", "info", "debug", "trace"] as const;

export type LogLevel = (typeof levels)[number];

/** The fields that the bridge writes. Users may rely on the names. */
export const logField = {
  requestId: "tf_req_id",
  rpc: "tf_rpc",
  resourceType: "tf_resource_type",
  provider: "tf_provider_addr",
  durationMs: "tf_req_duration_ms",
  errors: "diagnostic_error_count",
  warnings: "diagnostic_warning_count",
} as const;

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** A log for one call. `fields` is called only when the line is written. */
export interface Log {
  isOn(level: LogLevel): boolean;
  error(message: string, fields?: () => LogFields): void;
  warn(message: string, fields?: () => LogFields): void;
  info(message: string, fields?: () => LogFields): void;
  debug(message: string, fields?: () => LogFields): void;
  trace(message: string, fields?: () => LogFields): void;
}

/** Writes lines with fields of its own, masking what `mask` knows to be sensitive. */
export interface LogSink {
  readonly isOn: (level: LogLevel) => boolean;
  readonly write: (level: LogLevel, message: string, fields: LogFields, mask: (text: string) => string) => void;
}

export interface LogSinkOptions {
  readonly environment: Environment;
  /** Variables before the common ones, such as TF_LOG_PROVIDER_SCALR. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
}

/** A sink at the level of TF_LOG_PROVIDER or TF_LOG; off when neither asks for lines. */
export function createLogSink(options: LogSinkOptions): LogSink {
  const level = levelOf(options.environment);
  const limit = level === undefined ? -1 : levels.indexOf(level);
  return {
    isOn: (asked) => levels.indexOf(asked) <= limit,
    write: (asked, message, fields, mask) => {
      if (levels.indexOf(asked) > limit) return;
      options.write(`${line(asked, message, fields, mask, options.clock.now())}\n`);
    },
  };
}

/** As OpenTofu reads it: empty and `off` are no logs, `json` and words it does not know are everything. */
function levelOf(environment: Environment): LogLevel | undefined {
  const text = (environment["TF_LOG_PROVIDER"] || environment["TF_LOG"] || "").trim().toLowerCase();
  if (text === "" || text === "off") return undefined;
  return levels.find((level) => level === text) ?? "trace";
}

function line(
  level: LogLevel,
  message: string,
  fields: LogFields,
  mask: (text: string) => string,
  nowMs: number,
): string {
  const entry: Record<string, unknown> = {
    "@level": level,
    "@message": mask(message),
    "@module": "provider",
    // Six fraction digits: with any other number the host shows the line raw.
    "@timestamp": new Date(nowMs).toISOString().replace("Z", "000Z"),
  };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) entry[name] = typeof value === "string" ? mask(value) : value;
  }
  return JSON.stringify(entry);
}

/** The log of one call: every line has the call's fields. */
export function logOf(sink: LogSink, common: () => LogFields, mask: () => (text: string) => string): Log {
  const at = (level: LogLevel) => (message: string, fields?: () => LogFields) => {
    if (sink.isOn(level)) sink.write(level, message, { ...common(), ...fields?.() }, mask());
  };
  return {
    isOn: sink.isOn,
    error: at("error"),
    warn: at("warn"),
    info: at("info"),
    debug: at("debug"),
    trace: at("trace"),
  };
}
