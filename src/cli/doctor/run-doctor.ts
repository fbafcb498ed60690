// One examination: read what OpenTofu reads, look for traps, find the winner, ask the registry, report.
import { parseOciReference } from "../../names/oci-reference.ts";
import { parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { type JsonFlag, printResult } from "../json-flag.ts";
import { type Candidate, type LookupResult, type LookupWorld, lookUp, readLookupWorld } from "../opentofu/lookup.ts";
import { type Address, findAddressFindings, findKeysWithScheme } from "./address-findings.ts";
import { byUrgency, type Finding } from "./finding.ts";
import { findOpenTofuVersion, findVersionFindings } from "./opentofu-version.ts";
import { askRegistry, findRegistryFindings, type RegistryAnswer } from "./registry-check.ts";
import { type Report, toDocument, toLines } from "./report.ts";
import { findRuleFindings } from "./rule-findings.ts";
import { findSetupFindings } from "./setup-findings.ts";
import { obtainWinnerLogin, type WinnerLogin } from "./winner-login.ts";

const somethingIsInTheWay = 1;
const tryAgainLater = 3;

/** @returns the exit code @throws InputError for an address that cannot be read, with the right spelling in the hint */
export async function runDoctor(text: string | undefined, flags: JsonFlag, context: CliContext): Promise<number> {
  const target = text === undefined ? undefined : parseTarget(text);
  const { environment, directory } = context;
  const world = readLookupWorld(environment, directory, process.platform);
  const version = await findOpenTofuVersion(environment);
  const general = [
    ...findVersionFindings(version),
    ...(await findRuleFindings(environment, directory)),
    ...findSetupFindings({ environment, directory, world }),
  ];
  const report =
    target === undefined
      ? { version, world, findings: byUrgency([...general, ...findKeysWithScheme(world)]) }
      : await examine(target, { world, version, general, context });
  printResult(context, flags, toDocument(report), toLines(report));
  if (report.examination?.answer.error?.kind === "transient") return tryAgainLater;
  return report.findings.some(({ level }) => level === "problem") ? somethingIsInTheWay : 0;
}

interface Target {
  readonly address: Address;
  readonly reference: string | undefined;
}

interface Surroundings {
  readonly world: LookupWorld;
  readonly version: string | undefined;
  readonly general: readonly Finding[];
  readonly context: CliContext;
}

async function examine(target: Target, { world, version, general, context }: Surroundings): Promise<Report> {
  const { address, reference } = target;
  const { environment } = context;
  const result = lookUp(world, address.hostText, address.repository ?? "");
  const [winner] = result.candidates;
  const login = winner === undefined ? undefined : await obtain(winner, address, context);
  const answer = await askRegistry({ address, reference, credential: login?.credential, environment });
  const findings = byUrgency([
    ...(login?.findings ?? []),
    ...findAddressFindings(address, world, result),
    ...findRegistryFindings(answer, winner, address.host.value),
    // What a login fails by is said once.
    ...general.filter(
      ({ message }) => login?.findings.every((finding) => !finding.message.endsWith(message)) !== false,
    ),
  ]);
  const examination = { address, winner, candidates: result.candidates, login, answer };
  return { version, world, findings: withoutAftermath(findings, login, answer, result), examination };
}

async function obtain(winner: Candidate, { host, hostText }: Address, context: CliContext): Promise<WinnerLogin> {
  const { environment, directory } = context;
  return await obtainWinnerLogin({ winner, host, hostText, environment, directory, nowMs: Date.now() });
}

/** When it is known why there is no login, that the registry misses it is no second problem. */
function withoutAftermath(
  findings: readonly Finding[],
  login: WinnerLogin | undefined,
  answer: RegistryAnswer,
  { errors }: LookupResult,
): Finding[] {
  const isKnown = errors.length > 0 || login?.findings.some(({ level }) => level === "problem") === true;
  const isAftermath = isKnown && answer.answer === "REGISTRY_CREDENTIAL_MISSING";
  return isAftermath ? findings.filter(({ id }) => id !== "registry-refuses") : [...findings];
}

/** A host alone, or an address as a module's source has it. */
function parseTarget(text: string): Target {
  const trimmed = text.trim();
  if (
    !/^oci:/i.test(trimmed) &&
    !trimmed
      .replace(/^https?:\/\//i, "")
      .replace(/\/$/, "")
      .includes("/")
  ) {
    const host = parseRegistryHost(trimmed);
    return { address: { hostText: host.value, host, repository: undefined }, reference: undefined };
  }
  const { host, repository, tag, digest } = parseOciReference(trimmed);
  const hostText = /^oci:\/\/(?<host>[^/]+)/i.exec(trimmed)?.groups?.["host"] ?? host.value;
  return { address: { hostText, host, repository }, reference: digest ?? tag };
}
