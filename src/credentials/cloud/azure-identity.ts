// Whose Entra token is asked for: client secret, workload identity or managed identity, by the variables of Azure's own libraries.
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { isOnCloud } from "./machine-vendor.ts";

interface Application {
  readonly tenantId: string;
  readonly clientId: string;
  /** Origin of the Entra service. */
  readonly authority: string;
}

export type AzureIdentity =
  | (Application & { readonly kind: "client secret"; readonly secret: Secret })
  | (Application & { readonly kind: "workload identity"; readonly tokenFile: string })
  | {
      readonly kind: "app service";
      readonly endpoint: string;
      readonly header: Secret;
      readonly clientId: string | undefined;
    }
  | { readonly kind: "machine"; readonly endpoint: string; readonly clientId: string | undefined };

/** What the identity depends on, beside its secret. */
export const azureVariables = [
  "AZURE_TENANT_ID",
  "AZURE_CLIENT_ID",
  "AZURE_AUTHORITY_HOST",
  "AZURE_FEDERATED_TOKEN_FILE",
  "IDENTITY_ENDPOINT",
  "AZURE_POD_IDENTITY_AUTHORITY_HOST",
] as const;

const publicAuthority = "https://login.microsoftonline.com";
/** The clouds that there are; the client's secret is sent there. */
const authorities: ReadonlySet<string> = new Set([
  publicAuthority,
  "https://login.chinacloudapi.cn",
  "https://login.partner.microsoftonline.cn",
  "https://login.microsoftonline.us",
  "https://login.microsoftonline.de",
]);
const machineEndpoint = "http://169.254.169.254";

/** @throws InputError CLOUD_SETTINGS_INVALID for settings that cannot be meant */
export function findAzureIdentity(environment: Environment): AzureIdentity | undefined {
  const clientId = environment["AZURE_CLIENT_ID"] || undefined;
  const tenantId = environment["AZURE_TENANT_ID"] || undefined;
  const secret = environment["AZURE_CLIENT_SECRET"];
  const tokenFile = environment["AZURE_FEDERATED_TOKEN_FILE"];
  if (secret)
    return { kind: "client secret", ...application(environment, tenantId, clientId), secret: new Secret(secret) };
  if (tokenFile) return { kind: "workload identity", ...application(environment, tenantId, clientId), tokenFile };
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header } = environment;
  if (endpoint && header) return { kind: "app service", endpoint, header: new Secret(header), clientId };
  const named = environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"];
  return named || isOnCloud("azure") ? { kind: "machine", endpoint: named || machineEndpoint, clientId } : undefined;
}

function application(
  environment: Environment,
  tenantId: string | undefined,
  clientId: string | undefined,
): Application {
  if (tenantId === undefined || !/^[A-Za-z0-9.-]+$/.test(tenantId)) throw missing("AZURE_TENANT_ID");
  if (clientId === undefined) throw missing("AZURE_CLIENT_ID");
  const authority = (environment["AZURE_AUTHORITY_HOST"] || publicAuthority).replace(/\/$/, "");
  if (authorities.has(authority)) return { tenantId, clientId, authority };
  throw new InputError(
    "CLOUD_SETTINGS_INVALID",
    "AZURE_AUTHORITY_HOST is no Entra service, expected one of Azure's clouds",
    {
      path: "AZURE_AUTHORITY_HOST",
      hint: `unset it for ${publicAuthority}`,
    },
  );
}

function missing(name: string): InputError {
  return new InputError("CLOUD_SETTINGS_INVALID", `${name} is not set or not valid, expected that of the application`, {
    path: name,
    hint: `set ${name}`,
  });
}
