// The registry URL in configuration, state and API: one normal form, many spellings; the user's spelling stays in the state.
import { maxRegistryUrlLength } from "../api/documents/integration-attributes.ts";
import { isScalrOciError, type ScalrOciError } from "../base/errors.ts";
import { findRegistryHost } from "../names/registry-host.ts";
import { parseRegistryUrl } from "../names/registry-url.ts";

/** True when both spell one registry: the same host and port over the same scheme, whatever path is behind them. */
export function isSameRegistryUrl(one: string, other: string): boolean {
  return one === other || normalForm(one) === normalForm(other);
}

/** The spelling that is there already as long as it means what the API has; else the API's. */
export function keepSpelling(spelled: string | null, fromApi: string): string {
  return spelled !== null && isSameRegistryUrl(spelled, fromApi) ? spelled : fromApi;
}

export interface RegistryUrlProblem {
  /** A warning is for what the API takes and yet is likely not meant. */
  readonly severity: "error" | "warning";
  readonly error: ScalrOciError;
}

/** What is wrong with a URL, as far as can be said without asking anybody. */
export function findRegistryUrlProblem(text: string): RegistryUrlProblem | undefined {
  const error = refusalOf(text);
  if (error === undefined) return undefined;
  const host = findRegistryHost(text);
  const isTaken = host?.scheme === "https" && text.trim().length <= maxRegistryUrlLength;
  return { severity: isTaken && error.code !== "REGISTRY_REDIRECTED" ? "warning" : "error", error };
}

function refusalOf(text: string): ScalrOciError | undefined {
  try {
    parseRegistryUrl(text);
    return undefined;
  } catch (thrown) {
    if (isScalrOciError(thrown)) return thrown;
    throw thrown;
  }
}

/** As Scalr stores it. What is no URL is only equal to itself. */
function normalForm(text: string): string {
  return findRegistryHost(text)?.url ?? text;
}
