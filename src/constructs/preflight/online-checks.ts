// The network half of preflight: one list from the management API, and a look at the registries that it does not know yet.
import { createManagementClient } from "../../api/client.ts";
import type { DockerIntegration } from "../../api/documents/docker-integration.ts";
import { type ScalrOciError, toScalrOciError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { compareWithApi, findExportedHosts, findLookupProblems, isKnownToWork } from "./api-comparison.ts";
import { findingOf } from "./finding.ts";
import type { OnlineAnswer, OnlineQuestion } from "./online-question.ts";
export { askForModules } from "./module-probe.ts";
import { probeRegistries } from "./registry-probe.ts";

/** Somebody waits for the synthesis; what does not answer by then is a warning. */
const deadlines = { attemptTimeoutMs: 10_000, totalTimeoutMs: 20_000 };
const retryPolicy = { attempts: 3, baseDelayMs: 250, maxDelayMs: 5_000 };

/**
 * Asks the API once and judges every integration by what it says.
 * @returns problems and warnings; what the API refuses is a problem, too, never an exception
 */
export async function askManagementApi(question: OnlineQuestion): Promise<OnlineAnswer> {
  const listed = await listIntegrations(question);
  if ("error" in listed) return judgeError(listed.error, question);
  const compared = compareWithApi(question.integrations, listed.integrations, question.renamedFrom);
  const unknown = question.integrations.filter((one) => !isKnownToWork(one, listed.integrations));
  const probed = await probeRegistries(question.probeRegistries ? unknown : [], question.environment);
  return {
    problems: [...compared.problems, ...findLookupProblems(question.lookups, listed.integrations), ...probed.problems],
    warnings: [...compared.warnings, ...probed.warnings],
    exportedHosts: findExportedHosts(question.integrations, listed.integrations),
  };
}

type Listed = { readonly integrations: readonly DockerIntegration[] } | { readonly error: ScalrOciError };

async function listIntegrations(question: OnlineQuestion): Promise<Listed> {
  const { hostname, hostnameSource, token, tokenSource, environment } = question;
  try {
    await using client = createManagementClient({
      hostname,
      hostnameSource,
      token: new Secret(token),
      tokenSource,
      environment,
      deadlines,
      retryPolicy,
    });
    return { integrations: await client.integrations.list() };
  } catch (thrown) {
    return { error: toScalrOciError(thrown) };
  }
}

/** A network that does not carry is no fault of the program; a refusal, a wrong hostname or an untrusted certificate is. */
function judgeError(error: ScalrOciError, { tokenSource, hostnameSource }: OnlineQuestion): OnlineAnswer {
  const isAboutToken = error.kind === "auth" || error.kind === "not-found";
  const finding = findingOf(isAboutToken ? tokenSource : hostnameSource, error);
  if (error.kind === "transient") return { problems: [], warnings: [], unreachable: finding };
  return { problems: [finding], warnings: [] };
}
