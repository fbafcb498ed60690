// Checks the signature of an executable for macOS as the kernel does when it loads pages; xnu, bsd/kern/ubc_subr.c.
import { createHash } from "node:crypto";

export interface PageCheck {
  /** Pages that the signature speaks of, and how many of them hold something else. */
  readonly pages: number;
  readonly wrong: number;
  /** True when the signed bytes reach from the file's start to the signature, and the signature to the file's end. */
  readonly isWhole: boolean;
}

const codeSignatureCommand = 0x1d;
const codeDirectoryMagic = 0xfade_0c02;

/** @returns undefined for an executable without a signature */
export function checkPages(executable: Buffer): PageCheck | undefined {
  let at = 32;
  for (let left = executable.readUInt32LE(16); left > 0; left -= 1) {
    if (executable.readUInt32LE(at) === codeSignatureCommand) {
      const [start, size] = [executable.readUInt32LE(at + 8), executable.readUInt32LE(at + 12)];
      return checkBlob(executable, start, size);
    }
    at += executable.readUInt32LE(at + 4);
  }
  return undefined;
}

function checkBlob(executable: Buffer, start: number, size: number): PageCheck {
  const directory = start + executable.readUInt32BE(start + 16);
  if (executable.readUInt32BE(directory) !== codeDirectoryMagic) throw new Error("the first blob is no code directory");
  const [hashesAt, , , pages, limit] = [16, 20, 24, 28, 32].map((field) => executable.readUInt32BE(directory + field));
  const pageBytes = 2 ** executable.readUInt8(directory + 39);
  const isWrong = (page: number) => {
    const end = Math.min((page + 1) * pageBytes, limit ?? 0);
    const digest = createHash("sha256")
      .update(executable.subarray(page * pageBytes, end))
      .digest();
    const noted = directory + (hashesAt ?? 0) + page * digest.length;
    return !digest.equals(executable.subarray(noted, noted + digest.length));
  };
  const wrong = Array.from({ length: pages ?? 0 }, (_, page) => page).filter(isWrong).length;
  return { pages: pages ?? 0, wrong, isWhole: limit === start && start + size === executable.length };
}
