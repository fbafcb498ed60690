// Licence notices go wherever bundled code goes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { thirdPartyNotices } from "../../../scripts/build/notices.ts";
import { root } from "../../support/source-files.ts";

describe("thirdPartyNotices", () => {
  it("is empty for a bundle of our own files", () => {
    expect(thirdPartyNotices(["src/base/secret.ts", "src/bin/scalr-oci.ts"])).toBe("");
  });

  it("names each package once, with its version, licence and the whole text", () => {
    const notices = thirdPartyNotices([
      "node_modules/zod/v4/core.js",
      "node_modules/zod/index.js",
      "src/base/secret.ts",
    ]);
    expect(notices.match(/^zod \d+\.\d+\.\d+ \(MIT\)$/gm)).toHaveLength(1);
    expect(notices).toContain(readFileSync(join(root, "node_modules/zod/LICENSE"), "utf8").trim());
  });

  it("knows packages with a scope", () => {
    const notices = thirdPartyNotices(["node_modules/@msgpack/msgpack/dist.esm/index.mjs"]);
    expect(notices).toMatch(/^@msgpack\/msgpack \d+\.\d+\.\d+ \(ISC\)$/m);
  });

  it("is one comment, whatever the licence says", () => {
    const inputs = ["commander", "semver", "undici", "fastify", "kysely"].map(
      (name) => `node_modules/${name}/index.js`,
    );
    expect(thirdPartyNotices(inputs)).toMatch(/^\/\*!\n(?:(?!\*\/)[\s\S])*\*\/\n$/);
  });
});
