import { parseManagementHost } from "../../../src/names/management-host.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("parseManagementHost", () => {
  it.each([
    ["acme.scalr.io", "acme.scalr.io", "https://acme.scalr.io"],
    ["ACME.scalr.io:443", "acme.scalr.io", "https://acme.scalr.io"],
    ["localhost:8443", "localhost:8443", "https://localhost:8443"],
    ["https://acme.scalr.io", "acme.scalr.io", "https://acme.scalr.io"],
    ["https://acme.scalr.io/app/accounts?x=1", "acme.scalr.io", "https://acme.scalr.io"],
    [" acme.scalr.io\n", "acme.scalr.io", "https://acme.scalr.io"],
    ["[::1]:8443", "[::1]:8443", "https://[::1]:8443"],
    ["http://localhost:8080", "localhost:8080", "http://localhost:8080"],
    ["http://127.0.0.1:8080", "127.0.0.1:8080", "http://127.0.0.1:8080"],
    ["http://[::1]:8080", "[::1]:8080", "http://[::1]:8080"],
  ])("%j is %s at %s", (text, value, origin) => {
    expect(parseManagementHost(text, "SCALR_HOSTNAME")).toEqual({ value, origin });
  });

  it.each([
    ["", /^SCALR_HOSTNAME cannot be read, expected HOST\[:PORT\]/],
    ["not a host", /cannot be read/],
    ["user:secret@acme.scalr.io", /cannot be read/],
    ["ftp://acme.scalr.io", /cannot be read/],
    ["http://acme.scalr.io", /has the scheme http, expected https/],
    ["http://127.0.0.1.evil.test", /has the scheme http, expected https/],
    ["http://localhost.evil.test", /has the scheme http, expected https/],
  ])("%j is refused", (text, message) => {
    const error = thrownBy(() => parseManagementHost(text, "SCALR_HOSTNAME"));
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: "SCALR_HOSTNAME" });
    expect(error.message).not.toContain("secret");
  });
});
