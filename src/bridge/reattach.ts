// Serves a provider from a process that is running already: hosts attach to it by TF_REATTACH_PROVIDERS; go-plugin `ReattachConfig`.
import type { Writable } from "node:stream";
import type { Environment } from "../base/env.ts";
import type { LogSink } from "./log.ts";
import type { Provider } from "./provider.ts";
import { methodsOf } from "./rpc/methods.ts";
import { logSinkOf, newProviderServer } from "./server-parts.ts";
import { createGrpcServer } from "./wire/grpc.ts";
import { protocolVersion, type ServerAddress } from "./wire/handshake.ts";
import { listen } from "./wire/listener.ts";

export interface ReattachOptions {
  /** For the level of log lines; no lines without it. */
  readonly environment?: Environment;
  /** Where log lines go; nowhere unless given. */
  readonly stderr?: Writable;
}

/** A provider that waits for hosts. It has neither TLS nor a cookie: the socket is in a directory of this user alone. */
export interface ReattachServer extends AsyncDisposable {
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string;
  close(): Promise<void>;
}

const silentSink: LogSink = { isOn: () => false, write: () => undefined };

/** The ports that go-plugin uses by default. */
const ports = { first: 10_000, last: 25_000 };

/** Serves until it is closed; several hosts may come and go, one at a time. */
export async function startReattachServer(provider: Provider, options: ReattachOptions = {}): Promise<ReattachServer> {
  const sink = options.stderr === undefined ? silentSink : logSinkOf(options.environment ?? {}, options.stderr);
  // Hosts send no Shutdown to what they did not start.
  const methods = methodsOf(newProviderServer(provider, sink), () => undefined);
  const grpc = createGrpcServer({ methods });
  const listening = await listen(grpc.listener, { platform: process.platform, ports });
  const close = async () => {
    grpc.close();
    listening.remove();
  };
  return { reattach: describe(provider, listening), close, [Symbol.asyncDispose]: close };
}

function describe(provider: Provider, { network, address }: ServerAddress): string {
  const server = {
    Protocol: "grpc",
    ProtocolVersion: protocolVersion,
    Pid: process.pid,
    // Keeps the host from ending this process.
    Test: true,
    Addr: { Network: network, String: address },
  };
  return JSON.stringify({ [provider.address]: server });
}
