// One fake of Azure, two clients: Azure's own Go libraries and ours. Each identity has to lead both over the same requests to a
// registry's refresh token, which the libraries trade for an access token; where the fake refuses, both are refused.
import { Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { bufferStream } from "../../support/buffer-stream.ts";
import {
  type AzureCall,
  azureClient,
  type AzureCloud,
  azureFederatedToken,
  azureIdentityHeader,
  azureRegistryHost,
  azureSecret,
  azureTenant,
  startAzureCloud,
} from "../../support/cloud-azure.ts";
import { run } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realPart("cloud-clients");
const application = { AZURE_TENANT_ID: azureTenant, AZURE_CLIENT_ID: azureClient };

interface Identity {
  readonly name: string;
  /** `MACHINE` stands for the address of the identity endpoints, `TOKEN` for a file with the federated token. */
  readonly variables: Readonly<Record<string, string>>;
}

const identities: readonly (Identity & { readonly call: AzureCall })[] = [
  { name: "a client secret", variables: { ...application, AZURE_CLIENT_SECRET: azureSecret }, call: "client secret" },
  {
    name: "a workload identity",
    variables: { ...application, AZURE_FEDERATED_TOKEN_FILE: "TOKEN" },
    call: "federated token",
  },
  {
    name: "the managed identity of an App Service",
    variables: { IDENTITY_ENDPOINT: "MACHINE/msi/token", IDENTITY_HEADER: azureIdentityHeader },
    call: "app service",
  },
  {
    name: "the managed identity of a machine",
    // Azure's libraries know one address, 169.254.169.254, and take a proxy to it.
    variables: { AZURE_POD_IDENTITY_AUTHORITY_HOST: "MACHINE", HTTP_PROXY: "MACHINE" },
    call: "machine",
  },
];

const refusals: readonly Identity[] = [
  { name: "a wrong secret", variables: { ...application, AZURE_CLIENT_SECRET: "wrong" } },
  {
    name: "another application",
    variables: { ...application, AZURE_CLIENT_ID: azureTenant, AZURE_CLIENT_SECRET: azureSecret },
  },
  {
    name: "a wrong header",
    variables: { IDENTITY_ENDPOINT: "MACHINE/msi/token", IDENTITY_HEADER: "wrong" },
  },
];

const clients = ["ours", "Azure's"] as const;

let authority: Authority;
let azure: AzureCloud;
let workspace: Workspace;

real.describe("Azure, as two clients see it", () => {
  beforeAll(async () => {
    authority = createAuthority();
    azure = await startAzureCloud(authority);
  });
  afterAll(async () => {
    await azure[Symbol.asyncDispose]();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    azure.reset();
  });
  afterEach(() => workspace.remove());

  describe.each(clients)("%s", (client) => {
    const ask = client === "ours" ? askOurs : askAzures;

    it.each(identities)("$name", async ({ variables, call }) => {
      const { secret } = await ask(environmentOf(variables));
      expect(azure.isRefreshToken(secret ?? "")).toBe(true);
      expect(azure.calls).toEqual([call, "exchange"]);
    });

    it.each(refusals)("is refused: $name", async ({ variables }) => {
      expect((await ask(environmentOf(variables))).secret).toBeUndefined();
      expect(azure.calls).toEqual([]);
    });
  });

  it("says what Entra says", async () => {
    const { words } = await askOurs(environmentOf({ ...application, AZURE_CLIENT_SECRET: "wrong" }));
    expect(words).toContain("AADSTS7000215: Invalid client secret provided");
  });

  it("Azure's libraries trade the refresh token for an access token", async () => {
    const environment = environmentOf({ ...application, AZURE_CLIENT_SECRET: azureSecret });
    const { accessToken } = await askAzures(environment, "repository:acme/vpc:pull");
    expect(accessToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(azure.calls).toEqual(["client secret", "exchange", "token, POST refresh_token"]);
  });
});

interface Outcome {
  /** The registry's refresh token; undefined when the client was refused. */
  readonly secret?: string;
  readonly accessToken?: string;
  readonly words?: string;
}

async function askAzures(environment: Record<string, string>, scope = ""): Promise<Outcome> {
  const stdin = JSON.stringify({ cloud: "azure", registry: azureRegistryHost, scope });
  const { stdout } = await run(real.path, [], { environment, stdin });
  return JSON.parse(stdout) as Outcome;
}

async function askOurs(environment: Record<string, string>): Promise<Outcome> {
  const stdout = bufferStream();
  const stdin = Readable.from([Buffer.from(`https://${azureRegistryHost}`)]);
  const exitCode = await main(["get"], { environment, stdin, stdout });
  if (exitCode !== 0) return { words: stdout.text() };
  const { Username: username, Secret: secret } = JSON.parse(stdout.text()) as { Username: string; Secret: string };
  expect(username).toBe("00000000-0000-0000-0000-000000000000");
  return { secret };
}

function environmentOf(variables: Readonly<Record<string, string>>): Record<string, string> {
  const file = workspace.write("federated-token", azureFederatedToken);
  const placed = Object.entries(variables).map(([name, value]) => [
    name,
    value.replace("MACHINE", azure.machine).replace("TOKEN", file),
  ]);
  return workspace.environment({ variables: { ...azure.registry.environment, ...Object.fromEntries(placed) } });
}
