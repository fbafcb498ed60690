// Asks registries whether their URL is the right one: OCI distribution specification 1.1, "Determining support". No credential is sent.
import type { Environment } from "../../base/env.ts";
import { toScalrOciError, type ScalrOciError } from "../../base/errors.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { createTransport, type HttpResponse, type Transport } from "../../registry/transport.ts";
import { atMost } from "./at-most.ts";
import { type Finding, findingOf, type Outcome } from "./finding.ts";
import type { AskedIntegration } from "./online-question.ts";

/** One slow registry should not hold up a synthesis. */
const probeTimeoutMs = 10_000;
const maxProbesAtOnce = 8;

interface Verdict {
  readonly isProblem: boolean;
  readonly finding: Finding;
}

/** @returns a problem for each URL that is wrong wherever one asks, a warning for each that could not be asked from here */
export async function probeRegistries(
  integrations: readonly AskedIntegration[],
  environment: Environment,
): Promise<Outcome> {
  if (integrations.length === 0) return { problems: [], warnings: [] };
  const transport = createTransport(environment);
  try {
    const probes = await atMost(maxProbesAtOnce, integrations, (one) => probe(one, transport));
    const verdicts = probes.filter((verdict) => verdict !== undefined);
    const findings = (isProblem: boolean) =>
      verdicts.filter((verdict) => verdict.isProblem === isProblem).map(({ finding }) => finding);
    return { problems: findings(true), warnings: findings(false) };
  } finally {
    await transport.close();
  }
}

async function probe(one: AskedIntegration, transport: Transport): Promise<Verdict | undefined> {
  const signal = AbortSignal.timeout(probeTimeoutMs);
  try {
    const response = await transport.send({ method: "GET", url: new URL("/v2/", one.url), headers: {}, signal });
    await response.discard();
    return judgeResponse(one, response);
  } catch (thrown) {
    return judgeFailure(one, signal.aborted ? undefined : toScalrOciError(thrown));
  }
}

function judgeResponse({ path, url }: AskedIntegration, response: HttpResponse): Verdict | undefined {
  const { status } = response;
  if (status >= 300 && status < 400) return { isProblem: true, finding: redirected(path, url, response) };
  if (status === 404) {
    const message = `registry url does not answer as a registry, got 404 from ${url}, expected an endpoint with /v2/`;
    const hint = "give the address that docker login would use";
    return { isProblem: true, finding: { code: "REGISTRY_NOT_FOUND", path, message, hint } };
  }
  if (status < 500) return undefined;
  const message = `registry could not be checked from here, got ${status} from ${url}`;
  return { isProblem: false, finding: { code: "REGISTRY_UNREACHABLE", path, message } };
}

function redirected(path: string, url: string, response: HttpResponse): Finding {
  const location = response.header("location");
  const target = location === undefined ? undefined : findTarget(location, url);
  return {
    code: "REGISTRY_REDIRECTED",
    path,
    message: `registry url redirects, got ${url}, expected an endpoint that answers /v2/ itself`,
    hint: target === undefined || target === url ? "give the address that docker login would use" : `use ${target}`,
  };
}

/** Host of a redirect's target; a relative one stays on its host. */
function findTarget(location: string, url: string): string | undefined {
  return URL.canParse(location, url) ? findRegistryHost(new URL(location, url).origin)?.url : undefined;
}

/** A name that nobody knows is wrong everywhere; all else may be the network between here and there. */
function judgeFailure({ path, url }: AskedIntegration, error: ScalrOciError | undefined): Verdict {
  if (error !== undefined && systemCodeOf(error.cause) === "ENOTFOUND") {
    const message = `registry url cannot be resolved, got ${url}, expected a host that has an address`;
    const hint =
      "check the host's name; one that only the API's network knows: preflight(app, { probeRegistries: false })";
    return { isProblem: true, finding: { code: "REGISTRY_UNREACHABLE", path, message, hint } };
  }
  if (error !== undefined) return { isProblem: false, finding: findingOf(path, error) };
  const message = `registry could not be checked from here, ${url} did not answer within ${probeTimeoutMs / 1000} s`;
  return { isProblem: false, finding: { code: "REGISTRY_UNREACHABLE", path, message } };
}

/** The operating system's code in an error or in what caused it. */
function systemCodeOf(thrown: unknown): string | undefined {
  const { code, cause, errors } = (thrown ?? {}) as { code?: unknown; cause?: unknown; errors?: unknown };
  if (typeof code === "string") return code;
  if (Array.isArray(errors)) return systemCodeOf(errors[0]);
  return cause === undefined ? undefined : systemCodeOf(cause);
}
