// The test registries answer as registries do, seen by skopeo, an independent client.
import { createHash } from "node:crypto";
import { createAuthority } from "../../support/authority.ts";
import { startDockerRegistry } from "../../support/docker-registry.ts";
import { run } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace } from "../../support/workspace.ts";

const real = await realParts("docker-registry", "htpasswd", "skopeo");

real.describe("docker-registry for tests", () => {
  it.each(["none", "htpasswd", "token"] as const)("auth %s: takes a push and a pull with the login", async (auth) => {
    using authority = createAuthority();
    using workspace = createWorkspace();
    await using registry = await startDockerRegistry({ auth, authority, password: 'odd "$\\{ password' });
    writeImage(workspace);
    const environment = workspace.environment({ trust: authority.certificateFile });
    const login = auth === "none" ? [] : ["--creds", `${registry.username}:${registry.password}`];
    const options = { environment, directory: workspace.directory };
    const target = `docker://${registry.host}/acme/vpc:1.0.0`;
    const copied = await run(
      "skopeo",
      ["copy", ...destination(login), "oci:image", target, "--insecure-policy"],
      options,
    );
    expect(copied).toMatchObject({ exitCode: 0 });
    const inspected = await run("skopeo", ["inspect", "--raw", ...login, target], options);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ layers: [] });
    expect(registry.log()).toContain("/v2/acme/vpc/manifests/1.0.0");
  });

  it.each(["htpasswd", "token"] as const)("auth %s: refuses a wrong password", async (auth) => {
    await using registry = await startDockerRegistry({ auth });
    using workspace = createWorkspace();
    const environment = workspace.environment({ trust: registry.trust });
    const args = ["inspect", "--creds", `${registry.username}:wrong`, `docker://${registry.host}/acme/vpc:1.0.0`];
    const result = await run("skopeo", args, { environment });
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toMatch(/unauthorized|authentication required|invalid username\/password/i);
  });

  it("can refuse tokens without a scope", async () => {
    await using registry = await startDockerRegistry({ auth: "token", refuseScopeless: true });
    using workspace = createWorkspace();
    const environment = workspace.environment({ trust: registry.trust });
    const args = [
      "login",
      registry.host,
      "-u",
      registry.username,
      "--password-stdin",
      "--authfile",
      workspace.path("auth.json"),
    ];
    const result = await run("skopeo", args, { environment, stdin: registry.password });
    expect(result.exitCode).not.toBe(0);
    expect(registry.tokenServer?.requests).toContainEqual({
      method: "GET",
      scopes: [],
      login: "accepted",
      status: 403,
    });
  });
});

function destination(login: readonly string[]): string[] {
  return login.map((word) => (word === "--creds" ? "--dest-creds" : word));
}

/** The smallest image layout: a manifest with an empty configuration and no layer. */
function writeImage(workspace: ReturnType<typeof createWorkspace>): void {
  const config = "{}";
  const configDigest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${configDigest}`, size: 2 },
    layers: [],
  });
  const manifestDigest = createHash("sha256").update(manifest).digest("hex");
  workspace.write(`image/blobs/sha256/${configDigest}`, config);
  workspace.write(`image/blobs/sha256/${manifestDigest}`, manifest);
  workspace.write("image/oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  workspace.write(
    "image/index.json",
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: "application/vnd.oci.image.manifest.v1+json",
          digest: `sha256:${manifestDigest}`,
          size: manifest.length,
        },
      ],
    }),
  );
}
