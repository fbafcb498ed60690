// What npm runs before it packs: a build, and a manifest without the development's own fields.
import { replaceManifest, restoreManifest } from "./manifest.ts";
import { runSteps } from "./steps.ts";

restoreManifest();
const failed = await runSteps([{ name: "build", command: [process.execPath, "scripts/build.ts"] }], 1);
if (failed.length > 0) process.exitCode = 1;
else replaceManifest();
