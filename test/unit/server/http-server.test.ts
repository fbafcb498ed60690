// The settings of the socket side that no exchange shows at once.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createSelfSignedCertificate } from "../../../src/base/certificate.ts";
import { createHttpEndpoint } from "../../../src/server/http-server.ts";

const listener = (_request: IncomingMessage, response: ServerResponse) => void response.end();
const validity = { notBefore: new Date(Date.now() - 1000), notAfter: new Date(Date.now() + 60_000) };

describe("the socket side", () => {
  it.each([
    ["plain", undefined],
    ["TLS", createSelfSignedCertificate({ commonName: "localhost", dnsNames: ["localhost"], ...validity })],
  ])(
    "with %s keeps idle connections for two minutes and waits for no request longer than one",
    (_what, certificate) => {
      const { server } = createHttpEndpoint(listener, certificate);
      // Node 22.19 reads the buffer on HTTP/2 servers too, and does not set it there.
      expect(server).toMatchObject({
        keepAliveTimeout: 120_000,
        keepAliveTimeoutBuffer: 1_000,
        requestTimeout: 60_000,
        headersTimeout: 30_000,
      });
    },
  );

  it("closes at once when it never listened", async () => {
    await createHttpEndpoint(listener, undefined).close(1_000);
  });
});
