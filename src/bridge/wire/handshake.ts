// The first words between host and provider: environment in, one line on stdout out; go-plugin docs/guide-plugin-write-non-go.md.
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";

/** The same for every provider: it tells a start by a host from one by hand. It is no secret. */
const magicCookie = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
} as const;

/** Version of the handshake itself. */
const coreVersion = 1;
/** Version of tfplugin that the bridge speaks. */
export const protocolVersion = 6;

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** What the host wants. */
export interface HostWishes {
  /** The certificate that the host will show; without one it speaks plaintext. */
  readonly clientCertificatePem: string | undefined;
  /** Where a TCP socket may listen. */
  readonly ports: PortRange;
}

/** What hosts give since they exist. */
const defaultPorts: PortRange = { first: 10_000, last: 25_000 };

/** @throws InputError PLUGIN_HANDSHAKE_FAILED when no host, or one without protocol 6, started this process */
export function readHostWishes(environment: Environment): HostWishes {
  if (environment[magicCookie.name] !== magicCookie.value) throw startedByHand();
  const versions = environment["PLUGIN_PROTOCOL_VERSIONS"];
  if (versions !== undefined && !versions.split(",").includes(String(protocolVersion))) throw tooOld(versions);
  const certificate = environment["PLUGIN_CLIENT_CERT"];
  return {
    clientCertificatePem: certificate === undefined || certificate === "" ? undefined : certificate,
    ports: {
      first: portOf(environment["PLUGIN_MIN_PORT"]) ?? defaultPorts.first,
      last: portOf(environment["PLUGIN_MAX_PORT"]) ?? defaultPorts.last,
    },
  };
}

function portOf(text: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  return port > 0 && port < 65_536 ? port : undefined;
}

function startedByHand(): InputError {
  return new InputError(
    "PLUGIN_HANDSHAKE_FAILED",
    "this program is a provider, expected OpenTofu or Terraform to start it",
    {
      hint: "put it into a provider mirror and run `tofu init`, or start it with --debug",
    },
  );
}

function tooOld(versions: string): InputError {
  return new InputError(
    "PLUGIN_HANDSHAKE_FAILED",
    "the host does not speak plugin protocol 6, which OpenTofu 1.6 and Terraform 1.0 do",
    {
      got: versions,
      expected: String(protocolVersion),
      hint: "use a later version of OpenTofu or Terraform",
    },
  );
}

export interface ServerAddress {
  readonly network: "unix" | "tcp";
  /** Path of a socket, or HOST:PORT. */
  readonly address: string;
}

/** The one line that the provider may ever print. */
export function handshakeLine(server: ServerAddress, certificateDer: Uint8Array | undefined): string {
  const fields = [coreVersion, protocolVersion, server.network, server.address, "grpc"];
  // Unpadded: Go decodes it with RawStdEncoding.
  if (certificateDer !== undefined) fields.push(Buffer.from(certificateDer).toString("base64").replace(/=+$/, ""));
  return `${fields.join("|")}\n`;
}
