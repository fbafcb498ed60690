// Where the notes provider keeps its notes: in memory, or in a file that a test and an executable both see.
import { existsSync, readFileSync, writeFileSync } from "node:fs";

export type Note = Readonly<Record<string, unknown>>;

/** What the provider needs; a Map has it. */
export interface Notes {
  readonly size: number;
  get(id: string): Note | undefined;
  set(id: string, note: Note): unknown;
  delete(id: string): boolean;
  clear(): void;
  entries(): Iterable<[string, Note]>;
}

/** Notes in a JSON file, read anew for each question: another process may have written it. */
export class FileNotes implements Notes {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get size(): number {
    return this.#read().size;
  }

  get(id: string): Note | undefined {
    return this.#read().get(id);
  }

  set(id: string, note: Note): void {
    this.#write(this.#read().set(id, note));
  }

  delete(id: string): boolean {
    const notes = this.#read();
    const had = notes.delete(id);
    this.#write(notes);
    return had;
  }

  clear(): void {
    this.#write(new Map());
  }

  entries(): Iterable<[string, Note]> {
    return this.#read().entries();
  }

  #read(): Map<string, Note> {
    if (!existsSync(this.#file)) return new Map();
    return new Map(Object.entries(JSON.parse(readFileSync(this.#file, "utf8"), reviveMap) as Record<string, Note>));
  }

  #write(notes: ReadonlyMap<string, Note>): void {
    writeFileSync(this.#file, JSON.stringify(Object.fromEntries(notes), replaceMap));
  }
}

/** Types of dynamic values have maps in them. */
function replaceMap(_key: string, value: unknown): unknown {
  return value instanceof Map ? { $map: [...value] } : value;
}

function reviveMap(_key: string, value: unknown): unknown {
  const entries = typeof value === "object" && value !== null && "$map" in value ? value.$map : undefined;
  return Array.isArray(entries) ? new Map(entries as [unknown, unknown][]) : value;
}
