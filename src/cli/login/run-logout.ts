// Forgets the login of a registry, and names the places on this machine that still have one.
import { AnswerCache } from "../../credentials/cache/answer-cache.ts";
import { forgetLogin } from "../../credentials/keep-login.ts";
import { findRegistryHost, parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { ambientPlaces, readAmbientFile } from "../opentofu/ambient-files.ts";

export async function runLogout(text: string, context: CliContext): Promise<void> {
  const host = parseRegistryHost(text);
  const { credentialKey: key } = host;
  const { wasThere, helper, remains } = await forgetLogin({ key, host }, context.environment);
  new AnswerCache(context.environment).forget(key);
  if (helper !== undefined) context.stdout.write(`the helper ${helper} was told to forget ${host.value}\n`);
  if (remains !== undefined) context.stderr.write(`${remains}\n`);
  context.stdout.write(
    wasThere ? `logged out of ${host.value}\n` : `there was no login for ${host.value} in the local store\n`,
  );
  for (const place of ambientPlaces(context.environment, process.platform)) {
    const keys = [...readAmbientFile(place).auths].filter(
      ([key, entry]) => entry === "login" && isOf(key, host.credentialKey),
    );
    for (const [key] of keys)
      context.stderr.write(`${place} still has a login for ${key}; docker or podman logout takes it out\n`);
  }
}

/** Also logins for paths below the host. */
function isOf(key: string, credentialKey: string): boolean {
  return findRegistryHost(key)?.credentialKey === credentialKey;
}
