// The checks of preflight, whatever reads the program: first what can be said offline, then what the management API says.
import type { Environment } from "../../base/env.ts";
import { parseManagementHost } from "../../names/management-host.ts";
import { findRegistryHost } from "../../names/registry-host.ts";
import { type ApiGroup, groupByApi } from "./api-group.ts";
import type { DeclaredIntegration, DeclaredProgram, LookedUpIntegration } from "./declared-program.ts";
import { type Finding, mergeOutcomes, type Outcome } from "./finding.ts";
import { findDeclaredHost, findIntegrationProblems } from "./integration-checks.ts";
import { loadOnlineChecks } from "./load-online.ts";
import { checkModules, findReadableModules } from "./module-checks.ts";
import type { AskedIntegration, AskedLookup, OnlineAnswer } from "./online-question.ts";

export interface CheckSettings {
  readonly hostname: string | undefined;
  readonly token: string | undefined;
  readonly environment: Environment;
  readonly requireApi: boolean;
  readonly probeRegistries: boolean;
  readonly renamedFrom: readonly string[];
}

export interface CheckOutcome extends Outcome {
  /** The management APIs that answered, `HOST[:PORT]`. */
  readonly asked: readonly string[];
}

/** Checks everything there is to check. Nothing is thrown for what is found; what cannot be asked is a warning, or a problem. */
export async function checkProgram(program: DeclaredProgram, settings: CheckSettings): Promise<CheckOutcome> {
  const answers = await Promise.all(groupByApi(program, settings).map((group) => ask(group, settings)));
  const offline = {
    problems: findIntegrationProblems(program.integrations),
    warnings: offlineWarnings(program),
  };
  const modules = await checkLogins(program, answers, settings);
  const { problems, warnings } = mergeOutcomes([offline, checkModules(program.modules), ...answers, modules]);
  return {
    problems: inOrderOf(program, problems),
    warnings,
    asked: answers.flatMap((answer) => answer.asked ?? []),
  };
}

interface GroupAnswer extends OnlineAnswer {
  /** `HOST[:PORT]` of the API that answered. */
  readonly asked?: string | undefined;
}

async function ask(group: ApiGroup, settings: CheckSettings): Promise<GroupAnswer> {
  const { access } = group;
  if (access === undefined) return notAsked(missingAccess(group), settings);
  const { askManagementApi } = await loadOnlineChecks();
  const answer = await askManagementApi({
    ...access,
    token: access.token.reveal(),
    environment: settings.environment,
    integrations: group.integrations.flatMap(toAskedIntegration),
    lookups: group.lookups.flatMap(toAskedLookup),
    renamedFrom: settings.renamedFrom,
    probeRegistries: settings.probeRegistries,
  });
  if (answer.unreachable !== undefined) return notAsked(answer.unreachable, settings);
  // Without a list nothing was checked with it; a hostname that cannot be read may hold a password, and is printed nowhere.
  if (answer.exportedHosts === undefined) return answer;
  return { ...answer, asked: parseManagementHost(access.hostname, access.hostnameSource).value };
}

function toAskedIntegration(one: DeclaredIntegration): AskedIntegration[] {
  const host = findDeclaredHost(one);
  if (host === undefined) return [];
  return [{ path: one.path, name: one.name, url: host.url, isExported: one.isExported ?? true }];
}

function toAskedLookup({ path, id, name, registryUrl }: LookedUpIntegration): AskedLookup[] {
  const url = registryUrl === undefined ? undefined : findRegistryHost(registryUrl)?.url;
  return id === undefined && name === undefined && url === undefined ? [] : [{ path, id, name, url }];
}

function missingAccess({ missing }: ApiGroup): Finding {
  const what = missing.join(" and ");
  return {
    code: "INVALID_ARGUMENT",
    path: what,
    message: "not set, so nothing was checked but what can be checked offline",
    hint: `set ${missing.length === 1 ? "it" : "both"}, and the management API is asked, too`,
  };
}

function notAsked(reason: Finding, { requireApi }: CheckSettings): GroupAnswer {
  return requireApi ? { problems: [reason], warnings: [] } : { problems: [], warnings: [reason] };
}

/** Modules whose host nobody exports a login for have to be public. Without an answer of every API nobody can say. */
async function checkLogins(
  { modules }: DeclaredProgram,
  answers: readonly GroupAnswer[],
  { environment, probeRegistries }: CheckSettings,
): Promise<Outcome> {
  const lists = answers.map(({ exportedHosts }) => exportedHosts);
  if (!probeRegistries || lists.length === 0 || lists.includes(undefined)) return { problems: [], warnings: [] };
  const exported = new Set(lists.flatMap((list) => list ?? []));
  const open = findReadableModules(modules).filter(({ credentialKey }) => !exported.has(credentialKey));
  if (open.length === 0) return { problems: [], warnings: [] };
  const { askForModules } = await loadOnlineChecks();
  return askForModules(open, environment);
}

function offlineWarnings({ integrations, lookups }: DeclaredProgram): Finding[] {
  const unknown = integrations.filter(({ registryUrl }) => registryUrl === undefined);
  const providers = new Map(
    [...integrations, ...lookups].flatMap(({ provider }) =>
      provider === undefined ? [] : [[provider.path, provider]],
    ),
  );
  const exposed = [...providers.values()].filter(({ token }) => token !== undefined);
  return [
    ...unknown.map(({ path }) => warning(path, "registry url is known at apply only, it was not checked")),
    ...exposed.map(({ path }) =>
      warning(path, "the management token stands in the program", "leave it out and set SCALR_TOKEN"),
    ),
  ];
}

function warning(path: string, message: string, hint?: string): Finding {
  return { code: "INVALID_ARGUMENT", path, message, hint };
}

/** What is about nothing in the program first, then in the order of the program. */
function inOrderOf({ integrations, lookups, modules }: DeclaredProgram, problems: readonly Finding[]): Finding[] {
  const order = new Map([...integrations, ...lookups, ...modules].map(({ path }, index) => [path, index]));
  const positionOf = ({ path }: Finding) => order.get(path) ?? -1;
  return problems.toSorted((one, other) => positionOf(one) - positionOf(other));
}
