// The work of `scalr-oci check`: read the configuration, make preflight's checks, print what was found.
import { relative, resolve, sep } from "node:path";
import { InputError } from "../../base/errors.ts";
import { checkProgram } from "../../constructs/preflight/check-program.ts";
import { type Finding, mergeOutcomes } from "../../constructs/preflight/finding.ts";
import { hasConfiguration, readConfiguration } from "../../hcl/configuration.ts";
import type { CheckFlags } from "../check.ts";
import type { CliContext } from "../context.ts";
import { printResult } from "../json-flag.ts";
import { type PlacedFinding, toCodeQuality, toGitHubCommand } from "./annotations.ts";
import { type PlainProgram, readPlainProgram } from "./plain-program.ts";

/** @returns the exit code: 1 when there is a problem; warnings alone are none */
export async function checkCommand(context: CliContext, directory: string, flags: CheckFlags): Promise<number> {
  const root = resolve(context.directory, directory);
  if (!(await hasConfiguration(root))) throw nothingThere(directory);
  const configuration = await readConfiguration(root, context.environment);
  const program = readPlainProgram(configuration);
  const checked = await checkProgram(program, {
    hostname: undefined,
    token: undefined,
    environment: context.environment,
    requireApi: flags.requireApi,
    probeRegistries: flags.probe,
    renamedFrom: flags.renamedFrom ?? [],
  });
  const { problems, warnings } = mergeOutcomes([program.own, checked]);
  const fileOf = (name: string) => relative(context.directory, resolve(root, name)).replaceAll(sep, "/");
  const place = (severity: PlacedFinding["severity"]) => (finding: Finding) =>
    placed(severity, finding, program, fileOf);
  const findings = [...problems.map(place("problem")), ...warnings.map(place("warning"))];
  print(context, flags, {
    findings,
    asked: checked.asked,
    program,
    fallback: fileOf(configuration[0]?.files[0]?.name ?? ""),
  });
  return problems.length > 0 ? 1 : 0;
}

interface Checked {
  readonly findings: readonly PlacedFinding[];
  readonly asked: readonly string[];
  readonly program: PlainProgram;
  readonly fallback: string;
}

function print(context: CliContext, flags: CheckFlags, { findings, asked, program, fallback }: Checked): void {
  if (flags.annotations === "github") {
    context.stdout.write(findings.map((one) => `${toGitHubCommand(one)}\n`).join(""));
  } else if (flags.annotations === "gitlab") {
    context.stdout.write(`${JSON.stringify(toCodeQuality(findings, fallback), undefined, 2)}\n`);
  } else {
    const counts = {
      integrations: program.integrations.length + program.lookups.length,
      modules: program.modules.length,
    };
    const lines = [...findings.flatMap(describe), summary(counts, asked, findings)];
    printResult(context, flags, { findings, ...counts, asked }, lines);
  }
}

function placed(
  severity: PlacedFinding["severity"],
  finding: Finding,
  program: PlainProgram,
  fileOf: (name: string) => string,
): PlacedFinding {
  const place = program.places.get(finding.path);
  const { code, path, message } = finding;
  const hint = place?.line === undefined ? finding.hint : hintForHcl(finding);
  return { severity, code, path, message, hint, file: place && fileOf(place.file), line: place?.line };
}

/** Where preflight's hint speaks of constructs. */
function hintForHcl({ code, hint }: Finding): string | undefined {
  if (code !== "HOST_TAKEN") return hint;
  return "to take it over: give this one its name, and write an import block; when this one renames it: --renamed-from NAME";
}

function describe({ severity, code, path, message, hint }: PlacedFinding): string[] {
  return [`${severity}  ${path}: ${message} (${code})`, ...(hint === undefined ? [] : [`         ${hint}`])];
}

function summary(
  { integrations, modules }: { readonly integrations: number; readonly modules: number },
  asked: readonly string[],
  findings: readonly PlacedFinding[],
): string {
  const how = asked.length === 0 ? "checked offline only" : `checked with ${asked.join(", ")}`;
  const problems = findings.filter(({ severity }) => severity === "problem").length;
  const found = problems === 0 ? "no problem" : count(problems, "problem");
  return `${count(integrations, "integration")} and ${count(modules, "module")} ${how}, ${found} found`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function nothingThere(directory: string): InputError {
  const message = `there is no configuration in ${directory}, expected files such as main.tf or cdk.tf.json`;
  return new InputError("INVALID_ARGUMENT", message, {
    path: "dir",
    hint: "name the root module's directory; of a CDK program that of a stack, such as cdktf.out/stacks/NAME",
  });
}
