import { checkToken, findManagementSettings, readManagementSettings } from "../../../src/api/settings.ts";
import { Secret } from "../../../src/base/secret.ts";
import { thrownBy } from "../../support/thrown.ts";

const environment = { SCALR_HOSTNAME: "env.test", SCALR_TOKEN: " env-token\n" };

describe("readManagementSettings", () => {
  it("takes the environment, and says so", () => {
    const { hostname, hostnameSource, token, tokenSource } = readManagementSettings(environment);
    expect([hostname, hostnameSource, token.reveal(), tokenSource]).toEqual([
      "env.test",
      "SCALR_HOSTNAME",
      "env-token",
      "SCALR_TOKEN",
    ]);
  });

  it("takes what is given before it, one by one", () => {
    const given = { token: { value: new Secret("block"), source: "the provider block" } };
    const { hostname, token, tokenSource } = readManagementSettings(environment, given);
    expect([hostname, token.reveal(), tokenSource]).toEqual(["env.test", "block", "the provider block"]);
  });

  it.each([
    [{}, "hostname", /^the hostname of the management API is missing/],
    [{ SCALR_HOSTNAME: " ", SCALR_TOKEN: "t" }, "hostname", /hostname/],
    [{ SCALR_HOSTNAME: "h" }, "token", /^the token for the management API is missing/],
    [{ SCALR_HOSTNAME: "h", SCALR_TOKEN: "" }, "token", /token/],
  ])("%j lacks the %s", (variables, path, message) => {
    const error = thrownBy(() => readManagementSettings(variables));
    expect(error).toMatchObject({ kind: "input", path });
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/^set SCALR_/);
  });

  it("does not mind what is missing when it is only asked for what there is", () => {
    expect(findManagementSettings({})).toEqual({});
  });
});

describe("checkToken", () => {
  it.each(["abc", "a.b-c_d~/+=", "scalroci_at_x"])("%j is one", (token) => {
    expect(() => checkToken(new Secret(token), "SCALR_TOKEN")).not.toThrow();
  });

  it.each(["", "a b", "a\nb", "a\u0000", "schl\u00fcssel"])("%j is none, and is not repeated", (token) => {
    const error = thrownBy(() => checkToken(new Secret(token), "SCALR_TOKEN"));
    expect(error.message).toBe("the token from SCALR_TOKEN has characters that no token has, expected none");
  });
});
