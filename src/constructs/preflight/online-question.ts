// What the network half of preflight is asked and answers; plain values, for it is loaded as an ES module by the CommonJS libraries.
import type { Environment } from "../../base/env.ts";
import type { Finding, Outcome } from "./finding.ts";

/** One declared integration whose host is known. */
export interface AskedIntegration {
  readonly path: string;
  readonly name: string | undefined;
  /** `https://HOST[:PORT]`. */
  readonly url: string;
  /** True unless the program says that its login is not for runs. */
  readonly isExported: boolean;
}

/** An integration that has to be there already; what is undefined is known at apply only. */
export interface AskedLookup {
  readonly path: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly url: string | undefined;
}

/** A module whose host no integration exports. */
export interface AskedModule {
  readonly path: string;
  /** `oci://…`, valid. */
  readonly source: string;
}

export interface OnlineQuestion {
  readonly hostname: string;
  /** What named it, such as `SCALR_HOSTNAME`. */
  readonly hostnameSource: string;
  readonly token: string;
  readonly tokenSource: string;
  readonly environment: Environment;
  readonly integrations: readonly AskedIntegration[];
  readonly lookups: readonly AskedLookup[];
  /** Names that integrations have in the API and lose by this program. */
  readonly renamedFrom: readonly string[];
  /** Whether to ask the registries themselves. */
  readonly probeRegistries: boolean;
}

export interface OnlineAnswer extends Outcome {
  /** Hosts, as credential keys, whose login runs get when the program has been applied; undefined when nobody knows. */
  readonly exportedHosts?: readonly string[] | undefined;
  /** Why the API could not be asked, when it could not. */
  readonly unreachable?: Finding | undefined;
}

/** What the module online-checks.ts exports. */
export interface OnlineChecks {
  readonly askManagementApi: (question: OnlineQuestion) => Promise<OnlineAnswer>;
  readonly askForModules: (modules: readonly AskedModule[], environment: Environment) => Promise<Outcome>;
}
