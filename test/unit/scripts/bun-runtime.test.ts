// The runtimes that binaries are made of are the ones that were pinned.
import { createHash } from "node:crypto";
import { verify } from "../../../scripts/build/binaries/bun-runtime.ts";
import { findPlatform, platforms } from "../../../scripts/build/binaries/platforms.ts";

describe("a runtime's package", () => {
  const tarball = Buffer.from("a tarball");
  const integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const runtime = { name: "@oven/bun-linux-x64", integrity, file: "bin/bun" };

  it("is taken when it has the pinned integrity", () => {
    expect(() => verify(runtime, tarball)).not.toThrow();
  });

  it("is refused when a byte differs", () => {
    expect(() => verify(runtime, Buffer.from("A tarball"))).toThrow(`expected ${integrity}`);
  });
});

describe("platforms", () => {
  it("each have a runtime of their own", () => {
    expect(new Set(platforms.map(({ runtime }) => runtime.integrity)).size).toBe(platforms.length);
  });

  it.each([
    ["linux", "x64", "linux_amd64", "bun-linux-x64"],
    ["linux", "arm64", "linux_arm64", "bun-linux-arm64"],
    ["darwin", "arm64", "darwin_arm64", "bun-darwin-arm64"],
    ["win32", "x64", "windows_amd64", "bun-windows-x64"],
    ["win32", "arm64", "windows_arm64", "bun-windows-arm64"],
    ["freebsd", "x64", undefined, undefined],
  ] as const)("of Node's %s %s is %s", (os, architecture, name, target) => {
    const platform = findPlatform(os, architecture);
    expect([platform?.name, platform?.bunTarget]).toEqual([name, target]);
  });
});
