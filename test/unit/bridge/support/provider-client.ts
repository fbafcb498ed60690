// Calls a provider's RPCs as a host does, in memory: requests and replies go through the real messages.
import { defineProvider, defineSchema, type Provider, type Resource } from "../../../../src/bridge.ts";
import type { DataSource } from "../../../../src/bridge/data-source.ts";
import type { EphemeralResource } from "../../../../src/bridge/ephemeral.ts";
import type { ProviderFunction } from "../../../../src/bridge/function.ts";
import type { LogSink } from "../../../../src/bridge/log.ts";
import { ProviderServer } from "../../../../src/bridge/provider-server.ts";
import { methodsOf } from "../../../../src/bridge/rpc/methods.ts";
import type { Schema } from "../../../../src/bridge/schema.ts";
import * as messages from "../../../../src/bridge/wire/messages.ts";
import {
  decodeMessage,
  type Decoded,
  type Encodable,
  encodeMessage,
  type Message,
} from "../../../../src/bridge/wire/protobuf.ts";
import type { Shape } from "../../../../src/bridge/value-type.ts";
import { decodeValue, encodeValue } from "../../../../src/bridge/wire/value.ts";

export interface ProviderParts {
  readonly resources?: readonly Resource[];
  readonly dataSources?: readonly DataSource[];
  readonly ephemeralResources?: readonly EphemeralResource[];
  readonly functions?: readonly ProviderFunction[];
  readonly schema?: Schema;
  readonly configure?: () => unknown;
}

/** A provider named `test` of these parts. */
export function providerOf(parts: ProviderParts): Provider {
  return defineProvider({
    name: "test",
    address: "example/test",
    version: "1.0.0",
    configure: () => undefined as unknown,
    ...parts,
    schema: parts.schema ?? defineSchema({ attributes: {} }),
  });
}

const silent: LogSink = { isOn: () => false, write: () => undefined };

export class ProviderClient {
  readonly server: ProviderServer;
  readonly #methods;

  constructor(provider: Provider, sink: LogSink = silent) {
    this.server = new ProviderServer({ provider, sink, monotonicMs: () => 0, newRequestId: () => "request-1" });
    this.#methods = methodsOf(this.server, () => undefined);
  }

  /** One call through bytes. */
  async call<Request, Response>(
    name: string,
    request: Message<Request>,
    response: Message<Response>,
    content: Encodable<Message<Request>>,
  ): Promise<Response> {
    const method = this.#methods.get(`/tfplugin6.Provider/${name}`);
    if (method?.kind !== "unary") throw new Error(`no such call: ${name}`);
    const reply = await method.handle(Buffer.concat(encodeMessage(request, content)));
    return decodeMessage(response, Buffer.concat(reply));
  }

  async plan(type: string, change: Change): Promise<PlanReply> {
    const shape = this.#shapeOf(type);
    const config = change.config === null ? null : nullsFor(shape, change.config);
    const prior = change.prior === null ? null : nullsFor(shape, change.prior);
    const proposed =
      change.proposed === undefined ? (config === null ? null : propose(shape, config, prior)) : change.proposed;
    const reply = await this.call(
      "PlanResourceChange",
      messages.PlanResourceChangeRequest,
      messages.PlanResourceChangeResponse,
      {
        typeName: type,
        priorState: encodeDynamic(shape, prior),
        // With write-only values in it, as hosts send it.
        proposedNewState: encodeDynamic(shape, proposed, "config"),
        config: encodeDynamic(shape, config, "config"),
        priorPrivate: change.private,
      },
    );
    const planned = decodeDynamic(shape, reply.plannedState) as Values | null;
    return { ...reply, planned, replace: reply.requiresReplace.map(pathText), problems: textsOf(reply.diagnostics) };
  }

  async apply(type: string, change: ApplyChange): Promise<ApplyReply> {
    const shape = this.#shapeOf(type);
    const reply = await this.call(
      "ApplyResourceChange",
      messages.ApplyResourceChangeRequest,
      messages.ApplyResourceChangeResponse,
      {
        typeName: type,
        priorState: encodeDynamic(shape, change.prior === null ? null : nullsFor(shape, change.prior)),
        plannedState: encodeDynamic(shape, change.planned),
        config: encodeDynamic(shape, change.config === null ? null : nullsFor(shape, change.config), "config"),
        plannedPrivate: change.private,
      },
    );
    return {
      ...reply,
      state: decodeDynamic(shape, reply.newState) as Values | null,
      problems: textsOf(reply.diagnostics),
    };
  }

  /** Plans and applies what was planned. */
  async change(type: string, change: Change): Promise<ApplyReply> {
    const plan = await this.plan(type, change);
    if (plan.problems.length > 0) throw new Error(plan.problems.join("\n"));
    return await this.apply(type, { ...change, planned: plan.planned, private: plan.plannedPrivate });
  }

  async read(type: string, state: Values, kept?: Uint8Array): Promise<ReadReply> {
    const shape = this.#shapeOf(type);
    const reply = await this.call("ReadResource", messages.ReadResourceRequest, messages.ReadResourceResponse, {
      typeName: type,
      currentState: encodeDynamic(shape, nullsFor(shape, state)),
      private: kept,
    });
    return {
      ...reply,
      state: decodeDynamic(shape, reply.newState) as Values | null,
      problems: textsOf(reply.diagnostics),
    };
  }

