import { findProxy } from "../../../src/base/proxy-rule.ts";
import { thrownBy } from "../../support/thrown.ts";

const proxy = "http://proxy.test:3128";

describe("proxy for a TLS connection", () => {
  it.each([
    [{}, undefined],
    [{ HTTPS_PROXY: "" }, undefined],
    [{ HTTPS_PROXY: proxy }, "http://proxy.test:3128/"],
    [{ https_proxy: proxy }, "http://proxy.test:3128/"],
    [{ HTTPS_PROXY: proxy, https_proxy: "http://other.test" }, "http://proxy.test:3128/"],
    [{ HTTP_PROXY: proxy }, undefined],
    [{ HTTPS_PROXY: "proxy.test:3128" }, "http://proxy.test:3128/"],
    [{ HTTPS_PROXY: "https://proxy.test" }, "https://proxy.test/"],
    [{ HTTPS_PROXY: "user:word@proxy.test:3128" }, "http://user:word@proxy.test:3128/"],
  ])("%j: %s", (environment, expected) => {
    expect(findProxy("scalr.example.com", 443, environment)?.href).toBe(expected);
  });

  // Rows of the table in Go's own documentation of NO_PROXY, and what follows from it.
  it.each([
    ["*", "scalr.example.com", 443, true],
    ["example.com", "example.com", 443, true],
    ["example.com", "scalr.example.com", 443, true],
    ["example.com", "badexample.com", 443, false],
    [".example.com", "scalr.example.com", 443, true],
    [".example.com", "example.com", 443, false],
    ["*.example.com", "scalr.example.com", 443, true],
    ["*.example.com", "example.com", 443, false],
    ["EXAMPLE.com", "example.com", 443, true],
    ["example.com:443", "example.com", 443, true],
    ["example.com:8443", "example.com", 443, false],
    ["other.test, example.com", "example.com", 443, true],
    ["10.0.0.0/8", "10.1.2.3", 443, true],
    ["10.0.0.0/8", "11.1.2.3", 443, false],
    ["10.0.0.0/8", "ten.example.com", 443, false],
    ["10.0.0.0/40", "10.1.2.3", 443, false],
    ["10.1.2.3", "10.1.2.3", 443, true],
    ["10.1.2.3:8443", "10.1.2.3", 443, false],
    ["10.1.2.3:8443", "10.1.2.3", 8443, true],
    ["fd00::/8", "fd12::1", 443, true],
    ["fd12:0::1", "fd12::1", 443, true],
    ["[fd12::1]:8443", "fd12::1", 8443, true],
    ["", "example.com", 443, false],
    [" , ", "example.com", 443, false],
  ])("NO_PROXY=%s lets %s:%d go straight: %s", (exceptions, host, port, isDirect) => {
    const found = findProxy(host, port, { HTTPS_PROXY: proxy, NO_PROXY: exceptions });
    expect(found === undefined).toBe(isDirect);
  });

  it("reads no_proxy in lower case too", () => {
    expect(findProxy("example.com", 443, { HTTPS_PROXY: proxy, no_proxy: "example.com" })).toBeUndefined();
  });

  it.each(["localhost", "127.0.0.1", "127.9.9.9", "::1"])("%s is this machine: never through a proxy", (host) => {
    expect(findProxy(host, 443, { HTTPS_PROXY: proxy })).toBeUndefined();
  });

  it.each(["127.evil.test", "localhost.evil.test"])("%s is not this machine", (host) => {
    expect(findProxy(host, 443, { HTTPS_PROXY: proxy })).toBeDefined();
  });

  it.each([
    ["socks5://user:word@proxy.test:1080", "got the scheme socks5"],
    ["http://", "got a text that is no URL"],
  ])("%s cannot be used, and is not repeated", (text, got) => {
    const error = thrownBy(() => findProxy("example.com", 443, { HTTPS_PROXY: text }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: "HTTPS_PROXY" });
    expect(error.message).toContain(got);
    expect(error.message).not.toContain("word");
  });
});
