// What hosts do not all know, and the version of each that brought it: a test that needs one of these is skipped before.

export const hostFeatures = {
  "ephemeral resources": { tofu: "1.11.0", terraform: "1.10.0" },
  "write-only attributes": { tofu: "1.11.0", terraform: "1.11.0" },
  "import by identity": { tofu: "1.12.0", terraform: "1.12.0" },
} as const;

export type HostFeature = keyof typeof hostFeatures;
