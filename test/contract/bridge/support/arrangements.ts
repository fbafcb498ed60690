// The hosts and the forms of a provider that the acceptance suite goes through: a script for Node and a binary of Bun, as users install
// them. `npm test` takes each form under one host; `npm run test:matrix` all forms under all hosts.
import { join } from "node:path";
import type { ProviderExecutable } from "../../../../src/bridge/testing/provider-executable.ts";
import { realPart } from "../../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";
import { hosts, type HostUnderTest, isMatrix } from "./hosts.ts";
import { FileNotes, type Notes } from "./notes-store.ts";
import { compileProvider, packageProvider } from "./packaged-provider.ts";

export interface Arrangement {
  readonly host: HostUnderTest;
  /** Kept where the provider sees them. */
  readonly notes: Notes;
  /** The provider, and what it has to find in its environment. */
  readonly subject: () => { readonly provider: ProviderExecutable; readonly environment: Record<string, string> };
}

const address = "example/notes";
const bun = await realPart("bun");
/** Compiling a binary takes seconds; a runtime that has to be fetched first, more. */
const buildTimeoutMs = 300_000;

const forms = [
  { form: "Node script", describe: (name: string, body: () => void) => describe(name, body), make: makeScript },
  { form: "Bun binary", describe: bun.describe, make: makeBinary },
] as const;

/** One `describe` for each host and form. */
export function describeAcceptance(title: string, body: (arrangement: Arrangement) => void): void {
  for (const { form, describe: describeForm, make } of forms) {
    describeForm(`${title}, ${form}`, () => {
      const workspace = createWorkspace();
      const file = workspace.path("notes.json");
      let executable = "";
      beforeAll(async () => void (executable = await make(workspace)), buildTimeoutMs);
      afterAll(() => workspace.remove());
      const subject = () => ({ provider: { executable, address }, environment: { NOTES_FILE: file } });
      for (const host of hosts.filter(({ name }) => isMatrix || name === hostOf[form])) {
        host.describe(`under ${host.name}`, () => body({ host, notes: new FileNotes(file), subject }));
      }
    });
  }
}

/** What `npm test` has time for. */
const hostOf = { "Node script": "Terraform", "Bun binary": "OpenTofu" } as const;

async function makeScript(workspace: Workspace): Promise<string> {
  return await packageProvider(workspace, "notes", join(import.meta.dirname, "notes-main.ts"));
}

async function makeBinary(workspace: Workspace): Promise<string> {
  return await compileProvider(workspace, "notes", "test/contract/bridge/support/notes-main.ts");
}
