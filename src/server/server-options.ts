// What a management API server is started with.
import type { LookupFunction } from "node:net";
import type { Clock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import type { Logger } from "../base/log.ts";
import type { ServerCertificate } from "./http-server.ts";
import type { ListenAddress } from "./listen-address.ts";

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
  /** How many days lines of the audit trail are kept. @default 400 */
  readonly auditDays?: number | undefined;
  readonly environment: Environment;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** Resolves registry names. @default the system's */
  readonly lookup?: LookupFunction | undefined;
}
