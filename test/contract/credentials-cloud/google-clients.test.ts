// One fake of Google, two clients: Google's own Go library and ours. Each kind of Application Default Credentials has to lead both over
// the same requests to an access token; where the fake refuses, both are refused.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { bufferStream } from "../../support/buffer-stream.ts";
import {
  type GoogleCall,
  type GoogleCloud,
  googleFederation,
  googleImpersonation,
  googleRegistryHost,
  googleServiceAccount,
  googleSubjectToken,
  googleUser,
  startGoogleCloud,
} from "../../support/cloud-google.ts";
import { run } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realPart("cloud-clients");
const wellKnown = "home/.config/gcloud/application_default_credentials.json";

interface Identity {
  readonly name: string;
  /** The document of Application Default Credentials. */
  readonly document?: object;
  /** Where it lies; else GOOGLE_APPLICATION_CREDENTIALS names it. */
  readonly file?: string;
  readonly metadata?: true;
}

/** `@TOKEN@` stands for a file with the subject token, `@JOB@` for the origin of a CI system that gives it. */
const fromFile = { credential_source: { file: "@TOKEN@" } };
const fromJob = {
  credential_source: {
    url: "@JOB@/token?audience=google",
    headers: { Authorization: "bearer job-secret" },
    format: { type: "json", subject_token_field_name: "value" },
  },
};

const identities: readonly (Identity & { readonly calls: readonly GoogleCall[] })[] = [
  { name: "a service account's key", document: googleServiceAccount, calls: ["assertion"] },
  { name: "a user, where gcloud keeps it", document: googleUser, file: wellKnown, calls: ["refresh token"] },
  { name: "a user, in a named file", document: googleUser, calls: ["refresh token"] },
  { name: "federation from a file", document: { ...googleFederation, ...fromFile }, calls: ["federation"] },
  {
    name: "federation from a file of JSON",
    document: {
      ...googleFederation,
      credential_source: { file: "@TOKEN@.json", format: { type: "json", subject_token_field_name: "id_token" } },
    },
    calls: ["federation"],
  },
  { name: "federation of a CI job", document: { ...googleFederation, ...fromJob }, calls: ["federation"] },
  {
    name: "federation as a service account",
    document: { ...googleFederation, ...googleImpersonation, ...fromFile },
    calls: ["federation", "impersonation"],
  },
  { name: "a machine", metadata: true, calls: ["metadata"] },
];

const refusals: readonly Identity[] = [
  { name: "a key that Google does not know", document: { ...googleServiceAccount, private_key_id: "other" } },
  { name: "another account's name", document: { ...googleServiceAccount, client_email: "other@acme.test" } },
  { name: "a revoked user", document: { ...googleUser, refresh_token: "revoked" } },
  { name: "a wrong client secret", document: { ...googleUser, client_secret: "wrong" } },
  {
    name: "a job of another pool",
    document: { ...googleFederation, ...fromFile, audience: `${googleFederation.audience}/other` },
  },
];

let authority: Authority;
let google: GoogleCloud;
let workspace: Workspace;
let job: Server;

real.describe("Google, as two clients see it", () => {
  beforeAll(async () => {
    authority = createAuthority();
    google = await startGoogleCloud(authority);
    job = createServer(({ headers }, response) => {
      const isJob = headers.authorization === "bearer job-secret";
      response.writeHead(isJob ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(isJob ? { value: googleSubjectToken } : {}));
    });
    await new Promise<void>((resolve) => job.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    job.closeAllConnections();
    await new Promise((resolve) => job.close(resolve));
    await google[Symbol.asyncDispose]();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    google.reset();
  });
  afterEach(() => workspace.remove());

  describe.each(["ours", "Google's"] as const)("%s", (client) => {
    const ask = client === "ours" ? askOurs : askGoogles;

    it.each(identities)("$name", async ({ calls, ...identity }) => {
      const { secret } = await ask(environmentOf(identity));
      expect(google.isAccessToken(secret ?? "")).toBe(true);
      expect(google.calls).toEqual(calls);
    });

    it.each(refusals)("is refused: $name", async (identity) => {
      expect((await ask(environmentOf(identity))).secret).toBeUndefined();
      expect(google.calls).toEqual([]);
    });
  });

  it("says what Google says", async () => {
    const { words } = await askOurs(environmentOf({ name: "", document: { ...googleUser, refresh_token: "revoked" } }));
    expect(words).toContain("Token has been expired or revoked");
  });
});

interface Outcome {
  /** Undefined when the client was refused. */
  readonly secret?: string;
  readonly words?: string;
}

async function askGoogles(environment: Record<string, string>): Promise<Outcome> {
  const { stdout } = await run(real.path, [], { environment, stdin: JSON.stringify({ cloud: "google" }) });
  return JSON.parse(stdout) as Outcome;
}

async function askOurs(environment: Record<string, string>): Promise<Outcome> {
  const stdout = bufferStream();
  const stdin = Readable.from([Buffer.from(`https://${googleRegistryHost}`)]);
  const exitCode = await main(["get"], { environment, stdin, stdout });
  if (exitCode !== 0) return { words: stdout.text() };
  const { Username: username, Secret: secret } = JSON.parse(stdout.text()) as { Username: string; Secret: string };
  expect(username).toBe("oauth2accesstoken");
  return { secret };
}

function environmentOf({ document, file, metadata }: Identity): Record<string, string> {
  const token = workspace.write("token", googleSubjectToken);
  workspace.write("token.json", JSON.stringify({ id_token: googleSubjectToken }));
  const origin = `http://127.0.0.1:${(job.address() as AddressInfo).port}`;
  const text = JSON.stringify(document ?? {})
    .replaceAll("@TOKEN@", token)
    .replace("@JOB@", origin);
  const path = document === undefined ? undefined : workspace.write(file ?? "credentials.json", text);
  return workspace.environment({
    variables: {
      ...google.registry.environment,
      GOOGLE_APPLICATION_CREDENTIALS: file === undefined ? path : undefined,
      GCE_METADATA_HOST: metadata === undefined ? undefined : google.machine,
    },
  });
}
