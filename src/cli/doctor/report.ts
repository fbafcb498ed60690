// Doctor's report as lines for people and as a document for scripts. Sources and ages, never a secret.
import { printable } from "../../base/text.ts";
import type { Candidate, LookupWorld } from "../opentofu/lookup.ts";
import type { Address } from "./address-findings.ts";
import type { Finding } from "./finding.ts";
import type { RegistryAnswer } from "./registry-check.ts";
import type { WinnerLogin } from "./winner-login.ts";

/** Paths and messages of registries may be long. */
const maxLineLength = 600;

export interface Examination {
  readonly address: Address;
  readonly winner: Candidate | undefined;
  readonly candidates: readonly Candidate[];
  readonly login: WinnerLogin | undefined;
  readonly answer: RegistryAnswer;
}

export interface Report {
  readonly version: string | undefined;
  readonly world: LookupWorld;
  /** The most urgent first. */
  readonly findings: readonly Finding[];
  /** Undefined when no address was given. */
  readonly examination?: Examination | undefined;
}

export function toDocument({ version, world, findings, examination }: Report): object {
  const { places } = world.configuration;
  return {
    ok: findings.every(({ level }) => level !== "problem"),
    opentofu: version ?? null,
    configuration_files: places.files,
    credential_files: world.files.map(({ path, state }) => ({ path, state })),
    ...(examination !== undefined && describeExamination(examination)),
    findings: findings.map(({ level, id, message, next }) => ({ level, id, message, next: next ?? null })),
    next: nextStep(findings) ?? null,
  };
}

function describeExamination({ address, candidates, login, answer }: Examination): object {
  return {
    host: address.host.value,
    repository: address.repository ?? null,
    candidates: candidates.map(({ origin, file, key, helper }) => ({
      origin,
      file,
      key: key ?? null,
      helper: helper ?? null,
    })),
    credential:
      login?.credential === undefined
        ? null
        : { source: login.source, username: login.credential.username, age_seconds: login.ageSeconds ?? null },
    registry: { answer: answer.answer, wants_login: answer.wantsLogin },
  };
}

export function toLines(report: Report): string[] {
  const { version, world, findings, examination } = report;
  const next = nextStep(findings);
  return [
    `OpenTofu      ${version ?? "not on PATH"}`,
    ...listed("configuration", world.configuration.places.files, "none"),
    ...listed(
      "credentials",
      world.files.filter(({ state }) => state !== "missing").map(({ path }) => path),
      "none",
    ),
    ...(examination === undefined ? [] : examinationLines(examination)),
    ...findings.flatMap(({ level, message }) => ["", `${level}: ${message}`]),
    "",
    next === undefined ? "nothing is in the way" : `next: ${next}`,
  ].map((line) => printable(line, maxLineLength));
}

function examinationLines({ address, winner, candidates, login, answer }: Examination): string[] {
  const who = winner === undefined ? "nothing: OpenTofu goes on anonymously" : describeCandidate(winner);
  const others = candidates.slice(1).map(describeCandidate);
  const credential =
    login?.credential === undefined ? "none" : `user ${login.credential.username}, ${login.source}${age(login)}`;
  const registry =
    answer.error === undefined ? `accepted${answer.wantsLogin ? "" : ", no login needed"}` : answer.error.message;
  return [
    `address       ${address.hostText}${address.repository === undefined ? "" : `/${address.repository}`}`,
    `winner        ${who}`,
    ...listed("beaten", others, undefined),
    `credential    ${credential}`,
    `registry      ${registry}`,
  ];
}

function describeCandidate({ origin, file, key, helper }: Candidate): string {
  const what = [origin, key].filter(Boolean).join(" ");
  return `${what} in ${file}${helper === undefined ? "" : ` (helper ${helper})`}`;
}

function age({ ageSeconds }: WinnerLogin): string {
  if (ageSeconds === undefined) return "";
  const [unit, seconds] =
    ageSeconds < 3600
      ? (["minute", 60] as const)
      : ageSeconds < 86_400
        ? (["hour", 3600] as const)
        : (["day", 86_400] as const);
  const count = Math.round(ageSeconds / seconds);
  return `, file last written ${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

function listed(title: string, lines: readonly string[], otherwise: string | undefined): string[] {
  const all = lines.length === 0 && otherwise !== undefined ? [otherwise] : lines;
  return all.map((line, index) => `${(index === 0 ? title : "").padEnd(14)}${line}`);
}

/** Of the most urgent finding that has one. */
function nextStep(findings: readonly Finding[]): string | undefined {
  const urgent = findings.filter(({ level }) => level === "problem");
  return (urgent.length > 0 ? urgent : findings.filter(({ level }) => level === "warning")).find(
    ({ next }) => next !== undefined,
  )?.next;
}
