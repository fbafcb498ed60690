// The platforms that binaries are published for, and the Bun runtime of each; a runtime is a package of the npm registry.

/** All packages have it; their integrity values below belong to it. */
export const bunVersion = "1.4.5";

export interface Platform {
  /** As registries and mirrors spell it. */
  readonly name: string;
  readonly os: "linux" | "darwin" | "windows";
  readonly architecture: "amd64" | "arm64";
  /** What Bun calls the target. */
  readonly bunTarget: string;
  readonly runtime: RuntimePackage;
}

export interface RuntimePackage {
  readonly name: string;
  /** Subresource integrity of the package's tarball. */
  readonly integrity: string;
  /** The runtime's path inside the package. */
  readonly file: string;
}

export const platforms: readonly Platform[] = [
  platform("linux", "amd64", {
    name: "@oven/bun-linux-x64",
    integrity: "sha512-IWX9BELoGHAUtMonkeSaNaZwXzRk+oDw6Mk+HBFXd3KHYIBNBsIGRupMZPcgNoDbJpLu6gAJjIoIVPZtt1aJ1g==",
  }),
  platform("linux", "arm64", {
    name: "@oven/bun-linux-aarch64",
    integrity: "sha512-4BXmsSKnjOrlGWqZV4x/oWa7AVoR+B6lCXddMzOAXBIm3t50eslg9wb66gmtW1AamEQ1l1CDvmmruysEhqOWMg==",
  }),
  platform("darwin", "amd64", {
    name: "@oven/bun-darwin-x64",
    integrity: "sha512-qkLPMGHZM9NI6CeHTWwVezzmlo6cC4Ta7yUAjYIWXS366qQcOlcp75t2uZyiuVRBMPS0h9qE0tCcvCHGaFqjJg==",
  }),
  platform("darwin", "arm64", {
    name: "@oven/bun-darwin-aarch64",
    integrity: "sha512-4MIFXHmctH2EhAxLXm2/qxNtv17dFtLJylvaOCsrgq6KSqHTs6eW5YSrJjRbJxYUJaR901fsN8JfZOa+CsWpWQ==",
  }),
  platform("windows", "amd64", {
    name: "@oven/bun-windows-x64",
    integrity: "sha512-FNvply651vcE/GHgNWz6mZvhmkwBuu8Hw54oNzA+CQog+HW+542rXQmZqNHRkFxazD9L3xi+iTtvO3engAgJfw==",
  }),
  platform("windows", "arm64", {
    name: "@oven/bun-windows-aarch64",
    integrity: "sha512-MiPFZnBNDnBXgr1oONc5pizC4fOLjnIOfNkYdFEnWzLmoFTg86naZIG3SvS7d/GglpQSAnCKMAzSjI/TAckiRw==",
  }),
];

const nodeNames: Readonly<Record<string, string>> = { win32: "windows", x64: "amd64" };

/** The platform that Node calls so, or undefined when there is no binary for it. */
export function findPlatform(os: NodeJS.Platform, architecture: string): Platform | undefined {
  const name = `${nodeNames[os] ?? os}_${nodeNames[architecture] ?? architecture}`;
  return platforms.find((platform) => platform.name === name);
}

function platform(
  os: Platform["os"],
  architecture: Platform["architecture"],
  runtime: Omit<RuntimePackage, "file">,
): Platform {
  const bunTarget = `bun-${os}-${architecture === "amd64" ? "x64" : "arm64"}`;
  const file = os === "windows" ? "bin/bun.exe" : "bin/bun";
  return { name: `${os}_${architecture}`, os, architecture, bunTarget, runtime: { ...runtime, file } };
}
