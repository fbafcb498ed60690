// `npm run demo` ends well, shows no secret, and leaves nothing behind.
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, start } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { root } from "../support/source-files.ts";

const tofu = await realPart("tofu");
const demoTimeoutMs = 240_000;

const leftBehind = () => readdirSync(tmpdir()).filter((name) => name.startsWith("scalr-oci-demo-"));

tofu.describe("the demo", () => {
  it(
    "goes the whole way and ends with what it proved",
    async () => {
      const before = leftBehind();
      const { exitCode, stdout, stderr } = await run(process.execPath, [join(root, "scripts", "demo.ts")], {
        environment: process.env,
        directory: root,
        timeoutMs: demoTimeoutMs,
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
      const titles = stdout.match(/^\d\/8 {2}.*$/gm) ?? [];
      expect(titles).toHaveLength(8);
      expect(stdout.match(/^ {3}done \d+\.\d s$/gm)).toHaveLength(8);
      expect(stdout).toContain('status = "active"');
      expect(stdout.match(/address = "hello\.network-demo\.example"/g)).toHaveLength(2);
      expect(stdout).toContain("response status code 401: Unauthorized");
      expect(stdout).toContain("What this proved");
      // Tokens and the demo's password: 18 random bytes or more in base64url.
      expect(stdout.match(/scalroci_[a-z]+_|password=[^…\s]/g)).toBeNull();
      expect(leftBehind()).toEqual(before);
    },
    demoTimeoutMs,
  );

  it(
    "leaves nothing behind when it is ended in the middle",
    async () => {
      const before = leftBehind();
      const demo = start(process.execPath, [join(root, "scripts", "demo.ts")], {
        environment: process.env,
        directory: root,
      });
      const [, port] = await demo.output(/management API https:\/\/127\.0\.0\.1:(\d+)/, demoTimeoutMs);
      await demo.output(/^3\/8/m);
      demo.child.kill("SIGTERM");
      expect(await demo.ended).toEqual({ exitCode: 143, signal: null });
      expect(leftBehind()).toEqual(before);
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow("fetch failed");
    },
    demoTimeoutMs,
  );
});
