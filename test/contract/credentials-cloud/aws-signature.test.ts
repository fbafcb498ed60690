// Our signatures against those of aws4, over requests of every shape that the two can send alike.
import fc from "fast-check";
import { Secret } from "../../../src/base/secret.ts";
import { signAwsRequest } from "../../../src/credentials/cloud/aws-signature.ts";
import { parseAuthorization, recomputeSignature } from "../../support/cloud-signature.ts";

/** What the fragment and the query begin with, and what aws4 writes differently before it sends it. */
const notInPath = /[?#[\]|\\^]/g;
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const segment = fc.oneof(
  text.map((value) => value.replace(notInPath, "")),
  text.map(encodeURIComponent),
  fc.constantFrom("", "a b", "ü", "%20", "%2F", "a+b", "*", "~user", "(x)!'", "a=b&c", "a:b@c;d,e", "..", "."),
);
const path = fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`);
/** aws4 leaves out a parameter without a name, and one that its objects cannot hold. */
const key = fc
  .oneof(fc.constantFrom("a", "a-b", "a.b", "A", "a b", "ü", "Action", "x*y'z"), text)
  .filter((name) => name !== "" && name !== "__proto__");
const query = fc.array(fc.tuple(key, fc.oneof(fc.constantFrom("", "=", "&", "+", "%2F", "a b"), text)), {
  maxLength: 6,
});
const headerName = fc.stringMatching(/^[A-Z][a-z0-9-]{0,12}$/).map((name) => `X-${name}`);
const headers = fc.dictionary(headerName, fc.stringMatching(/^[ -~]{0,20}$/), { maxKeys: 4, noNullPrototype: true });
const shape = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  origin: fc.constantFrom("https://api.ecr.eu-west-1.amazonaws.com", "https://sts.cn-north-1.amazonaws.com.cn:8443"),
  path,
  query,
  headers,
  body: fc.oneof(fc.constantFrom("", "{}"), text, fc.string({ unit: "binary", maxLength: 200 })),
  region: fc.constantFrom("eu-west-1", "us-gov-west-1", "cn-north-1"),
  service: fc.constantFrom("ecr", "ecr-public", "sts", "iam"),
  accessKeyId: fc.stringMatching(/^A[KS]IA[A-Z0-9]{16}$/),
  secret: fc.stringMatching(/^[A-Za-z0-9+/]{40}$/),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 400 }), { nil: undefined }),
  nowMs: fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2099, 11, 31) }),
});

it("signs a thousand requests as aws4 does", () => {
  fc.assert(
    fc.property(shape, ({ origin, accessKeyId, secret, sessionToken, nowMs, ...request }) => {
      const url = new URL(origin + request.path);
      for (const [name, value] of request.query) url.searchParams.append(name, value);
      const keys = {
        accessKeyId,
        secretAccessKey: new Secret(secret),
        sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
      };
      const signed = signAwsRequest({ ...request, url }, keys, nowMs);
      const authorization = parseAuthorization(signed["authorization"]);
      expect(authorization).toMatchObject({ accessKeyId, region: request.region, service: request.service });
      if (authorization === undefined) return;
      expect(authorization.signedHeaders).toContain("host");
      expect(authorization.signedHeaders.includes("x-amz-security-token")).toBe(sessionToken !== undefined);
      const sent = { ...lowerCase(signed), host: url.host };
      const parts = { method: request.method, target: url.pathname + url.search, headers: sent, body: request.body };
      expect(recomputeSignature(parts, authorization, secret)).toBe(authorization.signature);
    }),
    { numRuns: 1_000 },
  );
});

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
