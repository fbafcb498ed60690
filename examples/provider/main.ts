// A whole provider: notes, kept as files of a directory. OpenTofu starts this program; README.md says how it finds it.
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  defineSchema,
  DiagnosticError,
  importById,
  lengthBetween,
  processEnvironment,
  serveProvider,
  string,
  unknown,
  useStateForUnknown,
  withData,
} from "scalr-oci/bridge";

/** What `configure` hands to every operation: the directory of the notes. */
const notes = withData<string>();

const note = notes.defineResource({
  type: "notes_note",
  schema: defineSchema({
    attributes: {
      id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
      text: string({ required: true, validators: [lengthBetween(1, 1000)] }),
    },
  }),
  create: async ({ plan, data }) => {
    const id = randomUUID();
    await writeFile(join(data, id), plan.text, { flag: "wx" });
    return { id, text: plan.text };
  },
  read: async ({ state, data }) => {
    const text = await readFile(join(data, state.id), "utf8").catch(() => undefined);
    // Undefined: somebody removed it, so OpenTofu plans to make it again.
    return text === undefined ? undefined : { id: state.id, text };
  },
  update: async ({ plan, state, data }) => {
    await writeFile(join(data, state.id), plan.text);
    return { id: state.id, text: plan.text };
  },
  delete: async ({ state, data }) => rm(join(data, state.id), { force: true }),
  importState: importById("id"),
});

const provider = notes.defineProvider({
  name: "notes",
  address: "example/notes",
  version: "1.0.0",
  schema: defineSchema({ attributes: { directory: string({ required: true }) } }),
  configure: async ({ config }) => {
    if (config.directory === unknown) {
      throw new DiagnosticError({ summary: "The directory is not known yet", path: "directory" });
    }
    await mkdir(config.directory, { recursive: true });
    return config.directory;
  },
  resources: [note],
});

const { argv, stdout, stderr } = process;
// At once: OpenTofu waits for the end of this process.
process.exit(await serveProvider(provider, { argv: argv.slice(2), environment: processEnvironment(), stdout, stderr }));
