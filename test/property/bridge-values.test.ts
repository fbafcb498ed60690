// Properties of the plugin wire: what is encoded is decoded unchanged, and an independent MessagePack reads it alike.
import { decode as decodeMsgpack, ExtData } from "@msgpack/msgpack";
import fc from "fast-check";
import {
  bigintType,
  boolType,
  Decimal,
  decimalType,
  dynamicType,
  intType,
  listOf,
  mapOf,
  nullable,
  numberType,
  objectOf,
  setOf,
  stringType,
  tupleOf,
  unknown,
} from "../../src/bridge.ts";
import { equalValues } from "../../src/bridge/value-equality.ts";
import { objectShape, type Shape } from "../../src/bridge/value-type.ts";
import { fromRawJson, parseRawJson } from "../../src/bridge/wire/json-value.ts";
import { MsgpackReader } from "../../src/bridge/wire/msgpack.ts";
import { decodeMessage, encodeMessage } from "../../src/bridge/wire/protobuf.ts";
import { DynamicValue, PlanResourceChangeRequest } from "../../src/bridge/wire/messages.ts";
import { decodeShape, encodeShape } from "../../src/bridge/wire/type-json.ts";
import { decodeValue, encodeValue, type ValueProblem } from "../../src/bridge/wire/value.ts";
import { isScalrOciError } from "../../src/base/errors.ts";

interface Typed {
  readonly shape: Shape;
  /** Values of that shape; unknowns among them. */
  readonly values: fc.Arbitrary<unknown>;
}

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: -60, max: 60 }))
  .map(([coefficient, exponent]) => Decimal.parse(`${coefficient}e${exponent}`));

const scalars: readonly Typed[] = [
  { shape: stringType, values: fc.string({ unit: "binary" }) },
  { shape: boolType, values: fc.boolean() },
  { shape: intType, values: fc.maxSafeInteger() },
  { shape: numberType, values: fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)) },
  { shape: bigintType, values: fc.bigInt() },
  { shape: decimalType, values: decimals },
];

const names = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/);
const maybeAbsent = (values: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: values }, fc.constant(null), fc.constant(unknown));

/** A shape, and values of it. */
const typed: fc.Arbitrary<Typed> = fc.letrec<{
  any: Typed;
  leaf: Typed;
  collection: Typed;
  object: Typed;
  tuple: Typed;
}>((tie) => ({
  any: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie("leaf"), tie("collection"), tie("object"), tie("tuple")),
  leaf: fc.constantFrom(...scalars),
  collection: fc.tuple(tie("any"), fc.constantFrom("list", "set", "map")).map(([element, kind]): Typed => {
    const values = maybeAbsent(element.values);
    const inner = nullable(element.shape);
    if (kind === "map")
      return { shape: mapOf(inner), values: fc.dictionary(fc.string(), values, { noNullPrototype: true }) };
    return { shape: kind === "list" ? listOf(inner) : setOf(inner), values: fc.array(values, { maxLength: 5 }) };
  }),
  object: fc.dictionary(names, tie("any"), { maxKeys: 5, noNullPrototype: true }).map((properties): Typed => {
    const entries = Object.entries(properties);
    return {
      shape: objectShape(entries.map(([name, { shape }]) => ({ name, shape }))),
      values: fc.record(Object.fromEntries(entries.map(([name, { values }]) => [name, maybeAbsent(values)])), {
        noNullPrototype: true,
      }),
    };
  }),
  tuple: fc.array(tie("any"), { maxLength: 4 }).map((elements): Typed => ({
    shape: tupleOf(...elements.map(({ shape }) => shape)),
    values: fc.tuple(...elements.map(({ values }) => maybeAbsent(values))),
  })),
})).any;

const typedValue = typed.chain(({ shape, values }) => maybeAbsent(values).map((value) => ({ shape, value })));

function encode(shape: Shape, value: unknown): Uint8Array {
  const problems: ValueProblem[] = [];
  const bytes = encodeValue(shape, value, { unknowns: "allowed", problems });
  expect(problems).toEqual([]);
  return bytes;
}

function decode(shape: Shape, bytes: Uint8Array): unknown {
  const problems: ValueProblem[] = [];
  const value = decodeValue(shape, bytes, problems);
  expect(problems).toEqual([]);
  return value;
}