  async upgrade(type: string, version: number, json: unknown): Promise<{ state: Values | null; problems: string[] }> {
    const text = typeof json === "string" ? json : JSON.stringify(json);
    const reply = await this.call(
      "UpgradeResourceState",
      messages.UpgradeResourceStateRequest,
      messages.UpgradeResourceStateResponse,
      {
        typeName: type,
        version,
        rawState: { json: Buffer.from(text) },
      },
    );
    const state = decodeDynamic(this.#shapeOf(type), reply.upgradedState) as Values | null;
    return { state, problems: textsOf(reply.diagnostics) };
  }

  async import(
    type: string,
    id: string,
  ): Promise<{ state: Values | null; problems: string[]; private: Uint8Array | undefined }> {
    const reply = await this.call(
      "ImportResourceState",
      messages.ImportResourceStateRequest,
      messages.ImportResourceStateResponse,
      {
        typeName: type,
        id,
      },
    );
    const [imported] = reply.importedResources;
    const state = decodeDynamic(this.#shapeOf(type), imported?.state) as Values | null;
    return { state, private: imported?.private, problems: textsOf(reply.diagnostics) };
  }

  async validate(type: string, config: Values, capabilities = { writeOnlyAttributesAllowed: true }): Promise<string[]> {
    const shape = this.#shapeOf(type);
    const reply = await this.call(
      "ValidateResourceConfig",
      messages.ValidateConfigRequest,
      messages.ValidateConfigResponse,
      {
        typeName: type,
        config: encodeDynamic(shape, nullsFor(shape, config), "config"),
        clientCapabilities: capabilities,
      },
    );
    return textsOf(reply.diagnostics);
  }

  async configure(config: Values = {}): Promise<string[]> {
    const { shape } = this.server.provider.schema;
    const reply = await this.call(
      "ConfigureProvider",
      messages.ConfigureProviderRequest,
      messages.ConfigureProviderResponse,
      {
        terraformVersion: "1.13.0",
        config: encodeDynamic(shape, nullsFor(shape, config), "config"),
      },
    );
    return textsOf(reply.diagnostics);
  }

  #shapeOf(type: string): Shape & { readonly kind: "object" } {
    const definition = this.server.provider.resources.get(type);
    if (definition === undefined) throw new Error(`no such resource: ${type}`);
    return definition.schema.shape;
  }
}

export type Values = Readonly<Record<string, unknown>>;

export interface Change {
  readonly config: Values | null;
  readonly prior: Values | null;
  /** What the host proposes; merged from the others unless given. */
  readonly proposed?: Values | null;
  readonly private?: Uint8Array;
}

export interface ApplyChange extends Change {
  readonly planned: Values | null;
}

type WithProblems<M> = Decoded<M> & { readonly problems: string[] };
export type PlanReply = WithProblems<typeof messages.PlanResourceChangeResponse> & {
  planned: Values | null;
  replace: string[];
};
export type ApplyReply = WithProblems<typeof messages.ApplyResourceChangeResponse> & { state: Values | null };
export type ReadReply = WithProblems<typeof messages.ReadResourceResponse> & { state: Values | null };

/** A value as a host sends it; write-only values are only in configurations. */
export function encodeDynamic(
  shape: Shape,
  value: unknown,
  place: "config" | "state" = "state",
): { msgpack: Uint8Array } {
  const problems: { message: string }[] = [];
  const sent = place === "config" ? withoutWriteOnlyRule(shape) : shape;
  const msgpack = encodeValue(sent, value, { unknowns: "allowed", problems: problems as never });
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { msgpack };
}

export function decodeDynamic(shape: Shape, message: { readonly msgpack: Uint8Array } | undefined): unknown {
  return message === undefined || message.msgpack.length === 0 ? null : decodeValue(shape, message.msgpack, []);
}

/** The same shape without the attributes' options, as hosts encode configurations. */
function withoutWriteOnlyRule(shape: Shape): Shape {
  if (shape.kind === "object") {
    const fields = shape.fields.map((field) => ({ name: field.name, shape: withoutWriteOnlyRule(field.shape) }));
    return { ...shape, fields, byName: new Map(fields.map((field) => [field.name, field])) };
  }
  if (shape.kind === "list" || shape.kind === "set" || shape.kind === "map") {
    return { ...shape, element: { ...withoutWriteOnlyRule(shape.element), nullable: true } };
  }
  return shape;
}

/** The values with null for every attribute that is not given. */
export function nullsFor(shape: Shape & { readonly kind: "object" }, values: Values): Values {
  const entries = shape.fields.map(({ name, shape: inner, block }) => {
    const absent = block !== undefined && inner.kind !== "object" ? [] : null;
    return [name, values[name] ?? absent] as const;
  });
  return Object.fromEntries(entries);
}

/** The host's proposal: the configuration, with the prior value where the provider sets one and the configuration none. */
function propose(shape: Shape & { readonly kind: "object" }, config: Values, prior: Values | null): Values {
  const entries = shape.fields.map(({ name, attribute }) => {
    const isKept = attribute?.options.computed === true && (config[name] ?? null) === null;
    return [name, isKept ? (prior?.[name] ?? null) : config[name]] as const;
  });
  return Object.fromEntries(entries);
}

function textsOf(diagnostics: readonly Decoded<typeof messages.Diagnostic>[]): string[] {
  return diagnostics.map(({ severity, summary, detail, attribute }) => {
    const path = attribute === undefined ? "" : ` @${pathText(attribute)}`;
    return `${severity === 1 ? "error" : "warning"}${path}: ${summary}: ${detail}`;
  });
}

export function pathText({ steps }: Decoded<typeof messages.AttributePath>): string {
  return steps.map((step) => step.attributeName ?? step.elementKeyString ?? `[${step.elementKeyInt}]`).join(".");
}
