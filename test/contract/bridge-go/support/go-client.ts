// HashiCorp's client, go-plugin with go-cty, as a program that takes calls as JSON; tools/go-client.
import { createInterface } from "node:readline";
import { type RunningProcess, start } from "../../../support/processes.ts";

export interface GoCall {
  readonly request?: Json;
  /** Types of the values in request and reply, as cty writes types in JSON. */
  readonly type?: unknown;
  /** The types of fields whose values are of another one. */
  readonly types?: Json;
}

export type Json = Readonly<Record<string, unknown>>;

export interface GoReply {
  /** Several only of a streaming method. */
  readonly replies?: readonly Record<string, never>[];
  /** gRPC's name of the status, unless the call went well. */
  readonly code?: string;
  readonly message?: string;
}

export interface GoClient {
  readonly process: RunningProcess;
  call(method: string, call?: GoCall): Promise<GoReply>;
  /** @returns the reply of a call that went well @throws Error for another status */
  ok(method: string, call?: GoCall): Promise<Record<string, never>>;
  /** All methods of the protocol, in its order. */
  methods(): Promise<readonly string[]>;
  /** Methods that were called up to now. */
  readonly called: ReadonlySet<string>;
  /** Lets go of the provider, as a host does at its end. @returns the exit code of the client */
  end(): Promise<number | null>;
}

export function startGoClient(client: string, provider: readonly string[], environment: NodeJS.ProcessEnv): GoClient {
  const running = start(client, provider, { environment, keepStdinOpen: true });
  const { stdout, stdin } = running.child;
  if (stdout === null || stdin === null) throw new Error("the client has no streams");
  const lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const called = new Set<string>();
  const call: GoClient["call"] = async (method, { request = {}, type, types } = {}) => {
    called.add(method);
    stdin.write(`${JSON.stringify({ method, request, type, types })}\n`);
    const line = await lines.next();
    if (line.done === true) throw new Error(`${method}: the client ended\n${running.stderr()}`);
    return JSON.parse(String(line.value)) as GoReply;
  };
  return {
    process: running,
    call,
    called,
    methods: async () => ((await call("")).replies ?? []).map(String),
    ok: async (method, asked) => {
      const { replies, code, message } = await call(method, asked);
      const [reply] = replies ?? [];
      if (reply === undefined) throw new Error(`${method}: ${code ?? "no reply"} ${message ?? ""}`);
      return reply;
    },
    end: async () => {
      stdin.end();
      return (await running.ended).exitCode;
    },
  };
}
