// Records the values that a real host sends for expressions of its language: what test/vectors/cty-values.json is made of.
import { once } from "node:events";
import {
  attribute,
  bigintType,
  boolType,
  Decimal,
  decimalType,
  defineProvider,
  defineResource,
  defineSchema,
  dynamicType,
  isUnknown,
  listOf,
  mapOf,
  nullable,
  objectOf,
  setOf,
  string,
  stringType,
  tupleOf,
} from "../../../../src/bridge.ts";
import { ProviderServer } from "../../../../src/bridge/provider-server.ts";
import { methodsOf } from "../../../../src/bridge/rpc/methods.ts";
import type { Dynamic, Shape } from "../../../../src/bridge/value-type.ts";
import { createGrpcServer, type Method } from "../../../../src/bridge/wire/grpc.ts";
import { listen } from "../../../../src/bridge/wire/listener.ts";
import { PlanResourceChangeRequest, UpgradeResourceStateRequest } from "../../../../src/bridge/wire/messages.ts";
import { decodeMessage } from "../../../../src/bridge/wire/protobuf.ts";
import { shapeToJson } from "../../../../src/bridge/wire/type-json.ts";
import { run, runOk } from "../../../support/processes.ts";
import { createWorkspace } from "../../../support/workspace.ts";

/** The types whose values are recorded, by the name of the resource type that has one. */
export const recordedShapes: Readonly<Record<string, Shape>> = {
  string: stringType,
  bool: boolType,
  decimal: decimalType,
  bigint: bigintType,
  list: listOf(nullable(stringType)),
  set: setOf(stringType),
  map: mapOf(decimalType),
  object: objectOf({ a: stringType, b: listOf(boolType) }),
  tuple: tupleOf(stringType, decimalType),
  dynamic: dynamicType,
};

/** Expressions of the language by type; `rec_source.s.id` is known after apply only. */
const expressions: Readonly<Record<string, readonly string[]>> = {
  string: [
    '""',
    '"a"',
    `"${"x".repeat(40)}"`,
    '"ä😀\\u0001"',
    "null",
    "rec_source.s.id",
    '"p-${rec_source.s.id}"',
    '"${rec_source.s.id}-s"',
  ],
  bool: ["true", "false", "null", 'rec_source.s.id == "x"'],
  decimal: [
    "0",
    "-1",
    "0.1",
    "0.5",
    "-5",
    "1e-20",
    "4294967296",
    "12345678901",
    "9007199254740993",
    "12345678901234567890123",
    "3.14159265358979323846264338327950288",
    "1e100",
    "null",
    "length(rec_source.s.id)",
  ],
  bigint: ["127", "128", "-32", "-33", "65536", "-2147483649", "18446744073709551615", "18446744073709551616"],
  list: [
    "[]",
    '["a", "b"]',
    '["a", null]',
    "null",
    "[rec_source.s.id]",
    'concat(["a"], [rec_source.s.id])',
    'split(",", rec_source.s.id)',
  ],
  set: ["[]", '["b", "a", "b"]', "null", "[rec_source.s.id]", '["a", rec_source.s.id]'],
  map: ["{}", "{ k = 1.5 }", '{ "__proto__" = 1, "a b" = 2 }', "null", "{ k = length(rec_source.s.id) }"],
  object: ['{ a = "x", b = [true] }', "{ a = null, b = null }", "null", "{ a = rec_source.s.id, b = [] }"],
  tuple: ['["x", 1]', "[null, null]", "[rec_source.s.id, 2]"],
  dynamic: [
    '"x"',
    "5",
    "0.1",
    "true",
    "null",
    '[1, "x", null]',
    "{ a = [], b = { c = 9007199254740993 } }",
    "rec_source.s.id",
    "[rec_source.s.id]",
    'tolist(["a"])',
    "toset([1, 2])",
    "tomap({ k = true })",
  ],
};

export interface RecordedValue {
  readonly host: string;
  readonly type: string;
  readonly expression: string;
  /** The attribute's bytes in the configuration of PlanResourceChange, hexadecimal. */
  readonly msgpack: string;
  /** The attribute in the JSON of UpgradeResourceState, as the state has it; absent where nothing was stored. */
  readonly json?: string;
  readonly value: unknown;
}

/** A value as JSON that keeps apart what JSON does not: unknown, large and exact numbers, values with a type. */
export function printValue(value: unknown): unknown {
  if (isUnknown(value)) return { $: "unknown" };
  if (typeof value === "bigint") return { $: "bigint", text: String(value) };
  if (value instanceof Decimal) return { $: "decimal", text: value.toString() };
  if (Array.isArray(value)) return value.map(printValue);
  if (typeof value !== "object" || value === null) return value;
  const { type, value: inner } = value as Partial<Dynamic>;
  if (type?.kind !== undefined) return { $: "dynamic", type: shapeToJson(type), value: printValue(inner) };
  return { $: "entries", entries: Object.entries(value).map(([key, item]) => [key, printValue(item)]) };
}

