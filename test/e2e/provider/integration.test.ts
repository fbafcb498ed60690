// The resource through real OpenTofu, against a management API that fails on demand.
import { createAuthority } from "../../support/authority.ts";
import { filesHolding, spellingsIn } from "../../support/canary.ts";
import {
  errorBody,
  type FakeManagementApi,
  type FaultReply,
  startFakeManagementApi,
} from "../../support/fake-management-api.ts";
import { realPart } from "../../support/real-parts.ts";
import { integration, openProject, type Project } from "./support/project.ts";

const tofu = await realPart("tofu");
const authority = createAuthority();
const certificate = authority.issue();
const integrationsPath = "/api/iacp/v3/integrations/docker";
const listRequest = `GET ${integrationsPath}?page[number]=1&page[size]=100`;
const id = "in-v0p000000000001";
const secret = 'c4nary"${x}\\';
const secretHcl = '"c4nary\\"$${x}\\\\"';

afterAll(() => authority.remove());

function reply(status: number, body?: unknown): { readonly reply: FaultReply } {
  return { reply: { status, body } };
}

tofu.describe("scalr_docker_integration", () => {
  let api: FakeManagementApi;
  let project: Project;
  let environment: Record<string, string | undefined>;

  beforeEach(async () => {
    api = await startFakeManagementApi(certificate);
    environment = { SCALR_HOSTNAME: api.hostname, SCALR_TOKEN: api.token, SSL_CERT_FILE: authority.certificateFile };
    project = await openProject({ tool: tofu.path, environment });
    api.takeRequests();
  });

  afterEach(async () => {
    await project[Symbol.asyncDispose]();
    await api.stop();
  });

  const apply = async (attributes: Record<string, string | undefined> = {}) => {
    project.configure(integration(attributes));
    return project.run("apply -auto-approve");
  };
  const planExitCode = async () => (await project.run("plan -detailed-exitcode")).exitCode;
  const lastAttributes = () => {
    const body = JSON.parse(api.requests.at(-1)?.body ?? "{}") as { data?: { attributes?: unknown } };
    return body.data?.attributes;
  };

  describe("created", () => {
    it("has the state of Scalr's own provider and ours beside it, and plans empty", async () => {
      expect((await apply()).exitCode).toBe(0);
      expect(project.state()).toEqual({
        id,
        name: "ghcr",
        registry_url: "https://ghcr.io",
        username: "bot",
        password: "first",
        password_wo: null,
        password_wo_version: null,
        export_credentials: false,
        status: "active",
        error_message: null,
      });
      expect(lastAttributes()).toEqual({
        name: "ghcr",
        "registry-url": "https://ghcr.io",
        username: "bot",
        password: "first",
        "export-credentials": false,
      });
      api.takeRequests();
      expect(await planExitCode()).toBe(0);
      expect(api.takeRequests()).toEqual([listRequest]);
    });

    it.each(["GHCR.io", "https://ghcr.io/", "ghcr.io:443", "HTTPS://ghcr.io/v2/"])(
      "keeps the spelling %s and plans empty",
      async (url) => {
        await apply({ registry_url: `"${url}"` });
        expect(api.integrations[0]?.attributes["registry-url"]).toBe("https://ghcr.io");
        expect(project.state()["registry_url"]).toBe(url);
        expect(await planExitCode()).toBe(0);
      },
    );

    it("takes the API's URL when it was changed there", async () => {
      await apply();
      Object.assign(api.integrations[0]?.attributes ?? {}, { "registry-url": "https://quay.io" });
      await project.ok("apply -auto-approve -refresh-only");
      expect(project.state()["registry_url"]).toBe("https://quay.io");
      expect(await planExitCode()).toBe(2);
    });

    it("is stored once although the reply was lost", async () => {
      api.fail(["lose reply"], /^POST/);
      expect((await apply()).exitCode).toBe(0);
      expect(api.integrations).toHaveLength(1);
      expect(project.state()["id"]).toBe(id);
    });
  });

  describe("changed", () => {
    it.each([
      ["name", { name: '"other"' }, { name: "other" }],
      ["export_credentials", { export_credentials: "true" }, { "export-credentials": true }],
      ["password", { password: '"second"' }, { username: "bot", password: "second" }],
      ["username", { username: '"eve"' }, { username: "eve", password: "first" }],
      [
        "registry_url",
        { registry_url: '"https://quay.io"' },
        { "registry-url": "https://quay.io", username: "bot", password: "first" },
      ],
    ])("%s sends that and what belongs to it", async (_, change, expected) => {
      await apply();
      api.takeRequests();
      expect((await apply(change)).exitCode).toBe(0);
      expect(api.takeRequests()).toEqual([listRequest, `PATCH ${integrationsPath}/${id}`]);
      expect(lastAttributes()).toEqual(expected);
      expect(await planExitCode()).toBe(0);
    });

    it("in the spelling of the URL alone sends nothing", async () => {
      await apply();
      api.takeRequests();
      expect((await apply({ registry_url: '"GHCR.io:443"' })).text).toContain("1 changed");
      expect(api.takeRequests()).toEqual([listRequest, `GET ${integrationsPath}/${id}`]);
      expect(project.state()["registry_url"]).toBe("GHCR.io:443");
      expect(await planExitCode()).toBe(0);
    });

    it("keeps the state as it was when the API refuses", async () => {
      await apply();
      api.fail([reply(422, errorBody(422, "Invalid", "Wrong password.", "/data/attributes/password"))], /^PATCH/);
      const { exitCode, text } = await apply({ password: '"wrong"' });
      expect([exitCode, project.state()["password"]]).toEqual([1, "first"]);
      expect(text).toContain('Invalid: Wrong password, while updating the integration "ghcr".');
      expect(text).toMatch(/on main\.tf line \d+[^]*password = "wrong"/);
    });
  });

  describe("with password_wo", () => {
    const variable = 'variable "password" {\n  type = string\n  ephemeral = true\n}\n';
    const writeOnly = { password: undefined, password_wo: "var.password" };
    const configure = (version: number, more: Record<string, string> = {}) =>
      project.configure(variable + integration({ ...writeOnly, password_wo_version: String(version), ...more }));
    const withPassword = (password: string) => ({ variables: { password } });

    it("keeps the password out of plan and state", async () => {
      configure(1);
      await project.ok("plan -out=saved.plan", withPassword(secret));
      await project.ok("apply saved.plan", withPassword(secret));
      expect(lastAttributes()).toMatchObject({ password: secret });
      expect(filesHolding(project.workspace.directory, secret)).toEqual([]);
      expect(project.state()).toMatchObject({ password: null, password_wo: null, password_wo_version: 1 });
      expect((await project.run("plan -detailed-exitcode", withPassword(secret))).exitCode).toBe(0);
    });

    it("sends it again when the version changes, and only then", async () => {
      configure(1);
      await project.ok("apply -auto-approve", withPassword("one"));
      await project.ok("apply -auto-approve", withPassword("two"));
      expect(api.integrations[0]?.attributes["password"]).toBe("one");
      configure(2);
      await project.ok("apply -auto-approve", withPassword("two"));
      expect(lastAttributes()).toEqual({ username: "bot", password: "two" });
    });

    it("sends it with a new user name", async () => {
      configure(1);
      await project.ok("apply -auto-approve", withPassword("one"));
      configure(1, { username: '"eve"' });
      await project.ok("apply -auto-approve", withPassword("one"));
      expect(lastAttributes()).toEqual({ username: "eve", password: "one" });
    });

    it("takes over from password, which then leaves the state", async () => {
      await apply({ password: secretHcl });
      expect(spellingsIn(project.stateText(), secret)).not.toEqual([]);
      configure(1);
      await project.ok("apply -auto-approve", withPassword(secret));
      expect(lastAttributes()).toEqual({ username: "bot", password: secret });
      expect(spellingsIn(project.stateText(), secret)).toEqual([]);
    });

    it("refuses a line break that only shows at apply, without repeating the password", async () => {
      configure(1);
      await project.ok("plan -out=saved.plan", withPassword("fine"));
      const { exitCode, text } = await project.run("apply saved.plan", withPassword("canary\nbroken"));
      expect(exitCode).toBe(1);
      expect(text).toContain('"password_wo" has a line break or another control character');
      expect(text).not.toContain("canary");
      expect(api.integrations).toEqual([]);
    });
  });

  describe("odd passwords", () => {
    it.each([
      ["quotes", "a\"b'c`d"],
      ["a template", "a${b}%{c}$${d}"],
      ["backslashes", "a\\b\\\\n\\"],
      ["3 KB", "x".repeat(3072)],
      ["other letters", "pässwörd-\u{1f511}-日本"],
      ["blanks at the ends", "  a b  "],
    ])("with %s arrive as they are, by either way", async (_, password) => {
      const variable = 'variable "password" {\n  type = string\n}\n';
      project.configure(variable + integration({ password: "var.password" }));
      await project.ok("apply -auto-approve", { variables: { password } });
      expect(lastAttributes()).toMatchObject({ password });
      const ephemeral = variable.replace("}", "  ephemeral = true\n}");
      const writeOnly = { password: undefined, password_wo: "var.password", password_wo_version: "1" };
      project.configure(ephemeral + integration(writeOnly));
      await project.ok("apply -auto-approve", { variables: { password } });
      expect(lastAttributes()).toMatchObject({ password });
    });
  });

  describe("refreshed", () => {
    it("asks once for all of them", async () => {
      const all =
        '  for_each = toset([for n in range(30) : tostring(n)])\n  name = each.key\n  registry_url = "https://r${each.key}.example.test"\n';
      project.configure(`resource "scalr_docker_integration" "x" {\n${all}  username = "bot"\n  password = "p"\n}\n`);
      await project.ok("apply -auto-approve");
      api.takeRequests();
      expect(await planExitCode()).toBe(0);
      // The fake's pages have 20.
      expect(api.takeRequests()).toEqual([listRequest, listRequest.replace("number]=1", "number]=2")]);
    });

    it("plans a new one when it is gone", async () => {
      await apply();
      api.integrations.splice(0);
      const { exitCode, text } = await project.run("plan -detailed-exitcode");
      expect(exitCode).toBe(2);
      expect(text).toContain("1 to add, 0 to change, 0 to destroy");
    });

    it.each([
      [
        "a token that lost its rights",
        reply(404, errorBody(404, "Not Found", "Not found or user unauthorized.")),
        /not found/i,
      ],
      ["a forbidden token", reply(403, errorBody(403, "Forbidden")), /does not let the token from SCALR_TOKEN do this/],
      ["a wrong token", reply(401), /does not know the token from SCALR_TOKEN/],
      ["a proxy's page", reply(404, "<html>"), /without a document of its own/],
    ])("does not take %s for its end", async (_, fault, message) => {
      await apply();
      api.fail([fault], /^GET/);
      const { exitCode, text } = await project.run("apply -auto-approve");
      expect(exitCode).toBe(1);
      expect(text).toMatch(message);
      expect(project.state()["id"]).toBe(id);
      expect(api.integrations).toHaveLength(1);
    });
  });

  describe("deleted", () => {
    it("is gone", async () => {
      await apply();
      await project.ok("destroy -auto-approve");
      expect(api.integrations).toEqual([]);
    });

    it("is content when it was gone already", async () => {
      await apply();
      await project.ok("plan -destroy -out=saved.plan");
      api.integrations.splice(0);
      await project.ok("apply saved.plan");
    });

    it("is not content when it is only hidden from the token", async () => {
      await apply();
      api.fail([reply(404, errorBody(404, "Not Found", "Not found or user unauthorized."))], /^DELETE/);
      const { exitCode, text } = await project.run("destroy -auto-approve");
      expect(exitCode).toBe(1);
      expect(text).toContain("The token may see the integration but not delete it");
      expect(project.state()["id"]).toBe(id);
    });
  });

  describe("whose connection test", () => {
    it("failed is stored, with a warning that says what to do", async () => {
      api.behaviour.outcome = { status: "failed", "error-message": "no route to host." };
      const { exitCode, text } = await apply();
      expect(exitCode).toBe(0);
      expect(text).toContain("Warning: Connection test failed");
      expect(text).toContain("did not pass the test: no route to host.");
      expect(text).toContain("Check that the registry can be reached");
      expect(project.state()).toMatchObject({ status: "failed", error_message: "no route to host." });
      expect(await planExitCode()).toBe(0);
    });

    it("is pending is waited for", async () => {
      api.behaviour.outcome = { status: "pending" };
      const applying = apply();
      while (api.integrations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      Object.assign(api.integrations[0]?.attributes ?? {}, { status: "active" });
      expect((await applying).exitCode).toBe(0);
      expect(project.state()["status"]).toBe("active");
    });

    it("ends otherwise later changes nothing in the plan", async () => {
      await apply();
      Object.assign(api.integrations[0]?.attributes ?? {}, { status: "failed", "error-message": "expired" });
      expect(await planExitCode()).toBe(0);
    });
  });

  describe("when the API", () => {
    it("refuses several attributes, each is shown at its line", async () => {
      const errors = [
        ...errorBody(422, "Invalid", "Name is taken\nchoose another", "/data/attributes/name", "NAME_TAKEN").errors,
        ...errorBody(422, "Invalid", "Redirects.", "/data/attributes/registry-url").errors,
      ];
      api.fail([reply(422, { errors })], /^POST/);
      const { text } = await apply();
      expect(text).toMatch(
        /Name is taken, while creating the integration "ghcr"\.\s+Choose another\.\s+Error code: NAME_TAKEN$/m,
      );
      expect(text).toMatch(/name = "ghcr"/);
      expect(text).toMatch(/registry_url = "https:\/\/ghcr\.io"/);
      expect(text).toContain("Invalid: Redirects.");
    });

    it("is down during apply, nothing is half-written and a second apply completes", async () => {
      project.configure(integration());
      await project.ok("plan -out=saved.plan");
      await api.stop();
      const { exitCode, text } = await project.run("apply saved.plan");
      expect(exitCode).toBe(1);
      expect(text).toContain("cannot be reached, the connection is refused (ECONNREFUSED)");
      expect(text).toContain("Error code: API_UNREACHABLE");
      expect(project.state()).toEqual({});
      await api.start();
      expect((await apply()).exitCode).toBe(0);
      expect(api.integrations).toHaveLength(1);
    });

    it("echoes the password, it is not shown", async () => {
      api.fail([reply(422, errorBody(422, "Invalid", `got ${secret}`, "/data/attributes/password"))], /^POST/);
      const { text } = await apply({ password: `sensitive(${secretHcl})` });
      expect(text).toContain("got [secret]");
      expect(spellingsIn(text, secret)).toEqual([]);
    });
  });

  describe("when the user interrupts", () => {
    it("a create under way, its object is in the state", async () => {
      api.behaviour.writeDelayMs = 1_000;
      project.configure(integration());
      const applying = project.start("apply -auto-approve");
      while (api.integrations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      applying.child.kill("SIGINT");
      await applying.ended;
      expect(applying.stdout()).toContain("Interrupt received");
      expect(project.state()["id"]).toBe(id);
    });

    it("a create that waits for the API, it ends soon and says so", async () => {
      api.fail(
        Array.from({ length: 9 }, () => reply(503)),
        /^POST/,
      );
      project.configure(integration());
      const applying = project.start("apply -auto-approve");
      while (!api.requests.some(({ method }) => method === "POST"))
        await new Promise((resolve) => setTimeout(resolve, 5));
      const interruptedAt = performance.now();
      applying.child.kill("SIGINT");
      await applying.ended;
      expect(performance.now() - interruptedAt).toBeLessThan(2_000);
      expect(applying.stderr().replace(/[│\s]+/g, " ")).toContain('Interrupted while creating the integration "ghcr".');
      expect(project.state()).toEqual({});
    });
  });

  describe("imported", () => {
    it("by id has all but the password, which the next apply sends", async () => {
      await apply({ registry_url: '"ghcr.io"' });
      await project.ok("state rm scalr_docker_integration.x");
      await project.ok(`import scalr_docker_integration.x ${id}`);
      expect(project.state()).toMatchObject({ id, name: "ghcr", registry_url: "https://ghcr.io", password: null });
      api.takeRequests();
      expect((await apply({ registry_url: '"ghcr.io"' })).text).toContain("0 added, 1 changed, 0 destroyed");
      expect(lastAttributes()).toEqual({ username: "bot", password: "first" });
      expect(await planExitCode()).toBe(0);
    });

    it("by an id that is not there says so", async () => {
      project.configure(integration());
      const { exitCode, text } = await project.run("import scalr_docker_integration.x in-nonexistent");
      expect(exitCode).toBe(1);
      expect(text).toContain("Cannot import non-existent remote object");
    });
  });

  describe("that Scalr's own provider made", () => {
    it.each(["https://ghcr.io", "GHCR.IO:443", "https://ghcr.io/acme"])("plans empty with the URL %s", async (url) => {
      await apply({ registry_url: `"${url}"` });
      project.workspace.write("project/terraform.tfstate", officialState(url));
      await project.ok(
        "state replace-provider -auto-approve registry.opentofu.org/scalr/scalr registry.opentofu.org/scalr-oci/scalr",
      );
      const { exitCode, text } = await project.run("plan -detailed-exitcode");
      expect(text).toContain("No changes");
      expect(exitCode).toBe(0);
    });
  });

  describe("checked without asking anybody", () => {
    it.each([
      ["a long name", { name: `"${"n".repeat(129)}"` }, '"name" has 129 characters, expected at most 128.'],
      ["a blank name", { name: '" "' }, '"name" is empty, expected a text.'],
      ["a colon", { username: '"a:b"' }, '"username" has a colon, expected a user name without one.'],
      [
        "a line break",
        { password: '"a\\nb"' },
        '"password" has a line break or another control character, expected none.',
      ],
      ["no password text", { password: '""' }, '"password" is empty, expected a text.'],
      [
        "a long password",
        { password: `"${"p".repeat(8193)}"` },
        '"password" has 8193 characters, expected at most 8192.',
      ],
      ["docker.io", { registry_url: '"https://docker.io"' }, "Use https://registry-1.docker.io."],
      ["http", { registry_url: '"http://ghcr.io"' }, "Use https://ghcr.io."],
      ["user info", { registry_url: '"https://bot:pw@ghcr.io"' }, "user info"],
      ["a long URL", { registry_url: `"https://${"a.".repeat(300)}io"` }, "expected at most 512"],
      ["no password", { password: undefined }, 'Of "password", "password_wo" exactly one must be set'],
      [
        "both passwords",
        { password_wo: '"x"', password_wo_version: "1" },
        'Of "password", "password_wo" exactly one must be set',
      ],
      ["password_wo alone", { password: undefined, password_wo: '"x"' }, '"password_wo_version"'],
      ["a version alone", { password_wo_version: "1" }, '"password_wo_version"'],
    ])("%s is refused", async (_, attributes, message) => {
      project.configure(integration(attributes));
      const { exitCode, text } = await project.run("validate");
      expect(text.replaceAll(/\s+/g, " ")).toContain(message);
      expect(exitCode).toBe(1);
      expect(api.takeRequests()).toEqual([]);
    });

    it.each([
      ["https://ghcr.io/acme", "registry url has a path"],
      ["https://index.docker.io", "another name of Docker Hub"],
      ["https://123456789012.dkr.ecr.eu-west-1.amazonaws.com", "Amazon ECR"],
    ])("%s is unusual, but let through", async (url, message) => {
      project.configure(integration({ registry_url: `"${url}"` }));
      const { exitCode, text } = await project.run("validate");
      expect(text).toContain("Warning: Unusual registry URL");
      expect(text.toLowerCase()).toContain(message.toLowerCase());
      expect(exitCode).toBe(0);
    });

    it("leaves alone what is not known yet", async () => {
      project.configure(
        `resource "terraform_data" "later" {\n  input = "https://ghcr.io"\n}\n${integration({ registry_url: "terraform_data.later.output" })}`,
      );
      await project.ok("apply -auto-approve");
      expect(project.state()["registry_url"]).toBe("https://ghcr.io");
    });
  });
});

/** What terraform-provider-scalr writes: schema version 0, seven attributes, no private data. */
function officialState(url: string): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.12.6",
    serial: 9,
    lineage: "0c4b4b0a-0000-4000-8000-000000000000",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "scalr_docker_integration",
        name: "x",
        provider: 'provider["registry.opentofu.org/scalr/scalr"]',
        instances: [
          {
            schema_version: 0,
            attributes: {
              export_credentials: false,
              id,
              name: "ghcr",
              password: "first",
              registry_url: url,
              status: "active",
              username: "bot",
            },
            sensitive_attributes: [[{ type: "get_attr", value: "password" }]],
          },
        ],
      },
    ],
    check_results: null,
  });
}
