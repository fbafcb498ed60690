// `node --test`: the provider under a real OpenTofu, in this process.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { acceptanceTest, expectAction, expectValue } from "scalr-oci/testing";
import { filesProvider } from "./files-provider.ts";

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), "files-"))));
afterEach(async () => rm(directory, { recursive: true }));

const config = (content: string, name = "hello.txt") => `
terraform {
  required_providers {
    files = { source = "example/files" }
  }
}

provider "files" {
  directory = ${JSON.stringify(directory)}
}

resource "files_text" "x" {
  name    = "${name}"
  content = "${content}"
}
`;

void test("a file is made, changed, replaced, imported, made again, and gone at the end", async () => {
  await acceptanceTest({
    provider: filesProvider(),
    steps: [
      { config: config("first"), stateChecks: [expectValue("files_text.x", ["id"], "hello.txt")] },
      { config: config("second"), planChecks: [expectAction("files_text.x", "update")] },
      { importAddress: "files_text.x" },
      {
        before: async () => rm(join(directory, "hello.txt")),
        config: config("second"),
        planChecks: [expectAction("files_text.x", "create")],
      },
      { config: config("second", "other.txt"), planChecks: [expectAction("files_text.x", "replace")] },
    ],
    checkDestroy: async () => assert.deepEqual(await readdir(directory), []),
  });
});

void test("a file of somebody else is left alone", async () => {
  await writeFile(join(directory, "hello.txt"), "precious");
  await acceptanceTest({
    provider: filesProvider(),
    steps: [{ config: config("mine"), expectError: /The file exists/ }],
  });
  assert.equal(await readFile(join(directory, "hello.txt"), "utf8"), "precious");
});
