// A module registry of OpenTofu's protocol on loopback: it serves the versions a test says, each an empty module.
import type { ServerCertificate } from "./authority.ts";
import { type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

/** Versions by module name; the address is `HOST/acme/NAME/test`. */
export type ServedVersions = Readonly<Record<string, readonly string[]>>;

/** @param moduleDirectory absolute; what every version of every module is */
export async function startModuleRegistry(
  certificate: ServerCertificate,
  versions: ServedVersions,
  moduleDirectory: string,
): Promise<ScriptedServer> {
  return startScriptedServer(certificate, ({ url }) => {
    if (url === "/.well-known/terraform.json") return { status: 200, body: { "modules.v1": "/v1/modules/" } };
    const [, name, rest] = /^\/v1\/modules\/acme\/([a-z-]+)\/test\/(.+)$/.exec(url) ?? [];
    const served = versions[name ?? ""];
    if (served === undefined) return { status: 404, body: "" };
    if (rest === "versions")
      return { status: 200, body: { modules: [{ versions: served.map((version) => ({ version })) }] } };
    return { status: 204, headers: { "x-terraform-get": `file://${moduleDirectory}` } };
  });
}
