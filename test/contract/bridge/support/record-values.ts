// `node test/contract/bridge/support/record-values.ts HOST…`: writes test/vectors/cty-values.json anew from real runs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeValue } from "../../../../src/bridge/wire/value.ts";
import { Host } from "../../../../src/bridge/testing/host.ts";
import { printValue, recordedShapes, type RecordedValue, recordValues } from "./value-recorder.ts";

const vectors: RecordedValue[] = [];
for (const binary of process.argv.slice(2)) {
  const { name, version } = await new Host({ binary, directory: "/", environment: { HOME: "/" } }).version();
  for (const recording of await recordValues(binary)) {
    const shape = recordedShapes[recording.type];
    if (shape === undefined) throw new Error(`no shape: ${recording.type}`);
    const value = printValue(decodeValue(shape, Buffer.from(recording.msgpack, "hex"), []));
    vectors.push({ host: `${name} ${version}`, ...recording, value });
  }
}
writeFileSync(join(import.meta.dirname, "../../../vectors/cty-values.json"), `${JSON.stringify(vectors, null, 2)}\n`);
process.stdout.write(`${vectors.length} values\n`);
