// Every way to an OpenTofu, with stand-ins for the programs and the release host.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  cachedTofuPath,
  ensureOlderTofu,
  ensureTofu,
  findExecutable,
  findOlderTofu,
  findTofu,
  olderVersions,
  pinnedVersion,
} from "../../../tools/tofu/ensure-tofu.ts";
import { runOk } from "../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

let workspace: Workspace;
beforeEach(async () => {
  workspace = createWorkspace();
  mkdirSync(workspace.path("programs"));
  for (const name of ["tar", "gzip"]) {
    symlinkSync((await findExecutable(name, process.env)) ?? name, workspace.path("programs", name));
  }
});
afterEach(() => workspace.remove());

const version = await pinnedVersion();
const unreachable = "http://127.0.0.1:9";

/** An environment whose PATH holds tar, gzip and what the test put into `programs`: no real OpenTofu, no real Go. */
function environment(variables: Record<string, string> = {}): Record<string, string> {
  return { ...workspace.environment(), PATH: workspace.path("programs"), ...variables };
}

function writeTofu(tofuVersion: string, file = "programs/tofu"): string {
  return workspace.write(file, `#!/bin/sh\necho '{"terraform_version":"${tofuVersion}"}'\n`, 0o755);
}

/** A `go` that says its version, notes what it was called with and writes a tofu. */
function writeGo(goVersion: string): void {
  const script = `#!/bin/sh
if [ "$1" = version ]; then echo "go version go${goVersion} linux/amd64"; exit; fi
echo "GOTOOLCHAIN=$GOTOOLCHAIN CGO_ENABLED=$CGO_ENABLED $* in $PWD" >"${workspace.path("go.log")}"
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho %s\\n' "'{\\"terraform_version\\":\\"${version}\\"}'" >"$2"
`;
  workspace.write("programs/go", script, 0o755);
}

describe("findTofu", () => {
  it("finds one on PATH that is new enough", async () => {
    const path = writeTofu("1.11.0");
    expect(await findTofu(environment())).toBe(path);
  });

  it.each(["1.10.9", "0.99.0"])("passes %s on PATH by", async (old) => {
    writeTofu(old);
    expect(await findTofu(environment())).toBeUndefined();
  });

  it("finds one in the cache, keyed by version", async () => {
    const path = await cachedTofuPath(environment());
    expect(path).toMatch(new RegExp(`/scalr-oci/tofu/${version}-[0-9a-f]{16}-`));
    writeTofu(version, path.slice(workspace.directory.length + 1));
    expect(await findTofu(environment())).toBe(path);
  });
});

describe("ensureTofu from a release", () => {
  let server: Server;
  let releasesUrl: string;
  let served: Record<string, Buffer | string>;
  const archive = `tofu_${version}_${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}.tar.gz`;

  beforeEach(async () => {
    served = {};
    server = createServer((request, response) => {
      const body = served[request.url ?? ""];
      response.statusCode = body === undefined ? 404 : 200;
      response.end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    releasesUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function serveRelease(): Promise<void> {
    writeTofu(version, "release/tofu");
    const options = { environment: environment(), directory: workspace.path("release") };
    await runOk("tar", ["-czf", archive, "tofu"], options);
    const bytes = readFileSync(workspace.path("release", archive));
    served[`/v${version}/${archive}`] = bytes;
    served[`/v${version}/tofu_${version}_SHA256SUMS`] =
      `${createHash("sha256").update(bytes).digest("hex")}  ${archive}\n`;
  }

  it("installs it into the cache when the checksum is right", async () => {
    await serveRelease();
    const lines: string[] = [];
    const path = await ensureTofu({ environment: environment(), releasesUrl, report: (line) => lines.push(line) });
    expect(path).toBe(await cachedTofuPath(environment()));
    expect(lines).toEqual([`downloading OpenTofu ${version} (official release, about 30 MB)`]);
    expect(await findTofu(environment())).toBe(path);
  });

  it("refuses an archive whose checksum is another", async () => {
    await serveRelease();
    served[`/v${version}/tofu_${version}_SHA256SUMS`] = `${"0".repeat(64)}  ${archive}\n`;
    await expect(ensureTofu({ environment: environment(), releasesUrl })).rejects.toThrow(
      "is not the one in SHA256SUMS",
    );
    expect(existsSync(await cachedTofuPath(environment()))).toBe(false);
  });

  it("refuses an archive that SHA256SUMS does not name", async () => {
    await serveRelease();
    served[`/v${version}/tofu_${version}_SHA256SUMS`] = "";
    await expect(ensureTofu({ environment: environment(), releasesUrl })).rejects.toThrow("is not in SHA256SUMS");
  });

  it("asks no release host with CI=true", async () => {
    await serveRelease();
    await expect(ensureTofu({ environment: environment({ CI: "true" }), releasesUrl })).rejects.toThrow(
      /^(?!.*official release)/s,
    );
  });
});

describe("ensureTofu with Go", () => {
  it("builds the module, without cgo, and keeps the binary", async () => {
    writeGo("1.99.0");
    const path = await ensureTofu({ environment: environment({ CI: "true" }) });
    expect(path).toBe(await cachedTofuPath(environment()));
    const call = readFileSync(workspace.path("go.log"), "utf8");
    expect(call).toContain("CGO_ENABLED=0 build -mod=readonly");
    expect(call).toContain("version.dev=no");
    expect(call).toContain("GOTOOLCHAIN= ");
  });

  it("lets a Go that is too old fetch the one it needs, whatever GOTOOLCHAIN said", async () => {
    writeGo("1.21.0");
    await ensureTofu({ environment: environment({ CI: "true", GOTOOLCHAIN: "local" }) });
    expect(readFileSync(workspace.path("go.log"), "utf8")).toMatch(/^GOTOOLCHAIN=go1\.\d+\.\d+ /);
  });

  it("says in one message what was tried when nothing works", async () => {
    writeGo("1.19.8");
    writeTofu("1.10.9");
    const message = await ensureTofu({ environment: environment(), releasesUrl: unreachable }).catch(messageOf);
    expect(message.split("\n")).toEqual([
      "no OpenTofu 1.11 or newer could be had:",
      "  - PATH: `tofu` on it is 1.10.9",
      "  - official release: the release host cannot be reached",
      "  - built from its Go module: Go on PATH is 1.19.8, expected 1.21 or newer",
      "install OpenTofu and put `tofu` on PATH, or install Go and run this again",
    ]);
  });
});

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

describe("ensureOlderTofu", () => {
  it.each(olderVersions)("builds %s from the module in its folder, once, beside the others", async (older) => {
    writeGo("1.99.0");
    expect(await findOlderTofu(older, environment())).toBeUndefined();
    const path = await ensureOlderTofu(older, { environment: environment() });
    expect(path).toMatch(new RegExp(`/scalr-oci/tofu/${older.replace(".", "\\.")}\\.\\d+-[0-9a-f]{16}-`));
    expect(readFileSync(workspace.path("go.log"), "utf8")).toMatch(new RegExp(`tools/tofu/${older}\n$`));
    writeFileSync(workspace.path("go.log"), "");
    expect(await ensureOlderTofu(older, { environment: environment() })).toBe(path);
    expect(await findOlderTofu(older, environment())).toBe(path);
    expect(readFileSync(workspace.path("go.log"), "utf8")).toBe("");
    expect(await findTofu(environment())).toBeUndefined();
  });
});
