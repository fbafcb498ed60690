// What a program or configuration declares, as far as preflight looks at it and as far as it is known before apply.
import type { Secret } from "../../base/secret.ts";

export interface DeclaredProgram {
  readonly integrations: readonly DeclaredIntegration[];
  readonly lookups: readonly LookedUpIntegration[];
  readonly modules: readonly DeclaredModule[];
}

/** An integration that the program manages; what only apply knows is undefined. */
export interface DeclaredIntegration {
  /** Path of the construct in the user's program, or address and place in the configuration. */
  readonly path: string;
  readonly name: string | undefined;
  readonly registryUrl: string | undefined;
  readonly username: string | undefined;
  readonly isExported: boolean | undefined;
  /** The provider that manages it; undefined when its stack has none. */
  readonly provider: DeclaredProvider | undefined;
}

/** An integration that the program only looks up. At least one of id, name and URL is known or comes at apply. */
export interface LookedUpIntegration {
  readonly path: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly registryUrl: string | undefined;
  readonly provider: DeclaredProvider | undefined;
}

/** A module that is loaded from an OCI registry. */
export interface DeclaredModule {
  readonly path: string;
  /** As written, `oci://…`. */
  readonly source: string;
}

export interface DeclaredProvider {
  readonly path: string;
  /** Management API that its block names; undefined when the environment does, or only apply knows. */
  readonly hostname: string | undefined;
  readonly isHostnameKnown: boolean;
  /** Equal for providers that certainly manage the same API. */
  readonly apiKey: string;
  /** The management token, where it stands in the program. */
  readonly token: Secret | undefined;
}

/** The `apiKey` of providers that leave the hostname to the environment. */
export const environmentApi = "";
