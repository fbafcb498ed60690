// Names, limits and values of an integration's attributes; without zod, for those who start often and validate little.

/** Scalr's limits, in characters. */
export const maxIntegrationNameLength = 128;
export const maxRegistryUrlLength = 512;
/** Ours: registry logins are short; the longest in use, cloud key files, have about 2,500 characters. */
export const maxUsernameLength = 512;
export const maxPasswordLength = 8192;

export const integrationStatuses = ["active", "disabled", "failed", "pending"] as const;
export type IntegrationStatus = (typeof integrationStatuses)[number];

/** How each attribute is spelled on the wire. */
export const integrationAttributeNames = {
  name: "name",
  registryUrl: "registry-url",
  username: "username",
  password: "password",
  exportCredentials: "export-credentials",
  status: "status",
  errorMessage: "error-message",
} as const;
