// What a run token reads: the Docker auth configuration of all its hosts, or the login of one.
import * as z from "zod";
import type { Credential } from "../../base/credential.ts";
import { Secret } from "../../base/secret.ts";
import { documentSchema } from "./json-api.ts";

/** The Docker auth configuration is no JSON:API document: it is written to a file as it comes. */
export const dockerConfigMediaType = "application/json";
export const credentialType = "registry-credentials";

/** `auth` is the base64 of `USER:PASSWORD`, as `docker login` writes it. */
export const dockerConfigSchema = z.object({
  auths: z.record(z.string(), z.object({ auth: z.string() })),
});

export type DockerConfig = z.infer<typeof dockerConfigSchema>;

/** The login for one host; its id is the host as credentials are filed under. */
export const credentialDocumentSchema = documentSchema(
  z.object({
    type: z.literal(credentialType),
    id: z.string().min(1),
    attributes: z.object({ username: z.string(), password: z.string() }),
  }),
);

export type CredentialDocument = z.infer<typeof credentialDocumentSchema>;

export function fromCredentialDocument({ data }: CredentialDocument): Credential {
  return { username: data.attributes.username, password: new Secret(data.attributes.password) };
}

export function toCredentialDocument(host: string, credential: Credential): CredentialDocument {
  const attributes = { username: credential.username, password: credential.password.reveal() };
  return { data: { type: credentialType, id: host, attributes } };
}