describe("values on the wire", () => {
  it("are decoded as they were encoded", () => {
    fc.assert(
      fc.property(typedValue, ({ shape, value }) => {
        expect(equalValues(shape, decode(shape, encode(shape, value)), value)).toBe(true);
      }),
    );
  });

  it("of any type carry their type", () => {
    fc.assert(
      fc.property(typedValue, ({ shape, value }) => {
        const decoded = decode(dynamicType, encode(dynamicType, { type: shape, value })) as {
          type: Shape;
          value: unknown;
        };
        // The types agree in cty, where all numbers are one type; the values agree in the forms that the decoder chose.
        expect(encodeShape(decoded.type)).toEqual(encodeShape(shape));
        expect(equalValues(decoded.type, decoded.value, decode(decoded.type, encode(shape, value)))).toBe(true);
      }),
    );
  });

  it("are MessagePack for an independent reader too", () => {
    fc.assert(
      fc.property(typedValue, ({ shape, value }) => {
        const bytes = encode(shape, value);
        // The one key that the other reader refuses.
        fc.pre(!Buffer.from(bytes).includes("__proto__"));
        const seen = decodeMsgpack(bytes, { useBigInt64: true, mapKeyConverter: (key) => key as string });
        if (value === unknown) expect(seen).toEqual(new ExtData(0, Uint8Array.of(0)));
        else if (typeof value === "string" || typeof value === "boolean" || value === null) expect(seen).toEqual(value);
        else if (Array.isArray(value)) expect((seen as unknown[]).length).toBe(value.length);
        else if (Object.getPrototypeOf(value) === Object.prototype)
          expect(Object.keys(seen as object).sort()).toEqual(Object.keys(value as object).sort());
      }),
    );
  });

  it("keep their types over JSON", () => {
    fc.assert(
      fc.property(typed, ({ shape }) => {
        const text = Buffer.from(encodeShape(shape)).toString();
        expect(Buffer.from(encodeShape(decodeShape(text))).toString()).toBe(text);
      }),
    );
  });

  it("that are any bytes end in a value or in an error of ours, never in anything else", () => {
    fc.assert(
      fc.property(typed, fc.uint8Array({ maxLength: 64 }), ({ shape }, bytes) => {
        try {
          decodeValue(shape, bytes, []);
        } catch (error) {
          expect(isScalrOciError(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("that are cut off or changed in one byte end in a value or in an error of ours", () => {
    fc.assert(
      fc.property(typedValue, fc.nat(), fc.nat({ max: 255 }), ({ shape, value }, at, octet) => {
        const bytes = Buffer.from(encode(shape, value));
        const changed = Buffer.from(bytes);
        changed[at % bytes.length] = octet;
        for (const data of [bytes.subarray(0, at % bytes.length), changed]) {
          try {
            decodeValue(shape, data, []);
          } catch (error) {
            expect(isScalrOciError(error)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("numbers in the JSON of a state", () => {
  it("keep every digit", () => {
    fc.assert(
      fc.property(decimals, (decimal) => {
        const raw = parseRawJson(Buffer.from(`{"n":${decimal.toString()}}`));
        const read = fromRawJson(objectOf({ n: decimalType }), raw, []) as { n: Decimal };
        expect(read.n.toString()).toBe(decimal.toString());
      }),
    );
  });

  it("are JavaScript's own where it holds them", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect((parseRawJson(Buffer.from(JSON.stringify({ value }))) as { value: number }).value).toBe(
          value === 0 ? 0 : value,
        );
      }),
    );
  });
});

describe("decimals", () => {
  it("have one text for one value", () => {
    fc.assert(
      fc.property(decimals, fc.nat({ max: 5 }), (decimal, zeros) => {
        const text = decimal.toString();
        const longer = text.includes(".") ? text + "0".repeat(zeros) : `${text}.${"0".repeat(zeros + 1)}`;
        expect(Decimal.parse(longer).toString()).toBe(text);
        expect(Decimal.parse(longer).equals(decimal)).toBe(true);
      }),
    );
  });
});

describe("protobuf messages", () => {
  const text = fc.string();
  const dynamic = fc.option(fc.record({ msgpack: fc.uint8Array(), json: fc.uint8Array() }), { nil: undefined });

  it("are decoded as they were encoded", () => {
    fc.assert(
      fc.property(
        fc.record({ typeName: text, priorState: dynamic, config: dynamic, priorPrivate: fc.uint8Array() }),
        fc.record({ deferralAllowed: fc.boolean(), writeOnlyAttributesAllowed: fc.boolean() }),
        (request, clientCapabilities) => {
          const bytes = Buffer.concat(encodeMessage(PlanResourceChangeRequest, { ...request, clientCapabilities }));
          const decoded = decodeMessage(PlanResourceChangeRequest, bytes);
          expect(normal(decoded)).toEqual(normal({ ...decoded, ...request, clientCapabilities }));
        },
      ),
    );
  });

  it("that are any bytes end in a message or in an error of ours", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeMessage(PlanResourceChangeRequest, bytes);
          decodeMessage(DynamicValue, bytes);
          new MsgpackReader(bytes).kind();
        } catch (error) {
          expect(isScalrOciError(error)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  /** Byte arrays of every kind as texts. */
  function normal(value: unknown): unknown {
    if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, normal(item)]));
  }
});
