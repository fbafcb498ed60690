// Files written in pieces: in order, whole whatever the system takes at once, one write behind, and no failure lost.
import { readFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { PieceWriter } from "../../../src/registry/piece-writer.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

let workspace: Workspace;
beforeEach(() => {
  workspace = createWorkspace();
});
afterEach(() => workspace.remove());

const bytes = (text: string): Buffer => Buffer.from(text);

/** A file whose writes end when the test says so, and fail when it says so. */
function fakeFile(): { handle: FileHandle; begun: string[]; next: (outcome: number | Error) => void } {
  const begun: string[] = [];
  const waiting: PromiseWithResolvers<{ bytesWritten: number }>[] = [];
  const handle = {
    writev: (parts: readonly Uint8Array[]) => {
      begun.push(Buffer.concat(parts).toString());
      const write = Promise.withResolvers<{ bytesWritten: number }>();
      waiting.push(write);
      return write.promise;
    },
    appendFile: async (rest: Uint8Array) => void begun.push(Buffer.from(rest).toString()),
  } as unknown as FileHandle;
  const next = (outcome: number | Error): void => {
    const write = waiting.shift();
    if (outcome instanceof Error) write?.reject(outcome);
    else write?.resolve({ bytesWritten: outcome });
  };
  return { handle, begun, next };
}

describe("a file in pieces", () => {
  it("holds them in the order in which they came", async () => {
    const file = await open(workspace.path("file"), "wx");
    const writer = new PieceWriter(file);
    const pieces = Array.from({ length: 3000 }, (_, index) => bytes(`${index},`));
    await writer.write(pieces.slice(0, 2500));
    for (const piece of pieces.slice(2500)) await writer.write([piece]);
    await writer.finish();
    await file.close();
    expect(readFileSync(workspace.path("file"), "utf8")).toBe(pieces.join(""));
  });

  it("begins a write without waiting for it, and the next only after it", async () => {
    const { handle, begun, next } = fakeFile();
    const writer = new PieceWriter(handle);
    await writer.write([bytes("one")]);
    const second = writer.write([bytes("two")]);
    await Promise.resolve();
    expect(begun).toEqual(["one"]);
    next(3);
    await second;
    expect(begun).toEqual(["one", "two"]);
  });

  it("is whole when the system takes a part only", async () => {
    const { handle, begun, next } = fakeFile();
    const writer = new PieceWriter(handle);
    await writer.write([bytes("on"), bytes("e")]);
    next(1);
    await writer.finish();
    expect(begun).toEqual(["one", "ne"]);
  });

  it.each(["write", "finish"] as const)("tells a failure to the next %s", async (method) => {
    const { handle, next } = fakeFile();
    const writer = new PieceWriter(handle);
    await writer.write([bytes("one")]);
    next(new Error("disk full"));
    // Nobody has asked yet: that must not end the process.
    await new Promise((resolve) => setImmediate(resolve));
    const told = method === "write" ? writer.write([bytes("two")]) : writer.finish();
    await expect(told).rejects.toThrow("disk full");
  });
});
