// Tells from its first bytes which platform an executable is for: ELF, Mach-O (64 bit, one architecture) and PE.

const machines: Readonly<Record<"ELF" | "MachO" | "PE", Readonly<Record<number, string>>>> = {
  ELF: { 0x3e: "amd64", 0xb7: "arm64" },
  MachO: { 0x0100_0007: "amd64", 0x0100_000c: "arm64" },
  PE: { 0x8664: "amd64", 0xaa64: "arm64" },
};

/** As `linux_amd64`; undefined for anything else than a 64-bit executable of one of the three systems. */
export function findExecutablePlatform(bytes: Buffer): string | undefined {
  if (bytes.length < 64) return undefined;
  if (bytes.readUInt32BE(0) === 0x7f45_4c46) return named("linux", machines.ELF[bytes.readUInt16LE(18)]);
  if (bytes.readUInt32LE(0) === 0xfeed_facf) return named("darwin", machines.MachO[bytes.readUInt32LE(4)]);
  if (bytes.readUInt16BE(0) === 0x4d5a) return named("windows", portableMachine(bytes));
  return undefined;
}

/** "MZ" is followed by a stub for DOS; at 0x3c stands where the real header begins. */
function portableMachine(bytes: Buffer): string | undefined {
  const start = bytes.readUInt32LE(0x3c);
  if (start + 6 > bytes.length || bytes.readUInt32BE(start) !== 0x5045_0000) return undefined;
  return machines.PE[bytes.readUInt16LE(start + 4)];
}

function named(os: string, architecture: string | undefined): string | undefined {
  return architecture === undefined ? undefined : `${os}_${architecture}`;
}
