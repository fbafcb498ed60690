// Values as real hosts sent them: test/vectors/cty-values.json, recorded by test/contract/bridge/support/record-values.ts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromRawJson, parseRawJson } from "../../../../src/bridge/wire/json-value.ts";
import { decodeValue, encodeValue, type ValueProblem } from "../../../../src/bridge/wire/value.ts";
import { equalValues } from "../../../../src/bridge/value-equality.ts";
import type { Shape } from "../../../../src/bridge/value-type.ts";
import { printValue, recordedShapes, type RecordedValue } from "../../../contract/bridge/support/value-recorder.ts";

const file = join(import.meta.dirname, "../../../vectors/cty-values.json");
const vectors = JSON.parse(readFileSync(file, "utf8")) as RecordedValue[];

const shapeOf = ({ type }: RecordedValue): Shape => recordedShapes[type] as Shape;
const decode = (vector: RecordedValue) => {
  const problems: ValueProblem[] = [];
  const value = decodeValue(shapeOf(vector), Buffer.from(vector.msgpack, "hex"), problems);
  expect(problems).toEqual([]);
  return value;
};
const encode = (shape: Shape, value: unknown) => {
  const problems: ValueProblem[] = [];
  const bytes = encodeValue(shape, value, { unknowns: "allowed", problems });
  expect(problems).toEqual([]);
  return Buffer.from(bytes);
};
/** Refinements of unknowns are dropped, and fractions are written as decimals; everything else has one spelling. */
const hasOtherSpelling = ({ msgpack }: RecordedValue) => /c7..0c|cb[0-9a-f]{16}/.test(msgpack);

describe("a value that a host sent", () => {
  it("is there for every type, from both hosts", () => {
    const hosts = new Set(vectors.map(({ host }) => host.split(" ")[0]));
    expect([...hosts].sort()).toEqual(["terraform", "tofu"]);
    expect(new Set(vectors.map(({ type }) => type))).toEqual(new Set(Object.keys(recordedShapes)));
    expect(vectors.some(({ msgpack }) => msgpack.startsWith("c7"))).toBe(true);
  });

  it.each(vectors)("$host, $type $expression, is read as recorded", (vector) => {
    expect(printValue(decode(vector))).toEqual(vector.value);
  });

  it.each(vectors)("$host, $type $expression, is written as it came", (vector) => {
    const value = decode(vector);
    const bytes = encode(shapeOf(vector), value);
    if (!hasOtherSpelling(vector)) expect(bytes.toString("hex")).toBe(vector.msgpack);
    expect(equalValues(shapeOf(vector), decodeValue(shapeOf(vector), bytes, []), value)).toBe(true);
  });

  it.each(vectors.filter(({ value, json }) => json !== undefined && !JSON.stringify(value).includes("unknown")))(
    "$host, $type $expression, is the same in the JSON of a state",
    (vector) => {
      const fromState = fromRawJson(shapeOf(vector), parseRawJson(Buffer.from(vector.json ?? "")), []);
      expect(printValue(fromState)).toEqual(vector.value);
    },
  );
});
