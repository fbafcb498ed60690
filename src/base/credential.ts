// A registry login.
import type { Secret } from "./secret.ts";

/** User name and password (or personal access token) for one registry host. */
export interface Credential {
  readonly username: string;
  readonly password: Secret;
}
