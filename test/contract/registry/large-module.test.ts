// A module directory of 100,000 files is packed, and the package is found to be sound.
import { linkSync } from "node:fs";
import { packModule } from "../../../src/registry/module-package.ts";
import { checkZip } from "../../../src/registry/zip-reader.ts";
import { createWorkspace } from "../../support/workspace.ts";

const directories = 100;
const filesEach = 1000;

it("packs and checks 100,000 files", async () => {
  using workspace = createWorkspace();
  workspace.write("module/main.tf", "# many\n");
  for (let outer = 0; outer < directories; outer += 1) {
    // File systems allow some tens of thousands of names for one file, so each directory has a file of its own.
    const first = workspace.write(`module/${outer}/0`, `${outer}\n`);
    for (let inner = 1; inner < filesEach; inner += 1) linkSync(first, workspace.path(`module/${outer}/${inner}`));
  }
  await using zip = await packModule(workspace.path("module"));
  const files = await checkZip(zip.path, { maxUnpackedBytes: 10_000_000 });
  expect(files).toHaveLength(zip.files.length);
  expect(files.length).toBe(directories * filesEach + 1);
}, 120_000);
