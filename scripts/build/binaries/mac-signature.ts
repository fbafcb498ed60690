// Signs an executable for macOS ad hoc, as `codesign --sign -` does: a hash of each page, no identity. Bun leaves the signature of its
// own runtime on what it compiles for Intel, which then is wrong, and macOS ends a program whose pages are not what was signed.
// Layout: xnu, osfmk/kern/cs_blobs.h and EXTERNAL_HEADERS/mach-o/loader.h; numbers of a signature are big-endian, of the file little.
import { createHash } from "node:crypto";

const magics = { file: 0xfeed_facf, superBlob: 0xfade_0cc0, codeDirectory: 0xfade_0c02 } as const;
const commands = { segment: 0x19, codeSignature: 0x1d } as const;
const fileHeaderBytes = 32;
/** Signed pages, whatever the processor's are. */
const pageBytes = 4096;
/** Segments end on pages of the largest kind that macOS has. */
const segmentPageBytes = 0x4000;
const hashBytes = 32;
const superBlobBytes = 20;
/** A code directory of version 0x20400: the first that says which segment is the program's. */
const codeDirectory = { version: 0x2_0400, bytes: 88, adHoc: 0x2, sha256: 2, pageSizeLog2: 12, mainBinary: 1 } as const;

interface LoadCommands {
  /** Offsets of the commands in the file. */
  readonly signature: number;
  readonly linkEdit: number;
  /** Size of the segment with the program's code in the file. */
  readonly textBytes: number;
}

/** @param identifier what the signature calls the program @returns the signed executable @throws Error when it has no signature to replace */
export function signAdHoc(executable: Buffer, identifier: string): Buffer {
  const { signature, linkEdit, textBytes } = readLoadCommands(executable);
  const codeBytes = executable.readUInt32LE(signature + 8);
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(codeBytes / pageBytes);
  const directoryBytes = codeDirectory.bytes + name.length + pages * hashBytes;
  const signatureBytes = superBlobBytes + directoryBytes;
  const signed = Buffer.concat([executable.subarray(0, codeBytes), Buffer.alloc(signatureBytes)]);
  // The commands are part of the first page, so they are changed before it is hashed.
  signed.writeUInt32LE(signatureBytes, signature + 12);
  const linkEditBytes = signed.length - Number(signed.readBigUInt64LE(linkEdit + 40));
  signed.writeBigUInt64LE(BigInt(Math.ceil(linkEditBytes / segmentPageBytes) * segmentPageBytes), linkEdit + 32);
  signed.writeBigUInt64LE(BigInt(linkEditBytes), linkEdit + 48);
  writeNumbers(signed, codeBytes, [magics.superBlob, signatureBytes, 1, 0, superBlobBytes]);
  const start = codeBytes + superBlobBytes;
  const hashesAt = codeDirectory.bytes + name.length;
  const head = [magics.codeDirectory, directoryBytes, codeDirectory.version, codeDirectory.adHoc, hashesAt];
  writeNumbers(signed, start, [...head, codeDirectory.bytes, 0, pages, codeBytes]);
  signed.set([hashBytes, codeDirectory.sha256, 0, codeDirectory.pageSizeLog2], start + 36);
  signed.writeBigUInt64BE(BigInt(textBytes), start + 72);
  signed.writeBigUInt64BE(BigInt(codeDirectory.mainBinary), start + 80);
  signed.set(name, start + codeDirectory.bytes);
  for (let page = 0; page < pages; page += 1) {
    const content = signed.subarray(page * pageBytes, Math.min((page + 1) * pageBytes, codeBytes));
    signed.set(createHash("sha256").update(content).digest(), start + hashesAt + page * hashBytes);
  }
  return signed;
}

function readLoadCommands(executable: Buffer): LoadCommands {
  const found: { signature?: number; linkEdit?: number; textBytes?: number } = {};
  if (executable.readUInt32LE(0) !== magics.file) throw new Error("this is no 64-bit executable for macOS");
  let at = fileHeaderBytes;
  for (let left = executable.readUInt32LE(16); left > 0; left -= 1) {
    const command = executable.readUInt32LE(at);
    const name = executable.toString("latin1", at + 8, at + 24).replace(/\0+$/, "");
    if (command === commands.codeSignature) found.signature = at;
    if (command === commands.segment && name === "__LINKEDIT") found.linkEdit = at;
    if (command === commands.segment && name === "__TEXT") found.textBytes = Number(executable.readBigUInt64LE(at + 48));
    at += executable.readUInt32LE(at + 4);
  }
  const { signature, linkEdit, textBytes } = found;
  if (signature !== undefined && linkEdit !== undefined && textBytes !== undefined) return { signature, linkEdit, textBytes };
  throw new Error("the executable for macOS has no signature that could be replaced");
}

function writeNumbers(target: Buffer, at: number, values: readonly number[]): void {
  for (const [index, value] of values.entries()) target.writeUInt32BE(value, at + 4 * index);
}
