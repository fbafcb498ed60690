// `scalr-oci serve`: runs the management API server until it is told to stop.
import type { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../base/clock.ts";
import { InputError } from "../base/errors.ts";
import { createLogger, findLogLevel, logLevels, type LogLevel } from "../base/log.ts";
import { printable } from "../base/text.ts";
import type { TlsOptions } from "../server/server-options.ts";
import type { RunningServer } from "../server/start.ts";
import type { CliContext } from "./context.ts";
import { dataDirectoryOf } from "./data-directory.ts";
import { shellQuote } from "./shell-quote.ts";

interface ServeFlags {
  readonly data?: string;
  readonly listen?: string;
  readonly tls?: string;
  readonly tlsName: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly keyFile?: string;
  readonly allowRegistryCidr: readonly string[];
  readonly auditDays: string;
  readonly logLevel: string;
  readonly json?: boolean;
}

/** Where things lie, for whoever wants to use the server. */
interface ServeReport {
  readonly url: string;
  readonly hostname: string;
  readonly dataDirectory: string;
  /** Undefined when it has been moved away. */
  readonly adminTokenFile: string | undefined;
  /** What SSL_CERT_FILE may be set to; undefined without a certificate of our own. */
  readonly trustFile: string | undefined;
  readonly certificateFile: string | undefined;
  readonly keyFingerprint: string | undefined;
  readonly keyFile: string | undefined;
}

/** @param signals emits SIGTERM and SIGINT */
export function registerServe(program: Command, context: CliContext, signals: EventEmitter = process): void {
  const collect = (value: string, before: readonly string[]) => [...before, value];
  program
    .command("serve")
    .description("run the management API server")
    .option("--data <dir>", "where its database, certificate and admin token lie (default: the user's data directory)")
    .option("--listen <host:port>", "address to listen on (default: 127.0.0.1:8443)")
    .option("--tls <self|off>", "self: a certificate of its own; off: plain HTTP, on loopback only (default: self)")
    .option("--tls-name <name>", "a host name or address that clients use, for --tls self; repeatable", collect, [])
    .option("--tls-cert <file>", "PEM file of a certificate with its chain")
    .option("--tls-key <file>", "PEM file of the certificate's private key")
    .option(
      "--key-file <file>",
      "key-encryption key (default: SCALR_OCI_KEY, else one in the user's configuration directory)",
    )
    .option("--allow-registry-cidr <cidr>", "a private network in which registries may lie; repeatable", collect, [])
    .option("--audit-days <days>", "how long lines of the audit trail are kept", "400")
    .option("--log-level <level>", `one of ${logLevels.join(", ")}`, "warn")
    .option("--json", "say where everything is as one JSON object")
    .action(async (flags: ServeFlags) => serve(context, flags, signals));
}

async function serve(context: CliContext, flags: ServeFlags, signals: EventEmitter): Promise<void> {
  const dataDirectory = dataDirectoryOf(context, flags.data);
  const { startServer } = await import("../server/start.ts");
  const { defaultListenAddress, parseListenAddress } = await import("../server/listen-address.ts");
  const server = await startServer({
    dataDirectory,
    listen: flags.listen === undefined ? defaultListenAddress : parseListenAddress(flags.listen),
    tls: readTls(context, flags),
    keyFile: flags.keyFile === undefined ? undefined : resolve(context.directory, flags.keyFile),
    allowedRegistryCidrs: flags.allowRegistryCidr,
    auditDays: parseDays(flags.auditDays),
    environment: context.environment,
    logger: createLogger({
      level: parseLogLevel(flags.logLevel),
      write: (line) => void context.stderr.write(line),
      clock: systemClock,
    }),
  });
  // From here on a signal ends it in good order, even one that comes before everything is said.
  const stopped = stopSignal(signals);
  const report = await describe(server, context, dataDirectory, flags);
  tellStart(context, server, report);
  context.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : shellLines(report));
  await stopped;
  context.stderr.write("stopping: requests in flight may end\n");
  await server.close();
}

