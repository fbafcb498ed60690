// `await preflight(app)`: says before anything is applied what would be refused, all at once and with construct paths.
import type { IConstruct } from "constructs";
import { type Environment, processEnvironment } from "../base/env.ts";
import { type DeclaredIntegration, findDeclaredIntegrations } from "./preflight/declared-integration.ts";
import { type Finding, toLine } from "./preflight/finding.ts";
import { type ApiGroup, groupByApi } from "./preflight/api-group.ts";
import { loadOnlineChecks } from "./preflight/load-online.ts";
import { findDeclaredHost, findOfflineProblems } from "./preflight/offline-checks.ts";
import type { AskedIntegration, OnlineAnswer } from "./preflight/online-question.ts";
import { PreflightError } from "./preflight/preflight-error.ts";

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
   * Whether to ask registries that the API does not know yet if their URL is right.
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
  /** The management APIs that were asked, `HOST[:PORT]`; empty when only offline checks were made. */
  readonly asked: readonly string[];
  readonly warnings: readonly Finding[];
}

/**
 * Checks every integration below `app` against the management API, before `app.synth()`.
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
  const declared = findDeclaredIntegrations(app);
  const say = (line: string) => void (options.stderr ?? process.stderr).write(`preflight: ${line}\n`);
  const { hostname, token, environment = processEnvironment() } = options;
  const groups = groupByApi(declared, { hostname, token, environment });
  const answers = await Promise.all(groups.map((group) => ask(group, { ...options, environment })));
  const warnings = [...offlineWarnings(declared), ...answers.flatMap((answer) => answer.warnings)];
  for (const warning of warnings) say(`warning: ${toLine(warning)}`);
  const problems = [...findOfflineProblems(declared), ...answers.flatMap((answer) => answer.problems)];
  if (problems.length > 0) throw new PreflightError(inOrderOf(declared, problems));
  const asked = answers.flatMap((answer) => answer.asked ?? []);
  say(summary(declared.length, asked));
  return { integrations: declared.length, asked, warnings };
}

interface GroupAnswer extends OnlineAnswer {
  /** Hostname of the API that answered. */
  readonly asked?: string | undefined;
}

type AskOptions = PreflightOptions & { readonly environment: Environment };

async function ask(group: ApiGroup, options: AskOptions): Promise<GroupAnswer> {
  const { access } = group;
  if (access === undefined) return notAsked(missingAccess(group), options);
  const { askManagementApi } = await loadOnlineChecks();
  const answer = await askManagementApi({
    ...access,
    token: access.token.reveal(),
    environment: options.environment,
    integrations: group.integrations.flatMap(toQuestion),
    renamedFrom: options.renamedFrom ?? [],
    probeRegistries: options.probeRegistries ?? true,
  });
  if (answer.unreachable !== undefined) return notAsked(answer.unreachable, options);
  return { ...answer, asked: access.hostname };
}

function toQuestion(one: DeclaredIntegration): AskedIntegration[] {
  const host = findDeclaredHost(one);
  return host === undefined ? [] : [{ path: one.path, name: one.name, url: host.url }];
}

function missingAccess({ missing }: ApiGroup): Finding {
  const what = missing.join(" and ");
  return {
    code: "INVALID_ARGUMENT",
    path: what,
    message: "not set, so nothing was checked but what can be checked offline",
    hint: "set it, and the management API is asked, too",
  };
}

function notAsked(reason: Finding, { requireApi = false }: AskOptions): GroupAnswer {
  return requireApi ? { problems: [reason], warnings: [] } : { problems: [], warnings: [reason] };
}

function offlineWarnings(declared: readonly DeclaredIntegration[]): Finding[] {
  const unknown = declared.filter(({ registryUrl }) => registryUrl === undefined);
  const providers = new Map(
    declared.flatMap(({ provider }) => (provider === undefined ? [] : [[provider.path, provider]])),
  );
  return [
    ...unknown.map(({ path }) => warning(path, "registry url is known at apply only, it was not checked")),
    ...[...providers.values()]
      .filter(({ token }) => token !== undefined)
      .map(({ path }) =>
        warning(path, "the management token stands in the program", "leave it out and set SCALR_TOKEN"),
      ),
  ];
}

function warning(path: string, message: string, hint?: string): Finding {
  return { code: "INVALID_ARGUMENT", path, message, hint };
}

/** What is about no construct first, then construct by construct. */
function inOrderOf(declared: readonly DeclaredIntegration[], problems: readonly Finding[]): Finding[] {
  const order = new Map(declared.map(({ path }, index) => [path, index]));
  const positionOf = ({ path }: Finding) => order.get(path) ?? -1;
  return problems.toSorted((one, other) => positionOf(one) - positionOf(other));
}

function summary(count: number, asked: readonly string[]): string {
  const integrations = count === 1 ? "1 integration" : `${count} integrations`;
  const where = asked.length === 0 ? "checked offline only" : `checked with ${asked.join(", ")}`;
  return `${integrations} ${where}, no problem found`;
}
