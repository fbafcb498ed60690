// A management API in memory that speaks Scalr's JSON:API over TLS and fails on demand: what the real ones do only on bad days.
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ServerCertificate } from "./authority.ts";

export interface SeenRequest {
  readonly method: string;
  /** Path with its query, as it was sent. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface StoredIntegration {
  id: string;
  attributes: Record<string, unknown>;
}

/** What happens to one request instead of, or after, what it asks for. */
export type Fault =
  | { readonly reply: FaultReply }
  /** Done, but the connection ends before the reply. */
  | "lose reply"
  /** Not done; the connection ends. */
  | "drop"
  /** Not done; no reply ever. */
  | "hang"
  /** As usual. */
  | "none";

export interface FaultReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON:API, a text as it is. */
  readonly body?: unknown;
}

export interface FakeManagementApi extends AsyncDisposable {
  /** `localhost:PORT`. */
  readonly hostname: string;
  readonly token: string;
  readonly requests: readonly SeenRequest[];
  readonly integrations: StoredIntegration[];
  /** The next requests meet these, in order; a pattern picks among requests by `METHOD URL`. */
  fail(faults: readonly Fault[], pattern?: RegExp): void;
  /** Changes how it behaves while it runs. */
  readonly behaviour: FakeBehaviour;
  /** `METHOD PATH` of the requests since the last call, queries decoded. */
  takeRequests(): string[];
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface FakeBehaviour {
  pageSize: number;
  /** False: several integrations of one host are let through. */
  uniqueHosts: boolean;
  /** Called before each page of a list is answered. */
  onPage: ((page: number) => void) | undefined;
  /** Attributes laid over those of every created or updated integration. */
  outcome: Record<string, unknown>;
  /** Added to the attributes of every reply. */
  extra: Record<string, unknown>;
  /** Milliseconds between doing what a write asks for and answering it. */
  writeDelayMs: number;
  /** False: a server that does not know `filter[name]`. */
  filters: boolean;
}

const integrationsPath = "/api/iacp/v3/integrations/docker";

export async function startFakeManagementApi(
  certificate: Pick<ServerCertificate, "certificatePem" | "privateKeyPem">,
): Promise<FakeManagementApi> {
  const token = "scalr-test-token";
  const requests: SeenRequest[] = [];
  const integrations: StoredIntegration[] = [];
  const faults: { fault: Fault; pattern: RegExp }[] = [];
  const behaviour: FakeBehaviour = {
    pageSize: 20,
    uniqueHosts: true,
    onPage: undefined,
    outcome: {},
    extra: {},
    filters: true,
    writeDelayMs: 0,
  };
  let taken = 0;
  let made = 0;
  const nextId = () => `in-v0p${String((made += 1)).padStart(12, "0")}`;
  const routes = routesOf({ integrations, behaviour, nextId });

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const seen = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body: "" };
    seen.body = await textOf(request);
    requests.push(seen);
    const fault = takeFault(faults, `${seen.method} ${decodeURIComponent(seen.url)}`);
    if (fault === "hang") return;
    if (fault === "drop") return void request.socket.destroy();
    if (typeof fault === "object") return send(response, fault.reply);
    const reply = seen.headers.authorization === `Bearer ${token}` ? routes(seen) : unauthorized;
    if (fault === "lose reply") return void request.socket.destroy();
    if (seen.method !== "GET") await new Promise((resolve) => setTimeout(resolve, behaviour.writeDelayMs));
    send(response, reply);
  };
  let server: Server;
  let port = 0;
  const listen = async () => {
    server = createServer({ cert: certificate.certificatePem, key: certificate.privateKeyPem }, (request, response) => {
      void handle(request, response);
    });
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  };
  await listen();
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    hostname: `localhost:${port}`,
    token,
    requests,
    integrations,
    behaviour,
    fail: (list, pattern = /./) => void faults.push(...list.map((fault) => ({ fault, pattern }))),
    takeRequests: () => {
      const fresh = requests.slice(taken).map(({ method, url }) => `${method} ${decodeURIComponent(url)}`);
      taken = requests.length;
      return fresh;
    },
    stop,
    start: listen,
    [Symbol.asyncDispose]: stop,
  };
}

/** The body of a refusal as Scalr sends it. */
export function errorBody(status: number, title: string, detail?: string, pointer?: string, code?: string) {
  const source = pointer === undefined ? {} : { source: { pointer } };
  return { errors: [{ status: String(status), title, detail, ...(code !== undefined && { code }), ...source }] };
}

