// Which platform an executable is for, by its header.
import { readFileSync } from "node:fs";
import { findExecutablePlatform } from "../../../scripts/build/binaries/executable-format.ts";
import { findPlatform, platforms } from "../../../scripts/build/binaries/platforms.ts";

function elf(machine: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.writeUInt16LE(machine, 18);
  return bytes;
}

function machO(processor: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(processor, 4);
  return bytes;
}

function portable(machine: number, start = 0x80): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write("MZ", 0);
  bytes.writeUInt32LE(start, 0x3c);
  if (start < 250) bytes.write("PE\0\0", start);
  if (start < 250) bytes.writeUInt16LE(machine, start + 4);
  return bytes;
}

describe("an executable's platform", () => {
  it.each([
    ["linux_amd64", elf(0x3e)],
    ["linux_arm64", elf(0xb7)],
    ["darwin_amd64", machO(0x01000007)],
    ["darwin_arm64", machO(0x0100000c)],
    ["windows_amd64", portable(0x8664)],
    ["windows_arm64", portable(0xaa64)],
  ])("is %s", (platform, bytes) => {
    expect(findExecutablePlatform(bytes)).toBe(platform);
    expect(platforms.map(({ name }) => name)).toContain(platform);
  });

  it.each([
    ["a script", Buffer.from(`#!/usr/bin/env node\n${" ".repeat(100)}`)],
    ["too short", Buffer.from("MZ")],
    ["for another processor", elf(0x28)],
    ["a DOS program", Buffer.concat([Buffer.from("MZ"), Buffer.alloc(100)])],
    ["cut off before its header", portable(0x8664, 0xffff)],
  ])("is not known when the file is %s", (_, bytes) => {
    expect(findExecutablePlatform(bytes)).toBeUndefined();
  });

  it("is this one for the Node that runs this", () => {
    const head = readFileSync(process.execPath).subarray(0, 4096);
    expect(findExecutablePlatform(head)).toBe(findPlatform(process.platform, process.arch)?.name);
  });
});
