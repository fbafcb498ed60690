// Conversations with the built helper, led by Docker's own client library and by oras-go, which OpenTofu uses.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { builtDirectory } from "../../support/built.ts";
import { run } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { root } from "../../support/source-files.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

interface Outcome {
  readonly kind: "login" | "none" | "done" | "list" | "error";
  readonly username?: string;
  readonly secret?: string;
  readonly entries?: Readonly<Record<string, string>>;
  /** Of an expected error: what it has to hold. */
  readonly text?: string;
}

interface Step {
  readonly action: string;
  readonly url?: string;
  readonly username?: string;
  readonly secret?: string;
  readonly expect: Outcome;
}

interface Conversation {
  readonly name: string;
  readonly clients: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const conversations = JSON.parse(
  readFileSync(join(root, "test", "vectors", "helper-conversations.json"), "utf8"),
) as Conversation[];
const table = conversations.flatMap((one) => one.clients.map((client) => [client, one.name, one] as const));
const clients = await realPart("helper-clients");

clients.describe("credential helper conversations", () => {
  let workspace: Workspace;
  let runtime: string;
  beforeEach(() => {
    workspace = createWorkspace();
    runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-test-"));
  });
  afterEach(() => {
    rmSync(runtime, { recursive: true });
    workspace.remove();
  });

  it("are at least sixty", () => {
    expect(conversations.length).toBeGreaterThanOrEqual(60);
  });

  it.each(table)("%s: %s", async (client, _name, { environment: variables = {}, steps }) => {
    const environment = workspace.environment({
      path: [builtDirectory],
      variables: { XDG_RUNTIME_DIR: runtime, ...variables },
    });
    for (const { expect: expected, ...step } of steps) {
      const { stdout, stderr } = await run(clients.path, [], {
        environment,
        stdin: JSON.stringify({ client, ...step }),
      });
      expect(stderr).toBe("");
      const outcome = JSON.parse(stdout) as Outcome;
      if (expected.kind !== "error") expect({ ...step, ...outcome }).toEqual({ ...step, ...expected });
      else expect(outcome).toEqual({ kind: "error", text: expect.stringContaining(expected.text ?? "") });
    }
  });
});
