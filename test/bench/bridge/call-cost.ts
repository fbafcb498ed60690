// What one plan call costs the provider's process when it is warm: no host, only the calls, ten in flight, over mutual TLS.
import { readFile } from "node:fs/promises";
import type { ClientHttp2Session } from "node:http2";
import { PlanResourceChangeRequest, PlanResourceChangeResponse } from "../../../src/bridge/wire/messages.ts";
import { decodeMessage, encodeMessage } from "../../../src/bridge/wire/protobuf.ts";
import {
  callRaw,
  connectTo,
  frame,
  newClientCertificate,
  startExecutable,
} from "../../contract/bridge/support/plugin-process.ts";
import { encodeDynamic } from "../../unit/bridge/support/provider-client.ts";
import { itemSchema } from "./bench-provider.ts";
import type { Variant } from "./variants.ts";

export interface CallCost {
  /** Processor time of the provider for each call. */
  readonly cpuMs: number;
  readonly calls: number;
}

/** As many as the host has by default. */
const inFlight = 10;
/** /proc counts hundredths of a second on every Linux that we know. */
const tickMs = 10;

/** @throws Error when a reply is not the plan that was asked for */
export async function measurePlanCalls(
  variant: Variant,
  calls: { warmUp: number; counted: number },
): Promise<CallCost> {
  const certificate = newClientCertificate();
  await using plugin = await startExecutable([variant.path], { certificate, environment: variant.variables });
  const session = await connectTo(plugin, certificate);
  try {
    await callMany(session, calls.warmUp);
    const before = await cpuOf(plugin.process.pid);
    await callMany(session, calls.counted);
    return { cpuMs: ((await cpuOf(plugin.process.pid)) - before) / calls.counted, calls: calls.counted };
  } finally {
    session.destroy();
  }
}

async function callMany(session: ClientHttp2Session, count: number): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < count) await planOnce(session, (next += 1));
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
}

async function planOnce(session: ClientHttp2Session, number: number): Promise<void> {
  const { request, name } = planRequest(number);
  const { status, body } = await callRaw(session, "/tfplugin6.Provider/PlanResourceChange", frame(request));
  const reply = status === 0 ? decodeMessage(PlanResourceChangeResponse, body.subarray(5)) : undefined;
  const planned = Buffer.from(reply?.plannedState?.msgpack ?? []).toString("latin1");
  if (reply?.diagnostics.length !== 0 || !planned.includes(name)) throw new Error(`plan call: status ${status}`);
}

const { shape } = itemSchema;

/** An update of one attribute, so that the whole algorithm runs. */
function planRequest(number: number): { request: Buffer; name: string } {
  const name = `item-${number}`;
  const config = {
    id: null,
    name,
    url: `https://registry-${number}.example.com`,
    username: "robot",
    secret: null,
    secret_wo: "hidden",
    secret_wo_version: 1,
    enabled: null,
    port: null,
    mode: null,
    tags: ["blue", `n${number}`],
    labels: { index: String(number), team: "platform" },
    contact: { mail: "ada@example.com", name: "Ada" },
    status: null,
  };
  const kept = { ...config, secret_wo: null, enabled: true, port: 443, mode: "standard" };
  const provided = { id: `id-${number}`, status: "active" };
  const content = {
    typeName: "bench_item",
    config: encodeDynamic(shape, config, "config"),
    priorState: encodeDynamic(shape, { ...kept, ...provided, username: "former" }),
    proposedNewState: encodeDynamic(shape, { ...kept, ...provided }),
  };
  return { request: Buffer.concat(encodeMessage(PlanResourceChangeRequest, content)), name };
}

/** User and system time of a process up to now, in ms; proc(5), the fields behind the name. */
async function cpuOf(id: number): Promise<number> {
  const text = await readFile(`/proc/${id}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
