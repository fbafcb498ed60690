// What the network half of preflight is asked and answers; plain values, for it is loaded as an ES module by the CommonJS libraries.
import type { Environment } from "../../base/env.ts";
import type { Finding } from "./finding.ts";

/** One declared integration whose host is known. */
export interface AskedIntegration {
  readonly path: string;
  readonly name: string | undefined;
  /** `https://HOST[:PORT]`. */
  readonly url: string;
}

export interface OnlineQuestion {
  readonly hostname: string;
  /** What named it, such as `SCALR_HOSTNAME`. */
  readonly hostnameSource: string;
  readonly token: string;
  readonly tokenSource: string;
  readonly environment: Environment;
  readonly integrations: readonly AskedIntegration[];
  /** Names that integrations have in the API and lose by this program. */
  readonly renamedFrom: readonly string[];
  /** Whether to ask the registries themselves. */
  readonly probeRegistries: boolean;
}

export interface OnlineAnswer {
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** Why the API could not be asked, when it could not. */
  readonly unreachable?: Finding | undefined;
}

/** What the module online-checks.ts exports. */
export interface OnlineChecks {
  readonly askManagementApi: (question: OnlineQuestion) => Promise<OnlineAnswer>;
}
