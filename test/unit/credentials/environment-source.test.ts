import { createEnvironmentSource } from "../../../src/credentials/environment-source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { rejectionOf } from "../../support/thrown.ts";

const signal = new AbortController().signal;

function pair(suffix: string): Record<string, string> {
  return { [`SCALR_OCI_USERNAME_${suffix}`]: "robot", [`SCALR_OCI_PASSWORD_${suffix}`]: "pass" };
}

async function find(environment: Record<string, string>, host: string) {
  return await createEnvironmentSource(environment).find(parseRegistryHost(host), signal);
}

describe("per-host environment variables", () => {
  it.each([
    ["ghcr.io", "ghcr_io"],
    ["https://GHCR.io/acme/vpc", "ghcr_io"],
    ["ghcr.io:443", "ghcr_io"],
    ["ghcr.io", "GHCR_IO"],
    ["registry.acme-corp.com", "registry_acme__corp_com"],
    ["registry.acme-corp.com", "REGISTRY_ACME__CORP_COM"],
    ["localhost:5000", "localhost_5000"],
    ["127.0.0.1:5000", "127_0_0_1_5000"],
    ["[::1]:5000", "___1__5000"],
    ["http://ghcr.io", "ghcr_io_80"],
    ["docker.io", "docker_io"],
    ["docker.io", "registry__1_docker_io"],
    ["https://index.docker.io/v1/", "docker_io"],
    ["registry-1.docker.io", "index_docker_io"],
  ])("%s is answered by ..._%s", async (host, suffix) => {
    const found = await find(pair(suffix), host);
    expect(found?.username).toBe("robot");
    expect(found?.password.reveal()).toBe("pass");
  });

  it.each([
    ["ghcr.io", "gitlab_com"],
    ["ghcr.io:444", "ghcr_io"],
    ["ghcr.io.evil.test", "ghcr_io"],
    ["evilghcr.io", "ghcr_io"],
    ["http://ghcr.io", "ghcr_io"],
    ["a-b.test", "a_b_test"],
    ["docker.io.evil.test", "docker_io"],
    ["ghcr.io", "Ghcr_io"],
  ])("%s is not answered by ..._%s", async (host, suffix) => {
    expect(await find(pair(suffix), host)).toBeUndefined();
  });

  it("prefers the exact spelling to the one in upper case", async () => {
    const environment = { ...pair("GHCR_IO"), SCALR_OCI_USERNAME_ghcr_io: "exact", SCALR_OCI_PASSWORD_ghcr_io: "x" };
    expect((await find(environment, "ghcr.io"))?.username).toBe("exact");
  });

  it.each([
    [{ SCALR_OCI_PASSWORD_ghcr_io: "secret-word" }, "SCALR_OCI_USERNAME_ghcr_io"],
    [{ SCALR_OCI_USERNAME_ghcr_io: "robot", SCALR_OCI_PASSWORD_ghcr_io: "" }, "SCALR_OCI_PASSWORD_ghcr_io"],
  ])("half a login is an error that names the missing variable: %j", async (environment, missing) => {
    const error = await rejectionOf(find(environment, "ghcr.io"));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: missing });
    expect(error.hint).toContain(`set ${missing}`);
    expect(error.message).not.toContain("secret-word");
  });

  it("empty variables count as not set", async () => {
    const environment = { SCALR_OCI_USERNAME_ghcr_io: "", SCALR_OCI_PASSWORD_ghcr_io: "" };
    expect(await find(environment, "ghcr.io")).toBeUndefined();
  });
});
