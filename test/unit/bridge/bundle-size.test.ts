// What of a provider's executable is the bridge: hosts hash an installed package on every command.
import { build } from "esbuild";
import { root } from "../../support/source-files.ts";

/** The framework as one minified file was 94 KB; a library that slips in, such as zod, is as much again. */
const mostBytes = 130_000;

it("a provider's executable is small", async () => {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["test/contract/bridge/support/trap-main.ts"],
    bundle: true,
    platform: "node",
    format: "cjs",
    minify: true,
    metafile: true,
    write: false,
  });
  expect(outputFiles[0]?.contents.length).toBeLessThan(mostBytes);
  expect(Object.keys(metafile.inputs).filter((file) => file.includes("node_modules"))).toEqual([]);
});
