// Starts the management API server: parts, certificate, application, socket, background tests.
import type { AddressInfo, LookupFunction } from "node:net";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/log.ts";
import type { Secret } from "../base/secret.ts";
import { createApp } from "./app.ts";
import { findAdminToken } from "./first-start.ts";
import type { ServerCertificate } from "./http-server.ts";
import { startBackgroundTests } from "./integrations/background-tests.ts";
import { formatHostname, type ListenAddress, refusePlainHttpBeyondLoopback } from "./listen-address.ts";
import { listenOn } from "./listen.ts";
import { openParts, type OpenedParts } from "./open-parts.ts";
import { checkCertificate } from "./tls/given-certificate.ts";
import { ensureSelfSignedCertificate } from "./tls/self-signed.ts";

/** Longer than the longest request: a create that waits for a registry. */
const shutdownGraceMs = 20_000;

export type TlsOptions =
  /** A certificate of the server's own; `names` are those that clients use beside the listen host and loopback. */
  | { readonly kind: "self"; readonly names?: readonly string[] }
  | ({ readonly kind: "given" } & ServerCertificate)
  /** Plain HTTP, on loopback only. */
  | { readonly kind: "off" };

export interface ServerOptions {
  /** @default everything in memory */
  readonly dataDirectory?: string | undefined;
  /** @default a free port of 127.0.0.1 */
  readonly listen?: ListenAddress | undefined;
  /** @default self */
  readonly tls?: TlsOptions | undefined;
  /** File with the key-encryption key. @default the environment's, else one in the user's configuration directory */
  readonly keyFile?: string | undefined;
  /** Private networks in which registries may lie, as `ADDRESS/BITS`. @default none */
  readonly allowedRegistryCidrs?: readonly string[] | undefined;
  readonly environment: Environment;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** Resolves registry names. @default the system's */
  readonly lookup?: LookupFunction | undefined;
}

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
  await listenOn(fastify, listen);
  const background = startBackgroundTests(opened.parts);
  const { port } = endpoint.server.address() as AddressInfo;
  const hostname = formatHostname({ host: listen.host, port });
  return {
    url: `${certificate === undefined ? "http" : "https"}://${hostname}`,
    hostname,
    certificatePem: certificate?.certificatePem,
    isCertificateNew: certificate?.isNew ?? false,
    opened,
    close: async () => {
      await endpoint.close(shutdownGraceMs);
      await background.stop();
      await fastify.close();
      await opened.close();
    },
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

/** A server for tests, demonstrations and other programs, with its admin token at hand. */
export interface ManagementServer {
  readonly url: string;
  readonly hostname: string;
  readonly certificatePem: string;
  readonly adminToken: Secret;
  close(): Promise<void>;
}

/**
 * Starts a server with TLS in this process.
 * @throws as startServer; InputError INVALID_ARGUMENT without TLS, or when the data directory has lost its admin token
 */
export async function startManagementServer(options: ServerOptions): Promise<ManagementServer> {
  const server = await startServer(options);
  const { certificatePem, hostname, url } = server;
  const adminToken =
    server.opened.firstStart.madeAdminToken ?? (options.dataDirectory && findAdminToken(options.dataDirectory));
  if (certificatePem !== undefined && adminToken !== undefined && adminToken !== "") {
    return { url, hostname, certificatePem, adminToken, close: () => server.close() };
  }
  await server.close();
  throw new InputError("INVALID_ARGUMENT", "server has no certificate or no admin token, expected both", {
    hint: "leave tls as it is, and give a data directory that has its admin-token file or is empty",
  });
}
