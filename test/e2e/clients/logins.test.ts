// docker, oras, crane, skopeo, podman and buildah log in, pull and log out on Debian's docker-registry, with the helper as the one place
// where logins are kept; what one does for a host changes nothing for another.
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtDirectory, builtExecutable } from "../../support/built.ts";
import { filesHolding } from "../../support/canary.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { pushImage } from "./support/image.ts";
import { type LoginClient, loginClient, loginClientNames, loginWays } from "./support/logging-in-clients.ts";

const real = await realParts("docker-registry", "htpasswd", ...loginClientNames);
const refused =
  /unauthorized|authentication required|no basic auth|invalid user|login refused|credential not found|401/i;
const password = 'canary-6f20 "odd" $x \\ ü';
const notFound = "credentials not found in native keychain\n";

let authority: Authority;
let workspace: Workspace;
let variables: Readonly<Record<string, string | undefined>>;

real.describe("programs that log in through the helper", () => {
  beforeAll(() => {
    authority = createAuthority();
  });
  afterAll(() => authority.remove());
  beforeEach(() => {
    workspace = createWorkspace();
    variables = {};
  });
  afterEach(() => workspace.remove());

  const environment = () =>
    workspace.environment({ trust: authority.certificateFile, path: [builtDirectory], variables });
  const helper = (action: string, stdin = "") =>
    run(builtExecutable("docker-credential-scalr"), [action], { environment: environment(), stdin });
  const listed = async () => JSON.parse((await helper("list")).stdout) as object;
  const call = (client: LoginClient, args: readonly string[], stdin?: string) =>
    run(real.paths[client.name], args, { environment: environment(), stdin });
  const succeed = (client: LoginClient, args: readonly string[], stdin?: string) =>
    runOk(real.paths[client.name], args, { environment: environment(), stdin });
  const expectRefusal = async (client: LoginClient, args: readonly string[], stdin?: string) => {
    const { exitCode, stdout, stderr } = await call(client, args, stdin);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(refused);
    expect(stdout + stderr).not.toContain("canary");
  };

  describe.each(["htpasswd", "token"] as const)("%s", (auth) => {
    let registry: DockerRegistry;
    let reference: string;
    beforeAll(async () => {
      registry = await startDockerRegistry({ auth, authority, password });
      using pusher = createWorkspace();
      reference = await pushImage(real.paths.skopeo, registry, pusher);
    });
    afterAll(() => registry.stop());

    it.each(loginWays)("$name, told in $place", async ({ name, arrange }) => {
      const { host, username } = registry;
      const client = loginClient(name, workspace);
      variables = arrange(workspace, [host]);
      const other = { ServerURL: "localhost:1", Username: "other", Secret: "other's" };
      await helper("store", JSON.stringify(other));
      const otherLogin = { [other.ServerURL]: other.Username };

      await expectRefusal(client, client.pull(reference));
      if (client.checksLogins) {
        await expectRefusal(client, client.login(host, username), "wrong");
        expect(await listed()).toEqual(otherLogin);
      }

      await succeed(client, client.login(host, username), password);
      expect(await listed()).toEqual({ ...otherLogin, [host]: username });
      const ours = [workspace.path("home", ".local", "state", "scalr-oci"), workspace.path("run", "scalr-oci")];
      expect(filesHolding(workspace.directory, "canary-6f20", ours)).toEqual([]);
      await succeed(client, client.pull(reference));

      await succeed(client, client.logout(host));
      expect(await listed()).toEqual(otherLogin);
      await expectRefusal(client, client.pull(reference));
      expect(JSON.parse((await helper("get", other.ServerURL)).stdout)).toEqual(other);
    });
  });

  it.each(loginClientNames)("%s: two registries, each with its own login", async (name) => {
    await using one = await startDockerRegistry({ auth: "htpasswd", authority, password: "one's" });
    await using two = await startDockerRegistry({ auth: "token", authority, password: "two's" });
    const references = [
      await pushImage(real.paths.skopeo, one, workspace),
      await pushImage(real.paths.skopeo, two, workspace),
    ] as const;
    const client = loginClient(name, workspace);
    variables = loginWays.find((way) => way.name === name)?.arrange(workspace, [one.host, two.host]) ?? {};
    const given = async (url: string) => (await helper("get", url)).stdout;

    await succeed(client, client.login(one.host, one.username), one.password);
    const before = await given(one.host);
    // Nobody else has got a login by that: another port, another spelling of the machine, names around it.
    for (const url of [two.host, `127.0.0.1:${one.port}`, "localhost", `localhost.evil.test:${one.port}`])
      expect(await given(url)).toBe(notFound);

    await succeed(client, client.login(two.host, two.username), two.password);
    expect(JSON.parse(await given(two.host))).toMatchObject({ Secret: two.password });
    if (client.checksLogins) await expectRefusal(client, client.login(two.host, two.username), one.password);
    expect(await given(one.host)).toBe(before);
    for (const reference of references) await succeed(client, client.pull(reference));

    await succeed(client, client.logout(two.host));
    expect(await given(one.host)).toBe(before);
    await succeed(client, client.pull(references[0]));
    await expectRefusal(client, client.pull(references[1]));
    // A registry is given its own login only.
    expect(two.tokenServer?.requests.map(({ login }) => login)).toContain("accepted");
  });
});
