// The services of clouds under their real names: a TLS server on loopback that a proxy leads to, trusted by a test's authority.
import type { Authority } from "./authority.ts";
import { type ConnectProxy, startConnectProxy } from "./connect-proxy.ts";
import { type Script, type ScriptedServer, startScriptedServer } from "./scripted-server.ts";

export interface FakeCloud extends AsyncDisposable {
  readonly server: ScriptedServer;
  readonly proxy: ConnectProxy;
  /** SSL_CERT_FILE and HTTPS_PROXY, with which a client reaches it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param names of the services it plays; anything else the proxy refuses */
export async function startFakeCloud(
  authority: Authority,
  names: readonly string[],
  script: Script,
): Promise<FakeCloud> {
  const server = await startScriptedServer(authority.issue(names), script);
  const proxy = await startConnectProxy(Object.fromEntries(names.map((name) => [`${name}:443`, server.port])));
  const stop = async () => {
    await proxy.stop();
    await server.stop();
  };
  return {
    server,
    proxy,
    environment: { SSL_CERT_FILE: authority.certificateFile, HTTPS_PROXY: proxy.url },
    [Symbol.asyncDispose]: stop,
  };
}
