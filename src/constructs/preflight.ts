// `await preflight(app)`: says before anything is applied what would be refused, all at once and with construct paths.
import type { IConstruct } from "constructs";
import { type Environment, processEnvironment } from "../base/env.ts";
import { checkProgram } from "./preflight/check-program.ts";
import type { DeclaredProgram } from "./preflight/declared-program.ts";
import { type Finding, toLine } from "./preflight/finding.ts";
import { PreflightError } from "./preflight/preflight-error.ts";
import { readProgram } from "./preflight/program-reader.ts";

export interface PreflightOptions {
  /**
   * `HOST[:PORT]` of the management API.
   * @default - what the provider construct says, else SCALR_HOSTNAME
   */
  readonly hostname?: string | undefined;
  /**
   * Token that may read integrations.
   * @default - what the provider construct says, else SCALR_TOKEN
   */
  readonly token?: string | undefined;
  /**
   * Fail when the API cannot be reached, or when there is no hostname or token to ask it with.
   * @default false
   */
  readonly requireApi?: boolean | undefined;
  /**
   * Whether to ask registries: those that the API does not know yet if their URL is right, and those of modules for which nobody
   * exports a login if they are public.
   * @default true
   */
  readonly probeRegistries?: boolean | undefined;
  /**
   * Names that integrations have now and that this program changes. Any other integration on a declared host is a problem.
   * @default - none
   */
  readonly renamedFrom?: readonly string[] | undefined;
  /**
   * Variables to read instead of the process's: SCALR_HOSTNAME, SCALR_TOKEN, SSL_CERT_FILE and the proxies.
   * @default - the process's environment
   */
  readonly environment?: Environment | undefined;
  /**
   * Where warnings and what was checked are written.
   * @default - the process's stderr
   */
  readonly stderr?: NodeJS.WritableStream | undefined;
}

/** What a preflight without problems did. */
export interface PreflightReport {
  /** How many integrations the program declares. */
  readonly integrations: number;
  /** How many `oci://` modules it uses. */
  readonly modules: number;
  /** The management APIs that were asked, `HOST[:PORT]`; empty when only offline checks were made. */
  readonly asked: readonly string[];
  readonly warnings: readonly Finding[];
}

/**
 * Checks every integration and every `oci://` module below `app` against the management API, before `app.synth()`.
 *
 * Without hostname or token it checks what can be checked offline and says so. An API that cannot be reached is a warning, unless
 * `requireApi` is set.
 * @throws PreflightError with every problem; left alone it ends the process with a readable text and an exit code that is not 0
 * @example
 * const app = new App();
 * new Registries(app, "registries");
 * await preflight(app);
 * app.synth();
 */
export async function preflight(app: IConstruct, options: PreflightOptions = {}): Promise<PreflightReport> {
  const environment = options.environment ?? processEnvironment();
  // The program is only asked which modules it wants.
  if (environment["SCALR_OCI_LOCK_REQUESTS"] !== undefined)
    return { integrations: 0, modules: 0, asked: [], warnings: [] };
  const say = (line: string) => void (options.stderr ?? process.stderr).write(`preflight: ${line}\n`);
  const program = readProgram(app);
  const { problems, warnings, asked } = await checkProgram(program, {
    hostname: options.hostname,
    token: options.token,
    environment,
    requireApi: options.requireApi ?? false,
    probeRegistries: options.probeRegistries ?? true,
    renamedFrom: options.renamedFrom ?? [],
  });
  for (const warning of warnings) say(`warning: ${toLine(warning)}`);
  if (problems.length > 0) throw new PreflightError(problems);
  say(
    `${summary(program)} ${asked.length === 0 ? "checked offline only" : `checked with ${asked.join(", ")}`}, no problem found`,
  );
  const { integrations, modules } = program;
  return { integrations: integrations.length, modules: modules.length, asked, warnings };
}

function summary({ integrations, lookups, modules }: DeclaredProgram): string {
  const parts = [count(integrations.length + lookups.length, "integration"), count(modules.length, "module")];
  return modules.length === 0 ? (parts[0] ?? "") : parts.join(" and ");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
