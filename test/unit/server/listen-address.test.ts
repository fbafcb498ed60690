// `--listen`, and that plain HTTP stays on this machine.
import {
  formatHostname,
  parseListenAddress,
  refusePlainHttpBeyondLoopback,
} from "../../../src/server/listen-address.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("a listen address", () => {
  it.each([
    ["127.0.0.1:8443", "127.0.0.1", 8443],
    ["localhost:0", "localhost", 0],
    ["[::1]:8443", "::1", 8443],
    ["api.example:65535", "api.example", 65535],
    ["8443", "127.0.0.1", 8443],
    ["0.0.0.0:443", "0.0.0.0", 443],
  ])("is read from %s", (text, host, port) => expect(parseListenAddress(text)).toEqual({ host, port }));

  it.each([
    "",
    ":",
    "localhost",
    "localhost:",
    "localhost:x",
    "localhost:65536",
    "::1:80",
    "https://localhost:1",
    "a:1:2",
    "1.1.1.1:-1",
  ])("is not read from %j", (text) => {
    expect(thrownBy(() => parseListenAddress(text))).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "--listen",
      expected: "HOST:PORT",
    });
  });

  it.each([
    ["127.0.0.1", "127.0.0.1:1"],
    ["::1", "[::1]:1"],
    ["0.0.0.0", "127.0.0.1:1"],
    ["::", "[::1]:1"],
    ["api.example", "api.example:1"],
  ])("%s is reached at %s", (host, hostname) => expect(formatHostname({ host, port: 1 })).toBe(hostname));

  it.each(["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])("%s may go without TLS", (host) => {
    expect(() => refusePlainHttpBeyondLoopback({ host, port: 1 })).not.toThrow();
  });

  it.each(["0.0.0.0", "::", "10.0.0.1", "api.example", "localhost.example", "127.0.0.1.example"])(
    "%s may not",
    (host) => {
      expect(thrownBy(() => refusePlainHttpBeyondLoopback({ host, port: 1 })).message).toContain(
        "listens on loopback only",
      );
    },
  );
});
