// A value of 16 MB on its way through a real host: larger than the default limits of gRPC libraries and of node:http2.
import { startReattachServer } from "../../../src/bridge.ts";
import { realPart } from "../../support/real-parts.ts";
import { runOk } from "../../support/processes.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { notesProvider } from "./support/notes-provider.ts";
import type { Note } from "./support/notes-store.ts";

const real = await realPart("tofu");

real.describe("a value of 16 MB", () => {
  it("passes plan and apply", async () => {
    const notes = new Map<string, Note>();
    const big = "0123456789abcdef".repeat(1024 * 1024);
    using workspace = createWorkspace();
    await using server = await startReattachServer(notesProvider(notes));
    workspace.write("config/big.txt", big);
    workspace.write(
      "config/main.tf",
      'terraform {\n  required_providers {\n    notes = { source = "example/notes" }\n  }\n}\nresource "notes_note" "a" {\n  text   = "t"\n  secret = file("big.txt")\n}\n',
    );
    const environment = workspace.environment({ variables: { TF_REATTACH_PROVIDERS: server.reattach } });
    const options = { environment, directory: workspace.path("config"), timeoutMs: 170_000 };
    await runOk(real.path, ["init", "-no-color"], options);
    await runOk(real.path, ["apply", "-auto-approve", "-no-color"], options);
    const [stored] = notes.values();
    expect(stored?.["secret"] === big).toBe(true);
    // Most of the time goes by in the host, which copies such a text around.
  }, 180_000);
});
