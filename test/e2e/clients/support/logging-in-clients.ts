// The programs that log in to registries, and the places where each of them may be told to keep logins in our helper.
import type { Workspace } from "../../../support/workspace.ts";

export interface LoginClient {
  readonly name: "docker" | "oras" | "crane" | "skopeo" | "podman" | "buildah";
  /** False when `login` keeps what it is given without asking the registry. */
  readonly checksLogins: boolean;
  /** It reads the password from stdin. */
  login(host: string, username: string): readonly string[];
  pull(reference: string): readonly string[];
  logout(host: string): readonly string[];
}

/** Writes what makes a client ask the helper for these hosts. @returns variables for the client */
export type Arrangement = (
  workspace: Workspace,
  hosts: readonly string[],
) => Readonly<Record<string, string | undefined>>;

const credHelpers = (hosts: readonly string[]) => Object.fromEntries(hosts.map((host) => [host, "scalr"]));

const dockerConfiguration: Arrangement = (workspace, hosts) => {
  workspace.write("home/.docker/config.json", JSON.stringify({ credHelpers: credHelpers(hosts) }));
  return {};
};
// containers/image keeps its own file where DOCKER_CONFIG does not name another; containers-auth.json(5), containers-registries.conf(5).
const ownFile: Arrangement = (workspace, hosts) => {
  workspace.write("run/containers/auth.json", JSON.stringify({ credHelpers: credHelpers(hosts) }));
  return { DOCKER_CONFIG: undefined };
};
const registriesFile: Arrangement = (workspace) => {
  workspace.write("home/.config/containers/registries.conf", 'credential-helpers = ["scalr"]\n');
  return { DOCKER_CONFIG: undefined };
};

const withStdin = (username: string) => ["--username", username, "--password-stdin"];

const docker: LoginClient = {
  name: "docker",
  checksLogins: true,
  login: (host, username) => ["login", ...withStdin(username), host],
  // There is no engine to pull into.
  pull: (reference) => ["manifest", "inspect", reference],
  logout: (host) => ["logout", host],
};

// Without the option it takes `localhost` for a registry without TLS.
const tls = "--plain-http=false";
const oras: LoginClient = {
  name: "oras",
  checksLogins: true,
  login: (host, username) => ["login", tls, ...withStdin(username), host],
  pull: (reference) => ["manifest", "fetch", tls, reference],
  logout: (host) => ["logout", host],
};

const crane: LoginClient = {
  name: "crane",
  checksLogins: false,
  login: (host, username) => ["auth", "login", ...withStdin(username), host],
  pull: (reference) => ["manifest", reference],
  logout: (host) => ["auth", "logout", host],
};

const skopeo: LoginClient = {
  name: "skopeo",
  checksLogins: true,
  login: (host, username) => ["login", ...withStdin(username), host],
  pull: (reference) => ["inspect", "--raw", `docker://${reference}`],
  logout: (host) => ["logout", host],
};

/** As root and without a daemon, with storage of their own. */
function withStorage(name: "podman" | "buildah", workspace: Workspace): LoginClient {
  const own = (part: string) => workspace.path(name, part);
  const storage = ["--root", own("root"), "--runroot", own("run"), "--storage-driver", "vfs"];
  const podman = ["--tmpdir", own("tmp"), "--events-backend", "none", "--cgroup-manager", "cgroupfs"];
  const options = name === "podman" ? [...podman, ...storage] : storage;
  return {
    name,
    checksLogins: true,
    login: (host, username) => [...options, "login", ...withStdin(username), host],
    pull: (reference) => [...options, "pull", ...(name === "buildah" ? ["--policy", "always"] : []), reference],
    logout: (host) => [...options, "logout", host],
  };
}

const dockers = { "Docker's configuration": dockerConfiguration } as const;
const containers = { ...dockers, "auth.json": ownFile, "registries.conf": registriesFile } as const;
const arrangements = {
  docker: dockers,
  oras: dockers,
  crane: dockers,
  skopeo: containers,
  podman: containers,
  buildah: containers,
};

export const loginClientNames = ["docker", "oras", "crane", "skopeo", "podman", "buildah"] as const;

/** Every client with every place that it knows. */
export const loginWays = loginClientNames.flatMap((name) =>
  Object.entries(arrangements[name]).map(([place, arrange]) => ({ name, place, arrange: arrange as Arrangement })),
);

export function loginClient(name: LoginClient["name"], workspace: Workspace): LoginClient {
  if (name === "podman" || name === "buildah") return withStorage(name, workspace);
  return { docker, oras, crane, skopeo }[name];
}
