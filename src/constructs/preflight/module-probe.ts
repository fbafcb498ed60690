// Asks registries whether a module can be loaded without a login: then it needs no integration.
import type { Environment } from "../../base/env.ts";
import { toScalrOciError } from "../../base/errors.ts";
import { parseOciReference } from "../../names/oci-reference.ts";
import { RegistryClient } from "../../registry/client.ts";
import { atMost } from "./at-most.ts";
import { type Finding, findingOf, mergeOutcomes, type Outcome } from "./finding.ts";
import type { AskedModule } from "./online-question.ts";

/** What OpenTofu takes when an address names neither tag nor digest. */
const defaultTag = "latest";
const maxModulesAtOnce = 8;
/** One slow registry should not hold up a synthesis. */
const timeoutMs = 10_000;
const retryPolicy = { attempts: 1, baseDelayMs: 0, maxDelayMs: 0 };

/** @returns a problem for each module that wants a login which no run will have, a warning for each that could not be asked */
export async function askForModules(modules: readonly AskedModule[], environment: Environment): Promise<Outcome> {
  return mergeOutcomes(await atMost(maxModulesAtOnce, modules, (one) => askForModule(one, environment)));
}

async function askForModule({ path, source }: AskedModule, environment: Environment): Promise<Outcome> {
  const { host, repository, tag, digest } = parseOciReference(source);
  const signal = AbortSignal.timeout(timeoutMs);
  const find = async () => undefined;
  const client = new RegistryClient({ host, find, environment, signal, retryPolicy });
  try {
    if ((await client.findDescriptor(repository, digest ?? tag ?? defaultTag)) !== undefined) return noFinding;
    return { problems: [notExported(path, host.value)], warnings: [] };
  } catch (thrown) {
    return judge(path, host.value, signal.aborted ? undefined : toScalrOciError(thrown));
  } finally {
    await client.close();
  }
}

const noFinding: Outcome = { problems: [], warnings: [] };

function judge(path: string, host: string, error: ReturnType<typeof toScalrOciError> | undefined): Outcome {
  if (error?.kind === "auth" || error?.kind === "not-found")
    return { problems: [notExported(path, host)], warnings: [] };
  const late = {
    code: "REGISTRY_UNREACHABLE",
    path,
    message: `${host} did not answer within ${timeoutMs / 1000} s`,
  } as const;
  return { problems: [], warnings: [error === undefined ? late : findingOf(path, error)] };
}

function notExported(path: string, host: string): Finding {
  return {
    code: "CREDENTIAL_NOT_FOUND",
    path,
    message: `module at ${host} is not public, and no integration exports a login for it`,
    hint: `declare an integration for ${host} with exportCredentials, or check the module's address`,
  };
}
