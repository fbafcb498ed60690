// Where the attributes stand in a request document; RFC 6901.

export const pointers = {
  name: "/data/attributes/name",
  registryUrl: "/data/attributes/registry-url",
  username: "/data/attributes/username",
  password: "/data/attributes/password",
  exportCredentials: "/data/attributes/export-credentials",
  status: "/data/attributes/status",
} as const;
