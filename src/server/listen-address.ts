// `--listen HOST:PORT`, and the rule that plain HTTP stays on this machine.
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

export interface ListenAddress {
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

export const defaultListenAddress: ListenAddress = { host: "127.0.0.1", port: 8443 };

/** @throws InputError INVALID_ARGUMENT for what is not HOST:PORT, [IPV6]:PORT or PORT */
export function parseListenAddress(text: string): ListenAddress {
  const parts = /^(?:(?<host>\[[^\]]+\]|[^:[\]]+):)?(?<port>\d{1,5})$/.exec(text.trim())?.groups;
  const port = Number(parts?.["port"]);
  const host = parts?.["host"]?.replace(/^\[|\]$/g, "") ?? defaultListenAddress.host;
  if (parts !== undefined && port <= 65_535) return { host, port };
  throw new InputError("INVALID_ARGUMENT", `listen address is not valid, got ${printable(text)}, expected HOST:PORT`, {
    path: "--listen",
    got: printable(text),
    expected: "HOST:PORT",
    hint: "for example 127.0.0.1:8443, [::1]:8443 or 0.0.0.0:8443",
  });
}

/** `HOST:PORT` as clients write it. A wildcard address is reached on the loopback one. */
export function formatHostname({ host, port }: ListenAddress): string {
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${isIP(reached) === 6 ? `[${reached}]` : reached}:${port}`;
}

/** @throws InputError INVALID_ARGUMENT when plain HTTP would be heard by others */
export function refusePlainHttpBeyondLoopback({ host }: ListenAddress): void {
  if (host === "localhost" || (isIP(host) !== 0 && ipaddr.process(host).range() === "loopback")) return;
  throw new InputError("INVALID_ARGUMENT", `without TLS the server listens on loopback only, got ${printable(host)}`, {
    path: "--listen",
    hint: "use --tls self, or --tls-cert and --tls-key",
  });
}
