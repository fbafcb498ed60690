// Serves a provider to the host that started this process, until the host says so; go-plugin `server.go`.
import type { Writable } from "node:stream";
import { createSelfSignedCertificate } from "../base/certificate.ts";
import type { Environment } from "../base/env.ts";
import { toScalrOciError } from "../base/errors.ts";
import type { LogSink } from "./log.ts";
import type { Provider } from "./provider.ts";
import { startReattachServer } from "./reattach.ts";
import { redirectConsole } from "./redirect-console.ts";
import { methodsOf } from "./rpc/methods.ts";
import { logSinkOf, newProviderServer } from "./server-parts.ts";
import { stackOf } from "./thrown.ts";
import { Watchdog } from "./watchdog.ts";
import { createGrpcServer } from "./wire/grpc.ts";
import { handshakeLine, type HostWishes, readHostWishes } from "./wire/handshake.ts";
import { listen } from "./wire/listener.ts";

export interface ServeOptions {
  /** Arguments after the program's name. */
  readonly argv: readonly string[];
  readonly environment: Environment;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** `process` unless given. */
  readonly process?: ProcessEvents;
}

/** What of a process the bridge needs. */
export type ProcessEvents = Pick<NodeJS.Process, "on" | "off" | "platform">;

/**
 * Serves the provider; with `--version` it only prints name and version, with `--debug` it prints what a host needs to attach to it and serves until it is interrupted.
 * @returns the exit code, when this process should end: call `process.exit` with it at once, a host waits for the end
 */
export async function serveProvider(provider: Provider, options: ServeOptions): Promise<number> {
  redirectConsole(options.stderr);
  // A host that has gone has closed its ends.
  for (const stream of [options.stdout, options.stderr]) stream.on("error", ignore);
  if (options.argv.includes("--version")) {
    options.stdout.write(`terraform-provider-${provider.name} ${provider.version}\n`);
    return 0;
  }
  try {
    await (options.argv.includes("--debug") ? serveDebugger(provider, options) : serveHost(provider, options));
    return 0;
  } catch (thrown) {
    const error = toScalrOciError(thrown);
    // A fault of ours needs its stack to be found.
    if (error.kind === "internal") throw thrown;
    options.stderr.write(`${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`);
    return 1;
  }
}

async function serveHost(provider: Provider, options: ServeOptions): Promise<void> {
  const wishes = readHostWishes(options.environment);
  const sink = logSinkOf(options.environment, options.stderr);
  const events = options.process ?? process;
  // Ctrl-C reaches the whole process group; the host then sends StopProvider and waits for what is under way.
  events.on("SIGINT", ignore);
  surviveFailures(events, sink);

  const end = Promise.withResolvers<void>();
  const server = newProviderServer(provider, sink);
  const watchdog = new Watchdog(() => {
    server.stop();
    end.resolve();
  });
  events.on("SIGTERM", () => end.resolve());
  const tls = tlsOf(wishes);
  const methods = methodsOf(server, end.resolve);
  const grpc = createGrpcServer({ methods, tls, onSessions: (count) => watchdog.sessions(count) });
  const listening = await listen(grpc.listener, { platform: events.platform, ports: wishes.ports });
  events.on("exit", listening.remove);
  options.stdout.write(handshakeLine(listening, tls?.certificateDer));
  await end.promise;
  watchdog.stop();
  grpc.close();
  listening.remove();
}

/** The host checks its clock against the certificate's, and clocks differ. */
const backDateMs = 30_000;
/** Longer than any run takes. */
const validityMs = 7 * 24 * 60 * 60 * 1000;

function tlsOf({ clientCertificatePem }: HostWishes) {
  if (clientCertificatePem === undefined) return undefined;
  const now = Date.now();
  const certificate = createSelfSignedCertificate({
    commonName: "localhost",
    dnsNames: ["localhost"],
    isAuthority: true,
    notBefore: new Date(now - backDateMs),
    notAfter: new Date(now + validityMs),
    keyUsages: ["digitalSignature", "keyEncipherment", "keyAgreement", "keyCertSign"],
    extendedKeyUsages: ["serverAuth", "clientAuth"],
  });
  return { ...certificate, clientCertificatePem };
}

/** One call that fails outside of its own code must not take those down that run beside it. */
function surviveFailures(events: ProcessEvents, sink: LogSink): void {
  const note = (thrown: unknown) => {
    sink.write("error", "the provider failed outside of a call", { error: stackOf(thrown) }, (text) => text);
  };
  events.on("uncaughtException", note);
  events.on("unhandledRejection", note);
}

async function serveDebugger(provider: Provider, options: ServeOptions): Promise<void> {
  const events = options.process ?? process;
  const { environment, stderr } = options;
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) events.on(signal, () => resolve());
  });
  await using server = await startReattachServer(provider, { environment, stderr });
  options.stdout.write(
    `The provider waits for a host. Set this where OpenTofu or Terraform runs:\n\n  TF_REATTACH_PROVIDERS='${server.reattach}'\n\n`,
  );
  await interrupted;
}

function ignore(): void {
  // See the callers.
}