function readTls(context: CliContext, flags: ServeFlags): TlsOptions {
  const { tls = "self", tlsCert, tlsKey, tlsName } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw wrongTls(
      tlsCert === undefined ? "--tls-cert" : "--tls-key",
      "is missing, expected both --tls-cert and --tls-key",
    );
  }
  if (tlsCert !== undefined && tlsKey !== undefined) {
    if (flags.tls !== undefined) throw wrongTls("--tls", "is given beside a certificate, expected one of the two");
    return {
      kind: "given",
      certificatePem: readPem(context, tlsCert, "--tls-cert"),
      privateKeyPem: readPem(context, tlsKey, "--tls-key"),
    };
  }
  if (tls === "self") return { kind: "self", names: tlsName };
  if (tls === "off") return { kind: "off" };
  throw wrongTls("--tls", "is not valid, expected self or off");
}

function readPem(context: CliContext, file: string, option: string): string {
  try {
    return readFileSync(resolve(context.directory, file), "utf8");
  } catch (cause) {
    throw new InputError("INVALID_ARGUMENT", `file of ${option} cannot be read, expected a PEM file`, {
      path: option,
      cause,
    });
  }
}

function wrongTls(option: string, what: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${option} ${what}`, { path: option });
}

function parseDays(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  const expected = "a whole number of days from 1";
  throw new InputError("INVALID_ARGUMENT", `--audit-days is not valid, got ${printable(text)}, expected ${expected}`, {
    path: "--audit-days",
  });
}

function parseLogLevel(text: string): LogLevel {
  const level = findLogLevel(text);
  if (level !== undefined) return level;
  throw new InputError("INVALID_ARGUMENT", `log level is not valid, expected ${logLevels.join(", ")}`, {
    path: "--log-level",
  });
}

async function describe(
  server: RunningServer,
  context: CliContext,
  dataDirectory: string,
  flags: ServeFlags,
): Promise<ServeReport> {
  const { adminTokenPath, findAdminToken } = await import("../server/first-start.ts");
  const { writeTrustFile } = await import("../server/tls/trust-file.ts");
  const isSelfSigned = server.certificatePem !== undefined && flags.tlsCert === undefined;
  const { key } = server.opened;
  return {
    url: server.url,
    hostname: server.hostname,
    dataDirectory,
    adminTokenFile: findAdminToken(dataDirectory) === undefined ? undefined : adminTokenPath(dataDirectory),
    trustFile: isSelfSigned
      ? writeTrustFile(dataDirectory, server.certificatePem ?? "", context.environment)
      : undefined,
    certificateFile: isSelfSigned ? join(dataDirectory, "cert.pem") : undefined,
    keyFingerprint: key?.key.fingerprint,
    keyFile: key?.path,
  };
}

function tellStart(context: CliContext, server: RunningServer, report: ServeReport): void {
  const { key, firstStart } = server.opened;
  const say = (line: string) => void context.stderr.write(`${line}\n`);
  say(`management API on ${report.url}, data in ${report.dataDirectory}`);
  const isFirstStart = firstStart.madeAdminToken !== undefined;
  if (isFirstStart) say(`first start: the admin token is in ${report.adminTokenFile ?? ""}`);
  if (server.isCertificateNew && !isFirstStart) {
    say(`a new certificate is in ${report.certificateFile ?? ""}; clients that trust the one before need it`);
  }
  if (key?.origin === "made") {
    say(
      `a new key (${key.key.fingerprint}) is in ${key.path ?? ""}; keep a copy of it apart from the data: nothing opens without it`,
    );
  }
  if (key?.exposed === true) say(`warning: others may read the key; run chmod 600 ${shellQuote(key.path ?? "")}`);
}

/** To paste into a shell, or to source from a file. */
function shellLines(report: ServeReport): string {
  const { hostname, adminTokenFile, trustFile } = report;
  const token =
    adminTokenFile === undefined
      ? "# SCALR_TOKEN: an access token, see scalr-oci token create"
      : `export SCALR_TOKEN="$(cat ${shellQuote(adminTokenFile)})"`;
  const trust =
    trustFile === undefined
      ? []
      : [
          "# this server's certificate and the authorities that were trusted before:",
          `export SSL_CERT_FILE=${shellQuote(trustFile)}`,
        ];
  const lines = [
    "# for the provider, the constructs and scalr-oci:",
    `export SCALR_HOSTNAME=${shellQuote(hostname)}`,
    token,
    ...trust,
    "# for the credential helper, which reads with a run token that exec mints:",
    "#   scalr-oci exec -- tofu init",
  ];
  return `${lines.join("\n")}\n`;
}

async function stopSignal(signals: EventEmitter): Promise<void> {
  await new Promise<void>((stop) => {
    signals.once("SIGTERM", stop);
    signals.once("SIGINT", stop);
  });
}
