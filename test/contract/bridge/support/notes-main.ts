// The executable of the notes provider: notes are kept in the JSON file that NOTES_FILE names.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { serveProvider } from "../../../../src/bridge/serve.ts";
import { notesProvider } from "./notes-provider.ts";

const file = process.env["NOTES_FILE"] ?? "";

class FileNotes extends Map<string, Readonly<Record<string, unknown>>> {
  override set(key: string, value: Readonly<Record<string, unknown>>): this {
    super.set(key, value);
    this.#save();
    return this;
  }

  override delete(key: string): boolean {
    const had = super.delete(key);
    this.#save();
    return had;
  }

  #save(): void {
    if (file !== "") writeFileSync(file, JSON.stringify(Object.fromEntries(this)));
  }
}

const notes = new FileNotes();
if (existsSync(file)) {
  for (const [key, value] of Object.entries(JSON.parse(readFileSync(file, "utf8")) as object)) {
    Map.prototype.set.call(notes, key, value);
  }
}
// What a careless library does: it must reach nobody's stdout.
if (process.env["NOTES_CHATTY"] === "1") setTimeout(() => console.log("chatty"), 0);
const { argv, env, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: { ...env }, stdout, stderr };
void serveProvider(notesProvider(notes), options).then((exitCode) => process.exit(exitCode));
