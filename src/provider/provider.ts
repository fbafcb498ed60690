// The Scalr provider: its address is our own, scalr-oci/scalr, so that init can never fetch somebody else's.
import type { Clock } from "../base/clock.ts";
import type { Environment } from "../base/env.ts";
import type { Logger } from "../base/log.ts";
import { refuseOldNode } from "../base/required-node.ts";
import { version } from "../base/version.ts";
import { string } from "../bridge/attribute.ts";
import type { Log } from "../bridge/log.ts";
import { defineProvider, type Provider } from "../bridge/provider.ts";
import { defineSchema } from "../bridge/schema.ts";
import { withDiagnostics } from "./diagnostics.ts";
import { dockerIntegrationDataSource } from "./docker-integration-data-source.ts";
import { dockerIntegrationResource } from "./docker-integration-resource.ts";
import { configureAccess, type ManagementAccess } from "./management-access.ts";

const schema = defineSchema({
  version: 0,
  attributes: {
    hostname: string({
      optional: true,
      description: "HOST[:PORT] of the management API. Default: the environment variable `SCALR_HOSTNAME`.",
    }),
    token: string({
      optional: true,
      sensitive: true,
      description: "Token for the management API. Default: the environment variable `SCALR_TOKEN`.",
    }),
  },
});

export interface ScalrProviderOptions {
  /** For SCALR_HOSTNAME, SCALR_TOKEN and SSL_CERT_FILE. */
  readonly environment: Environment;
  readonly clock: Clock;
}

/** The provider that `serveProvider` serves; one for each process, or for each test. */
export function createScalrProvider({ environment, clock }: ScalrProviderOptions): Provider {
  return defineProvider<typeof schema, ManagementAccess>({
    name: "scalr",
    address: "scalr-oci/scalr",
    version,
    schema,
    configure: async (context) =>
      withDiagnostics(context, { doing: "configuring the provider" }, async () => {
        refuseOldNode();
        return configureAccess(context.config, { environment, clock, logger: toLogger(context.log) });
      }),
    resources: [dockerIntegrationResource],
    dataSources: [dockerIntegrationDataSource],
  });
}

/** The API client's lines, into the log that TF_LOG shows. */
function toLogger(log: Log): Logger {
  return {
    isOn: (level) => log.isOn(level),
    log: (level, message, fields) => log[level](message, () => ({ ...fields?.() })),
  };
}
