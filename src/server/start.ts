// Starts the management API server: parts, certificate, application, socket, background tests.
import type { AddressInfo } from "node:net";
import { systemClock } from "../base/clock.ts";
import { silentLogger } from "../base/log.ts";
import { createApp } from "./app.ts";
import type { ServerCertificate } from "./http-server.ts";
import { startBackgroundTests } from "./integrations/background-tests.ts";
import { formatHostname, type ListenAddress, refusePlainHttpBeyondLoopback } from "./listen-address.ts";
import { listenOn } from "./listen.ts";
import { openParts, type OpenedParts } from "./open-parts.ts";
import { checkCertificate } from "./tls/given-certificate.ts";
import type { ServerOptions } from "./server-options.ts";
import { ensureSelfSignedCertificate } from "./tls/self-signed.ts";

/** A year and a month, for whoever looks back at the year. */
const defaultAuditDays = 400;
/** Longer than the longest request: a create that waits for a registry. */
const shutdownGraceMs = 20_000;

export interface RunningServer {
  /** `https://HOST:PORT`. */
  readonly url: string;
  /** `HOST:PORT`, what SCALR_HOSTNAME wants. */
  readonly hostname: string;
  /** What clients have to trust; undefined without TLS. */
  readonly certificatePem: string | undefined;
  /** True when `--tls self` made a new certificate at this start. */
  readonly isCertificateNew: boolean;
  readonly opened: Pick<OpenedParts, "key" | "firstStart">;
  /** Lets requests in flight end, then closes. */
  close(): Promise<void>;
}

/** @throws InputError for an option, key or database that is wrong, or a port that is taken; nothing stays open then */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const listen = options.listen ?? { host: "127.0.0.1", port: 0 };
  const clock = options.clock ?? systemClock;
  if (options.tls?.kind === "off") refusePlainHttpBeyondLoopback(listen);
  const opened = await openParts({
    dataDirectory: options.dataDirectory,
    keyFile: options.keyFile,
    allowedRegistryCidrs: options.allowedRegistryCidrs ?? [],
    auditDays: options.auditDays ?? defaultAuditDays,
    environment: options.environment,
    clock,
    logger: options.logger ?? silentLogger,
    lookup: options.lookup,
  });
  try {
    return await listenWith(opened, options, listen, clock.now());
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
}

async function listenWith(
  opened: OpenedParts,
  options: ServerOptions,
  listen: ListenAddress,
  now: number,
): Promise<RunningServer> {
  const certificate = findCertificate(options, listen, now);
  const { fastify, endpoint } = createApp({ parts: opened.parts, certificate });
  await fastify.ready();
  await listenOn(endpoint.server, listen);
  const background = startBackgroundTests(opened.parts);
  const { port } = endpoint.server.address() as AddressInfo;
  const hostname = formatHostname({ host: listen.host, port });
  return {
    url: `${certificate === undefined ? "http" : "https"}://${hostname}`,
    hostname,
    certificatePem: certificate?.certificatePem,
    isCertificateNew: certificate?.isNew ?? false,
    opened,
    close: once(async () => {
      await endpoint.close(shutdownGraceMs);
      await background.stop();
      await fastify.close();
      await opened.close();
    }),
  };
}

function findCertificate(
  options: ServerOptions,
  listen: ListenAddress,
  now: number,
): (ServerCertificate & { readonly isNew: boolean }) | undefined {
  const tls = options.tls ?? { kind: "self" };
  if (tls.kind === "off") return undefined;
  if (tls.kind === "given") return { ...checkCertificate(tls), isNew: false };
  const { dataDirectory } = options;
  return ensureSelfSignedCertificate({ dataDirectory, listenHost: listen.host, names: tls.names ?? [], now });
}

/** Closing twice is closing once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