const source = defineResource({
  type: "rec_source",
  schema: defineSchema({ attributes: { id: string({ computed: true, identifier: true }) } }),
  create: () => ({ id: "known now" }),
  read: ({ state }) => state,
  delete: () => undefined,
});

const recorded = Object.entries(recordedShapes).map(([name, shape]) => {
  const schema = defineSchema({ attributes: { value: attribute(shape, { optional: true }) } });
  return defineResource({
    type: `rec_${name}`,
    schema,
    create: ({ plan }) => plan as never,
    read: ({ state }) => state,
    delete: () => undefined,
  });
});

const provider = defineProvider({
  name: "rec",
  address: "example/rec",
  version: "1.0.0",
  configure: () => undefined,
  resources: [source, ...recorded],
});

/** The name of the one attribute and the map around it, in front of the value's bytes. */
const prefix = Buffer.from("81a576616c7565", "hex");

/** Plans and applies one resource for each expression, twice, and gives back what the host sent. */
export async function recordValues(host: string): Promise<RawRecording[]> {
  using workspace = createWorkspace();
  const recordings: RawRecording[] = [];
  for (const [type, list] of Object.entries(expressions)) {
    for (const expression of list) {
      const seen: { msgpack?: string; json?: string } = {};
      workspace.write("config/main.tf", configuration(type, expression));
      await using server = await startRecorder(`rec_${type}`, seen);
      const environment = workspace.environment({ variables: { TF_REATTACH_PROVIDERS: server.reattach } });
      const options = { environment, directory: workspace.path("config") };
      await runOk(host, ["init", "-no-color"], options);
      await runOk(host, ["apply", "-auto-approve", "-no-color"], options);
      await run(host, ["plan", "-no-color"], options);
      await runOk(host, ["destroy", "-auto-approve", "-no-color"], options);
      recordings.push({
        type,
        expression,
        msgpack: seen.msgpack ?? "",
        ...(seen.json === undefined ? {} : { json: seen.json }),
      });
    }
  }
  return recordings;
}

export type RawRecording = Pick<RecordedValue, "type" | "expression" | "msgpack" | "json">;

function configuration(type: string, expression: string): string {
  return `terraform {
  required_providers {
    rec = { source = "example/rec" }
  }
}
resource "rec_source" "s" {}
resource "rec_${type}" "r" {
  value = ${expression}
}
`;
}

interface Recorder extends AsyncDisposable {
  readonly reattach: string;
}

async function startRecorder(typeName: string, seen: { msgpack?: string; json?: string }): Promise<Recorder> {
  const sink = { isOn: () => false, write: () => undefined };
  const server = new ProviderServer({ provider, sink, monotonicMs: () => 0, newRequestId: () => "" });
  const methods = new Map<string, Method>(methodsOf(server, () => undefined));
  const tap = (name: string, look: (data: Uint8Array) => void) => {
    const path = `/tfplugin6.Provider/${name}`;
    const method = methods.get(path);
    if (method?.kind !== "unary") throw new Error(`no such call: ${name}`);
    methods.set(path, { kind: "unary", handle: async (data) => (look(data), await method.handle(data)) });
  };
  tap("PlanResourceChange", (data) => {
    const request = decodeMessage(PlanResourceChangeRequest, data);
    const config = Buffer.from(request.config?.msgpack ?? []);
    // The first plan of the resource: later ones know what is unknown in it.
    if (request.typeName !== typeName || seen.msgpack !== undefined || !config.subarray(0, 7).equals(prefix)) return;
    seen.msgpack = config.subarray(7).toString("hex");
  });
  tap("UpgradeResourceState", (data) => {
    const request = decodeMessage(UpgradeResourceStateRequest, data);
    if (request.typeName === typeName)
      seen.json = Buffer.from(request.rawState?.json ?? [])
        .toString()
        .slice('{"value":'.length, -1);
  });
  const grpc = createGrpcServer({ methods });
  const listening = await listen(grpc.listener, { platform: process.platform, ports: { first: 10_000, last: 25_000 } });
  const Addr = { Network: listening.network, String: listening.address };
  const reattach = JSON.stringify({
    "example/rec": { Protocol: "grpc", ProtocolVersion: 6, Pid: process.pid, Test: true, Addr },
  });
  const close = async () => {
    const closed = once(grpc.listener, "close");
    grpc.close();
    listening.remove();
    await closed;
  };
  return { reattach, [Symbol.asyncDispose]: close };
}
