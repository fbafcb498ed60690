// The search itself must find what is there, else finding nothing proves nothing.
import { mkdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { filesHolding, spellingsIn, watchArguments } from "../support/canary.ts";
import { run } from "../support/processes.ts";
import { createWorkspace } from "../support/workspace.ts";

const secret = 'canary-7b1e "${x}" \\ <&>';

describe("the search for a secret", () => {
  it.each([
    ["plain", secret],
    ["JSON", JSON.stringify({ password: secret })],
    ["Go's JSON", 'canary-7b1e \\"${x}\\" \\\\ \\u003c\\u0026\\u003e'],
    ["URL-encoded", new URLSearchParams().toString() + encodeURIComponent(secret)],
    ["hex", Buffer.from(secret).toString("hex")],
    ["base64 at 0", Buffer.from(secret).toString("base64")],
    ["base64 at 1", Buffer.from(`bot1234:${secret}`).subarray(1).toString("base64")],
    ["base64 at 2", Buffer.from(`bot12345:${secret}`).subarray(1).toString("base64")],
    ["UTF-16", Buffer.from(secret, "utf16le")],
  ])("sees it %s", (spelling, bytes) => {
    expect(
      spellingsIn(Buffer.concat([Buffer.from("before "), Buffer.from(bytes), Buffer.from(" after")]), secret),
    ).toContain(spelling);
  });

  it("sees it behind any user name of a Basic login", () => {
    for (let length = 1; length < 8; length += 1) {
      const login = Buffer.from(`${"u".repeat(length)}:${secret}`).toString("base64");
      expect(spellingsIn(login, secret)).toHaveLength(1);
    }
  });

  it("sees it in base64url too", () => {
    const text = Buffer.from('{"a":canary>>>???').toString("base64url");
    expect(text).toMatch(/[-_]/);
    expect(spellingsIn(text, "canary>>>???")).toEqual(["base64url at 2"]);
  });

  it("sees nothing where it is not", () => {
    expect(spellingsIn("canary-7b1f and base64 Y2FuYXJ5", secret)).toEqual([]);
  });

  it("looks into files, archives and archives in archives", () => {
    using workspace = createWorkspace();
    const inner = zipSync({ "tfplan.json": strToU8(`{"p":"${Buffer.from(secret).toString("base64")}"}`) });
    mkdirSync(workspace.path("data"));
    workspace.write("data/log.txt", `x ${secret} y`);
    workspace.write("data/clean.txt", "nothing");
    workspace.write("data/plan.bin", zipSync({ "a/inner.zip": inner, "other.txt": strToU8("nothing") }));
    workspace.write("data/log.gz", gzipSync(secret));
    workspace.write("data/skipped/log.txt", secret);
    expect(filesHolding(workspace.path("data"), secret, [workspace.path("data", "skipped")]).toSorted()).toEqual([
      "log.gz!gunzip (plain)",
      "log.txt (plain)",
      "plan.bin!a/inner.zip!tfplan.json (base64 at 0)",
    ]);
  });

  it("sees it in the arguments of a short program", async () => {
    using workspace = createWorkspace();
    const watch = watchArguments(secret);
    await run("sleep", ["0.05"], { environment: workspace.environment() });
    await run("sh", ["-c", "sleep 0.05; exit 0", "sh", `--password=${secret}`], {
      environment: workspace.environment(),
    });
    expect(watch.seen()).toContain("sleep 0.05");
    expect(watch.stop()).toEqual([`sh -c sleep 0.05; exit 0 sh --password=${secret}`]);
  });
});
