// The executable of the notes provider: notes are kept in the JSON file that NOTES_FILE names.
import { serveProvider } from "../../../../src/bridge/serve.ts";
import { notesProvider } from "./notes-provider.ts";
import { FileNotes } from "./notes-store.ts";

const file = process.env["NOTES_FILE"] ?? "";
const notes = file === "" ? new Map<string, Readonly<Record<string, unknown>>>() : new FileNotes(file);
// What a careless library does: it must reach nobody's stdout.
if (process.env["NOTES_CHATTY"] === "1") setTimeout(() => console.log("chatty"), 0);
const { argv, env, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: { ...env }, stdout, stderr };
void serveProvider(notesProvider(notes), options).then((exitCode) => process.exit(exitCode));
