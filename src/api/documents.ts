// The documents of the management API, which client and server share: Scalr's Docker integrations and our own extensions.
export {
  type ErrorDocument,
  errorDocumentSchema,
  type ErrorObject,
  jsonApiMediaType,
  type Pagination,
  timestampSchema,
} from "./documents/json-api.ts";
export {
  accessTokensPath,
  auditEventsPath,
  credentialsPath,
  currentRunTokenPath,
  discoveryDocument,
  discoveryPath,
  dockerConfigPath,
  integrationsPath,
  memberPath,
  runTokensPath,
} from "./documents/paths.ts";
export {
  integrationAttributeNames,
  type IntegrationStatus,
  integrationStatuses,
  maxIntegrationNameLength,
  maxPasswordLength,
  maxRegistryUrlLength,
  maxUsernameLength,
} from "./documents/integration-attributes.ts";
export {
  createIntegrationSchema,
  type DockerIntegration,
  type DockerIntegrationAttributes,
  fromIntegrationAttributes,
  fromIntegrationResource,
  integrationDocumentSchema,
  integrationListSchema,
  type IntegrationResource,
  integrationType,
  toIntegrationRequest,
  toIntegrationResource,
  updateIntegrationSchema,
} from "./documents/docker-integration.ts";
export {
  type AccessRole,
  accessRoles,
  type Permission,
  permissionsOfRole,
  permissionsOfRunTokens,
} from "./documents/roles.ts";
export {
  createRunTokenSchema,
  defaultRunTokenLifetimeSeconds,
  maxRunTokenLifetimeSeconds,
  type RunTokenAttributes,
  type RunTokenDocument,
  runTokenDocumentSchema,
  runTokenType,
  toRunTokenRequest,
} from "./documents/run-token.ts";
export {
  type AccessToken,
  type AccessTokenAttributes,
  accessTokenListSchema,
  type AccessTokenResource,
  accessTokenType,
  createAccessTokenSchema,
  createdAccessTokenDocumentSchema,
  fromAccessTokenResource,
  toAccessTokenRequest,
  toAccessTokenResource,
} from "./documents/access-token.ts";
export {
  type CredentialDocument,
  credentialDocumentSchema,
  credentialType,
  type DockerConfig,
  dockerConfigMediaType,
  dockerConfigSchema,
  fromCredentialDocument,
  toCredentialDocument,
} from "./documents/run-credentials.ts";
export {
  type AuditEvent,
  type AuditEventResource,
  auditEventType,
  fromAuditEventResource,
  toAuditEventResource,
} from "./documents/audit-event.ts";
