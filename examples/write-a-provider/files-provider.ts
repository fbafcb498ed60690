// The provider: text files in one directory, as resources. docs/bridge/guide.md writes it step by step.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  defineSchema,
  DiagnosticError,
  importById,
  matches,
  type Provider,
  requiresReplace,
  string,
  unknown,
  useStateForUnknown,
  withData,
} from "scalr-oci/bridge";

/** What `configure` hands to every operation: the directory. */
const files = withData<string>();

const schema = defineSchema({
  description: "A text file in the provider's directory.",
  attributes: {
    id: string({
      computed: true,
      identifier: true,
      planModifiers: [useStateForUnknown()],
      description: "The file's name.",
    }),
    name: string({
      required: true,
      validators: [matches(/^[a-z][a-z0-9.-]*$/, "a name of small letters, digits, dots and dashes")],
      planModifiers: [requiresReplace()],
      description: "The file's name. A change makes another file.",
    }),
    content: string({ required: true, description: "What is in the file." }),
  },
});

const textFile = files.defineResource({
  type: "files_text",
  schema,
  create: async ({ plan, data }) => {
    // Never takes over a file that is somebody else's: that is what an import is for.
    await writeFile(join(data, plan.name), plan.content, { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new DiagnosticError({
        summary: "The file exists",
        detail: "Import it, or use another name.",
        path: "name",
      });
    });
    return { ...plan, id: plan.name };
  },
  read: async ({ state, data }) => {
    const content = await findText(join(data, state.id));
    // Undefined: it is gone, and the next plan makes it again.
    return content === undefined ? undefined : { id: state.id, name: state.id, content };
  },
  update: async ({ plan, state, data }) => {
    await writeFile(join(data, state.id), plan.content);
    return { ...plan, id: state.id };
  },
  delete: async ({ state, data }) => rm(join(data, state.id), { force: true }),
  importState: importById(),
});

async function findText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/** The provider; a function, so that each test has its own. */
export function filesProvider(): Provider {
  return files.defineProvider({
    name: "files",
    address: "example/files",
    version: "1.0.0",
    schema: defineSchema({
      attributes: { directory: string({ required: true, description: "Where the files are." }) },
    }),
    configure: async ({ config }) => {
      if (config.directory === unknown) {
        throw new DiagnosticError({ summary: "The directory is not known yet", path: "directory" });
      }
      await mkdir(config.directory, { recursive: true });
      return config.directory;
    },
    resources: [textFile],
  });
}
