// One request to the management API with nothing of ours in between, to read an answer to the letter.
import { readFileSync } from "node:fs";
import { request } from "node:https";

export interface ApiReply {
  readonly status: number;
  readonly body: string;
}

/** @param trust PEM file of the server's authority */
export function askApi(
  hostname: string,
  trust: string,
  options: { readonly method?: string; readonly path: string; readonly token: string; readonly body?: unknown },
): Promise<ApiReply> {
  const { method = "GET", path, token, body } = options;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { "content-type": "application/vnd.api+json" }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(`https://${hostname}${path}`, { method, headers, ca: readFileSync(trust) }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      reply.once("end", () => resolve({ status: reply.statusCode ?? 0, body: text }));
    });
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
