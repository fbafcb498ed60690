// What a run reads: the Docker auth configuration of all its hosts, or the login for one.
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import * as z from "zod";
import {
  credentialsPath,
  type DockerConfig,
  dockerConfigMediaType,
  dockerConfigPath,
  toCredentialDocument,
} from "../../api/documents.ts";
import type { Credential } from "../../base/credential.ts";
import { deliverAll, type DeliveredCredential, deliverOne } from "../credentials/deliver.ts";
import type { ServerParts } from "../parts.ts";
import { requesterOf, tokenOf } from "../plugins/authentication.ts";

export function runCredentialRoutes(app: FastifyInstance, parts: ServerParts): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();

  const config = { access: "docker-credentials:read", mediaType: dockerConfigMediaType } as const;
  routes.get(dockerConfigPath, { config }, async (request): Promise<DockerConfig> => {
    const delivered = await deliverAll(parts, tokenOf(request), requesterOf(request));
    return toDockerConfig(delivered);
  });

  const one = {
    schema: { params: z.object({ host: z.string() }) },
    config: { access: "docker-credentials:read" },
  } as const;
  routes.get(`${credentialsPath}/:host`, one, async (request) => {
    const { host, credential } = await deliverOne(parts, tokenOf(request), request.params.host, requesterOf(request));
    return toCredentialDocument(host, credential);
  });
}

/** OpenTofu looks for the host as the module address has it, so both spellings of Docker Hub are there. */
function toDockerConfig(delivered: readonly DeliveredCredential[]): DockerConfig {
  const entries = delivered.flatMap(({ host, urlHost, credential }) => {
    const entry = { auth: encode(credential) };
    return [[host, entry] as const, [urlHost, entry] as const];
  });
  return { auths: Object.fromEntries(entries) };
}

function encode({ username, password }: Credential): string {
  return Buffer.from(`${username}:${password.reveal()}`).toString("base64");
}
