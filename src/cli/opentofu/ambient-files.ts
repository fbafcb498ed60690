// The Docker-style files in which OpenTofu looks for credentials by itself, in its order; opentofu,
// internal/command/cliconfig/ociauthconfig/docker_cli_credentials_config.go.
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { isScalrOciError } from "../../base/errors.ts";
import { findHome } from "../../credentials/places.ts";
import { readText } from "./read-text.ts";

/** What OpenTofu makes of one `auths` entry. */
export type AuthEntry =
  /** A user name and a password. */
  | "login"
  /** Nothing it reads: `{}`, or only fields such as `identitytoken`. */
  | "ignored"
  /** Base64 without a colon inside: an error for every repository that it matches. */
  | "no colon";

export interface AmbientFile {
  readonly path: string;
  /** `missing` is fine where OpenTofu looks by itself; `broken` makes it drop all ambient credentials. */
  readonly state: "read" | "missing" | "broken";
  /** What is wrong with a broken file, without a full stop. */
  readonly problem: string | undefined;
  readonly auths: ReadonlyMap<string, AuthEntry>;
  /** Suffix of the helper by `HOST[:PORT]`. */
  readonly credHelpers: ReadonlyMap<string, string>;
  /** Suffix of the helper for all hosts. */
  readonly credsStore: string | undefined;
}

/** The places in the order in which OpenTofu reads them. */
export function ambientPlaces(environment: Environment, platform: NodeJS.Platform): string[] {
  const home = findHome(environment) ?? "/";
  const places: string[] = [];
  const runtime = environment["XDG_RUNTIME_DIR"];
  if (platform === "linux" && runtime) places.push(join(runtime, "containers", "auth.json"));
  if (platform === "darwin" || platform === "win32") places.push(join(home, ".config", "containers", "auth.json"));
  places.push(join(environment["XDG_CONFIG_HOME"] || join(home, ".config"), "containers", "auth.json"));
  places.push(join(home, ".docker", "config.json"), join(home, ".dockercfg"));
  return places.filter((place, index) => place !== places[index - 1]);
}

/** Reads one of them as OpenTofu does. Its secrets are not kept. */
export function readAmbientFile(path: string): AmbientFile {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    if (isScalrOciError(error)) return empty(path, "broken", error.message);
    // Go counts nothing else as missing: a file in the place of a directory above it is an error there.
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing ? empty(path, "missing") : empty(path, "broken", "it cannot be read");
  }
  return decode(path, text);
}

function decode(path: string, text: string): AmbientFile {
  const document = parseJson(text);
  if (document === undefined) return empty(path, "broken", "it is not valid JSON");
  const problem = findProblem(document);
  if (problem !== undefined) return empty(path, "broken", problem);
  const { auths, credHelpers, credsStore } = document as Partial<Document>;
  return {
    path,
    state: "read",
    problem: undefined,
    auths: new Map(Object.entries(auths ?? {}).map(([key, entry]) => [key, classify(entry?.auth)])),
    credHelpers: new Map(Object.entries(credHelpers ?? {})),
    credsStore: credsStore || undefined,
  };
}

interface Document {
  readonly auths: Readonly<Record<string, { readonly auth?: string } | null>> | null;
  readonly credHelpers: Readonly<Record<string, string>> | null;
  readonly credsStore: string | null;
}

/** What Go's decoder would refuse; null counts as absent there. */
function findProblem(document: unknown): string | undefined {
  if (!isObject(document)) return "it is not a JSON object";
  const { auths, credHelpers, credsStore } = document;
  if (!isNothing(credsStore) && typeof credsStore !== "string") return "its credsStore is not a text";
  if (!isNothing(credHelpers) && !isObject(credHelpers)) return "its credHelpers is not an object";
  if (Object.values(credHelpers ?? {}).some((name) => !isNothing(name) && typeof name !== "string")) {
    return "one of its credHelpers is not a text";
  }
  if (!isNothing(auths) && !isObject(auths)) return "its auths is not an object";
  for (const [key, entry] of Object.entries(auths ?? {})) {
    if (!isNothing(entry) && !isObject(entry)) return `its entry for ${key} is not an object`;
    const auth = entry?.["auth"];
    if (!isNothing(auth) && (typeof auth !== "string" || !isBase64(auth))) return `its auth for ${key} is not base64`;
  }
  return undefined;
}

function classify(auth: string | undefined): AuthEntry {
  const login = Buffer.from(auth ?? "", "base64").toString("latin1");
  if (login === "") return "ignored";
  return login.includes(":") ? "login" : "no colon";
}

/** Base64 with padding, as Go's decoder wants it; line ends are let through. */
function isBase64(text: string): boolean {
  const packed = text.replace(/[\r\n]/g, "");
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(packed);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, Readonly<Record<string, unknown>> | null | undefined>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function empty(path: string, state: "missing" | "broken", problem?: string): AmbientFile {
  return { path, state, problem, auths: new Map(), credHelpers: new Map(), credsStore: undefined };
}
