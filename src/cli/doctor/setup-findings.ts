// Traps in the set-up of a machine, whatever address is meant: settings that OpenTofu does not read, files that it drops.
import type { Environment } from "../../base/env.ts";
import type { LookupWorld } from "../opentofu/lookup.ts";
import type { Finding } from "./finding.ts";
import { findHelperProgram } from "../../credentials/helper-program.ts";

export interface Machine {
  readonly environment: Environment;
  /** The working directory. */
  readonly directory: string;
  readonly world: LookupWorld;
}

export function findSetupFindings(machine: Machine): Finding[] {
  return [
    ...configurationFindings(machine),
    ...fileFindings(machine),
    ...globalHelperFindings(machine),
    ...helperFindings(machine),
    ...unreadVariables(machine),
  ];
}

function configurationFindings({ world }: Machine): Finding[] {
  const { places, problems } = world.configuration;
  const findings = problems.map(({ file, message }): Finding => {
    const next = `correct ${file}; OpenTofu goes on without what it cannot read`;
    return { level: "problem", id: "cli-configuration", message: `${file}: ${message}`, next };
  });
  if (places.namedBy !== undefined && places.files.length === 0) {
    const message = `${places.namedBy} names a file that is not there, so OpenTofu reads no CLI configuration at all`;
    findings.push({
      level: "problem",
      id: "cli-configuration-missing",
      message,
      next: `correct or unset ${places.namedBy}`,
    });
  }
  return findings;
}

function fileFindings({ world }: Machine): Finding[] {
  const isNamed = world.configuration.defaults.dockerStyleFiles !== undefined;
  return world.files.flatMap(({ path, state, problem }): Finding[] => {
    if (state === "broken") {
      const message = `${path} makes OpenTofu drop all credentials that it finds by itself, and only its log says so: ${problem}`;
      return [{ level: "problem", id: "broken-file", message, next: `correct or remove ${path}` }];
    }
    if (state !== "missing" || !isNamed) return [];
    const message = `docker_style_config_files names ${path}, which is not there: OpenTofu fails on it`;
    return [{ level: "problem", id: "named-file-missing", message, next: `make ${path}, or take it out of the list` }];
  });
}

function globalHelperFindings({ world }: Machine): Finding[] {
  const { helper } = world.configuration.defaults;
  if (helper === undefined) return [];
  return world.files.flatMap(({ path, credsStore }): Finding[] => {
    if (credsStore === undefined) return [];
    const message = `the helper ${helper} of oci_default_credentials hides credsStore ${credsStore} of ${path} completely`;
    return [
      {
        level: "warning",
        id: "hidden-creds-store",
        message,
        next: `give hosts that need ${credsStore} an oci_credentials block`,
      },
    ];
  });
}

/** Every helper that is configured anywhere, once. */
function helperFindings({ world, environment, directory }: Machine): Finding[] {
  const { blocks, defaults } = world.configuration;
  const fromFiles = world.files.flatMap(({ credHelpers, credsStore }) => [...credHelpers.values(), credsStore]);
  const names = new Set([...blocks.map(({ helper }) => helper), defaults.helper, ...fromFiles]);
  return [...names].flatMap((name): Finding[] => {
    if (!name) return [];
    const { problem } = findHelperProgram(name, environment, directory);
    if (problem === undefined) return [];
    const next = `install docker-credential-${name} into a directory on PATH`;
    return [{ level: "warning", id: "helper-not-runnable", message: problem, next }];
  });
}

function unreadVariables({ environment, world }: Machine): Finding[] {
  const unread = ["DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "DOCKER_AUTH_CONFIG"].filter((name) => environment[name]);
  return unread.flatMap((name): Finding[] => {
    // A variable that names what OpenTofu reads anyway changes nothing.
    const named = name === "DOCKER_CONFIG" ? `${environment[name]}/config.json` : environment[name];
    if (world.files.some(({ path }) => path === named)) return [];
    const message = `${name} is set; docker or podman read it, OpenTofu does not`;
    return [
      { level: "note", id: "unread-variable", message, next: "scalr-oci setup tells OpenTofu where the login is" },
    ];
  });
}
