// Zip archives byte by byte, so that tests can make what no honest writer makes.
import { crc32, deflateRawSync } from "node:zlib";

export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: string | Buffer;
  /** Unix mode with the kind of file. @default a regular file, 0644 */
  readonly mode?: number;
  /** @default 3, Unix */
  readonly madeOn?: number;
  /** @default deflated */
  readonly method?: number;
  readonly flags?: number;
  /** What the headers claim. @default the truth */
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
  /** Takes the content of the entry before instead of its own, as overlapping bombs do. */
  readonly overlaps?: boolean;
}

/** An archive with exactly these entries. */
export function makeRawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let last: { offset: number; header: Buffer } | undefined;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const data = Buffer.from(entry.data ?? "");
    const method = entry.method ?? 8;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x0800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.claimedCrc ?? crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(entry.claimedSize ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    const header = entry.overlaps === true && last !== undefined ? Buffer.from(last.header) : common;
    if (header !== common) header.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(((entry.madeOn ?? 3) << 8) | 63, 4);
    header.copy(central, 6);
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(entry.overlaps === true && last !== undefined ? last.offset : offset, 42);
    directory.push(central, name);
    if (entry.overlaps === true) continue;
    last = { offset, header: common };
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name, packed]);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