const unauthorized: FaultReply = { status: 401, body: errorBody(401, "Unauthorized", "Invalid token.") };

interface State {
  readonly integrations: StoredIntegration[];
  readonly behaviour: FakeBehaviour;
  readonly nextId: () => string;
}

function routesOf(state: State): (request: SeenRequest) => FaultReply {
  return (request) => {
    const url = new URL(request.url, "https://fake.example.test");
    if (url.pathname === integrationsPath) {
      return request.method === "POST" ? create(state, request) : list(state, url.searchParams);
    }
    const id = decodeURIComponent(url.pathname.slice(integrationsPath.length + 1));
    const integration = state.integrations.find((one) => one.id === id);
    if (!url.pathname.startsWith(`${integrationsPath}/`) || integration === undefined) return notFound(id);
    if (request.method === "GET") return { status: 200, body: { data: resource(state, integration) } };
    return request.method === "PATCH" ? update(state, integration, request) : remove(state, integration);
  };
}

function notFound(id: string): FaultReply {
  const detail = `Docker integration with ID '${id}' not found or user unauthorized.`;
  return { status: 404, body: errorBody(404, "Not Found", detail) };
}

function create(state: State, request: SeenRequest): FaultReply {
  const { attributes } = (JSON.parse(request.body) as { data: { attributes: Record<string, unknown> } }).data;
  const url = normalForm(String(attributes["registry-url"]));
  if (state.behaviour.uniqueHosts && state.integrations.some((one) => one.attributes["registry-url"] === url)) {
    const detail = "Registry host already has an integration.";
    return { status: 422, body: errorBody(422, "Invalid Attribute", detail, "/data/attributes/registry-url") };
  }
  const stored = {
    id: state.nextId(),
    attributes: { "export-credentials": false, ...attributes, "registry-url": url, ...tested(state) },
  };
  state.integrations.push(stored);
  return { status: 201, body: { data: resource(state, stored) } };
}

function update(state: State, integration: StoredIntegration, request: SeenRequest): FaultReply {
  const { attributes } = (JSON.parse(request.body) as { data: { attributes: Record<string, unknown> } }).data;
  Object.assign(integration.attributes, attributes, tested(state));
  integration.attributes["registry-url"] = normalForm(String(integration.attributes["registry-url"]));
  return { status: 200, body: { data: resource(state, integration) } };
}

function remove(state: State, integration: StoredIntegration): FaultReply {
  state.integrations.splice(state.integrations.indexOf(integration), 1);
  return { status: 204 };
}

function list(state: State, query: URLSearchParams): FaultReply {
  const { behaviour } = state;
  const page = Number(query.get("page[number]") ?? 1);
  behaviour.onPage?.(page);
  const name = behaviour.filters ? query.get("filter[name]") : null;
  const all = state.integrations.filter((one) => name === null || one.attributes["name"] === name);
  const size = Math.min(Number(query.get("page[size]") ?? 20), behaviour.pageSize);
  const pages = Math.max(1, Math.ceil(all.length / size));
  const pagination = {
    "current-page": page,
    "page-size": size,
    "prev-page": page > 1 ? page - 1 : null,
    "next-page": page < pages ? page + 1 : null,
    "total-pages": pages,
    "total-count": all.length,
  };
  const data = all.slice((page - 1) * size, page * size).map((one) => resource(state, one));
  return { status: 200, body: { data, meta: { pagination } } };
}

function tested({ behaviour }: State): Record<string, unknown> {
  return { status: "active", "error-message": null, ...behaviour.outcome };
}

function resource({ behaviour }: State, { id, attributes }: StoredIntegration) {
  return {
    type: "docker-integrations",
    id,
    attributes: { ...attributes, password: null, ...behaviour.extra },
    relationships: { account: { data: { type: "accounts", id: "acc-test" } } },
    links: { self: `${integrationsPath}/${id}` },
  };
}

/** As Scalr's: https, lower case, no path, no default port. */
function normalForm(text: string): string {
  return new URL(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`).origin;
}

function takeFault(faults: { fault: Fault; pattern: RegExp }[], request: string): Fault {
  const index = faults.findIndex(({ pattern }) => pattern.test(request));
  return index === -1 ? "none" : (faults.splice(index, 1)[0]?.fault ?? "none");
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, { status, headers, body }: FaultReply): void {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/html" : "application/vnd.api+json";
  response.writeHead(status, { ...(text !== "" && { "content-type": type }), ...headers }).end(text);
}
