import {
  accessTokenListSchema,
  createAccessTokenSchema,
  createRunTokenSchema,
  dockerConfigSchema,
  errorDocumentSchema,
  fromAccessTokenResource,
  fromCredentialDocument,
  memberPath,
  permissionsOfRole,
  permissionsOfRunTokens,
  toAccessTokenRequest,
  toAccessTokenResource,
  toCredentialDocument,
  toRunTokenRequest,
} from "../../../../src/api/documents.ts";
import { Secret } from "../../../../src/base/secret.ts";
import { thrownBy } from "../../../support/thrown.ts";

describe("run tokens", () => {
  it.each([
    [{}],
    [{ hosts: null }],
    [{ hosts: ["ghcr.io"], lifetimeSeconds: 60 }],
    [{ lifetimeSeconds: 1 }],
    [{ lifetimeSeconds: 86_400 }],
  ])("%j can be asked for", (attributes) => {
    expect(createRunTokenSchema.safeParse(toRunTokenRequest(attributes)).success).toBe(true);
  });

  it("can be asked for without any attributes", () => {
    expect(createRunTokenSchema.safeParse({ data: { type: "run-tokens" } }).success).toBe(true);
  });

  it.each([
    [{ lifetimeSeconds: 0 }, "data/attributes/lifetime-seconds"],
    [{ lifetimeSeconds: 86_401 }, "data/attributes/lifetime-seconds"],
    [{ lifetimeSeconds: 1.5 }, "data/attributes/lifetime-seconds"],
    [{ hosts: [] }, "data/attributes/hosts"],
    [{ hosts: ["x".repeat(513)] }, "data/attributes/hosts/0"],
  ])("%j cannot", (attributes, path) => {
    const { error } = createRunTokenSchema.safeParse(toRunTokenRequest(attributes));
    expect(error?.issues.map((issue) => issue.path.join("/"))).toEqual([path]);
  });
});

describe("access tokens", () => {
  const token = {
    id: "at-1",
    role: "mint",
    name: "ci",
    createdAt: "2030-01-01T00:00:00.000Z",
    expiresAt: null,
    lastUsedAt: null,
  } as const;

  it("come back from a list as they went in", () => {
    const list = accessTokenListSchema.parse({ data: [toAccessTokenResource(token)] });
    expect(list.data.map(fromAccessTokenResource)).toEqual([token]);
  });

  it.each([
    [{ role: "mint" }, true],
    [{ role: "admin", name: "ci", expiresAt: "2030-01-01T00:00:00Z" }, true],
    [{ role: "manage", name: null, expiresAt: null }, true],
    [{ role: "root" }, false],
    [{ role: "mint", expiresAt: "tomorrow" }, false],
    [{ role: "mint", name: "n".repeat(129) }, false],
  ])("%j can be asked for: %s", (attributes, expected) => {
    const request = toAccessTokenRequest(attributes as Parameters<typeof toAccessTokenRequest>[0]);
    expect(createAccessTokenSchema.safeParse(request).success).toBe(expected);
  });

  it("grant no role what a run token may do, and a run token nothing else", () => {
    expect(permissionsOfRunTokens).toEqual(["docker-credentials:read"]);
    for (const permissions of Object.values(permissionsOfRole))
      expect(permissions).not.toContain("docker-credentials:read");
  });
});

describe("credentials", () => {
  it("come back as they went", () => {
    const document = toCredentialDocument("ghcr.io", { username: "bot", password: new Secret("p") });
    const credential = fromCredentialDocument(document);
    expect([credential.username, credential.password.reveal()]).toEqual(["bot", "p"]);
  });

  it("are a Docker auth configuration", () => {
    expect(dockerConfigSchema.safeParse({ auths: { "ghcr.io": { auth: "eDp5" } } }).success).toBe(true);
    expect(dockerConfigSchema.safeParse({ auths: { "ghcr.io": "x" } }).success).toBe(false);
    expect(dockerConfigSchema.safeParse({}).success).toBe(false);
  });
});

describe("errors", () => {
  it.each([
    [{ errors: [{ status: 422, detail: "x" }] }, { status: "422", detail: "x" }],
    [{ errors: [{ status: {}, source: "no" }] }, {}],
    [{ errors: [{ source: { pointer: "/a", parameter: 3 } }] }, { source: { pointer: "/a", parameter: "3" } }],
  ])("%j is read as far as it makes sense", (document, expected) => {
    const [first] = errorDocumentSchema.parse(document).errors;
    expect(JSON.parse(JSON.stringify(first))).toEqual(expected);
  });

  it.each([[{ errors: [] }], [{ errors: "x" }], [{}], [null], ["<html>"]])("%j is none", (document) => {
    expect(errorDocumentSchema.safeParse(document).success).toBe(false);
  });
});

describe("memberPath", () => {
  it.each([
    ["in-1", "/c/in-1"],
    ["in-../x", "/c/in-..%2Fx"],
    ["a b?c#d", "/c/a%20b%3Fc%23d"],
    ["...", "/c/..."],
  ])("%j is %s", (id, path) => {
    expect(memberPath("/c", id)).toBe(path);
  });

  it.each([[""], ["."], [".."]])("%j is no id", (id) => {
    expect(thrownBy(() => memberPath("/c", id)).code).toBe("INVALID_ARGUMENT");
  });
});
