// What serving a host and serving by reattach have in common.
import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import { systemClock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { createLogSink, type LogSink } from "./log.ts";
import type { Provider } from "./provider.ts";
import { ProviderServer } from "./provider-server.ts";

/** Log lines go to stderr, where hosts read them; only built when the environment asks. */
export function logSinkOf(environment: Environment, stderr: Writable): LogSink {
  return createLogSink({ environment, clock: systemClock, write: (line) => stderr.write(line) });
}

export function newProviderServer(provider: Provider, sink: LogSink): ProviderServer {
  return new ProviderServer({ provider, sink, monotonicMs: () => performance.now(), newRequestId: randomUUID });
}
