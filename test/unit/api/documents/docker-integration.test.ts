import {
  createIntegrationSchema,
  fromIntegrationAttributes,
  fromIntegrationResource,
  integrationDocumentSchema,
  toIntegrationRequest,
  toIntegrationResource,
  updateIntegrationSchema,
} from "../../../../src/api/documents.ts";

const attributes = { name: "ghcr", "registry-url": "https://ghcr.io", username: "bot", password: "p" };
const post = (changes: object = {}, rest: object = {}) => ({
  data: { type: "docker-integrations", attributes: { ...attributes, ...changes }, ...rest },
});

describe("a create", () => {
  it.each([
    ["as Scalr's clients send it", post({ "export-credentials": false }, { relationships: {} })],
    ["with an id and unknown attributes", post({ colour: "red" }, { id: "in-1" })],
    ["at the limits", post({ name: "n".repeat(128), "registry-url": "u".repeat(512), password: "p".repeat(8192) })],
  ])("is read %s", (_, document) => {
    expect(createIntegrationSchema.safeParse(document).success).toBe(true);
  });

  it("drops unknown attributes", () => {
    expect(createIntegrationSchema.parse(post({ colour: "red" })).data.attributes).toEqual(attributes);
  });

  it.each([
    [post({ name: undefined }), "data/attributes/name", "name is missing"],
    [post({ name: null }), "data/attributes/name", "name is not a text"],
    [post({ name: "n".repeat(129) }), "data/attributes/name", "name has 129 characters, expected at most 128"],
    [
      post({ "registry-url": "u".repeat(513) }),
      "data/attributes/registry-url",
      "registry url has 513 characters, expected at most 512",
    ],
    [post({ username: null }), "data/attributes/username", "user name is not a text"],
    [
      post({ password: "s3cret".repeat(2000) }),
      "data/attributes/password",
      "password has 12000 characters, expected at most 8192",
    ],
    [post({ password: undefined }), "data/attributes/password", "password is missing"],
    [
      post({ "export-credentials": "yes" }),
      "data/attributes/export-credentials",
      "export-credentials is not true or false",
    ],
    [post({ status: "sleeping" }), "data/attributes/status", "status is none of active, disabled, failed, pending"],
    [{ data: { ...post().data, type: "users" } }, "data/type", "type is not docker-integrations"],
  ])("%j is refused at %s", (document, path, message) => {
    const { error } = createIntegrationSchema.safeParse(document);
    expect(error?.issues.map((issue) => [issue.path.join("/"), issue.message])).toEqual([[path, message]]);
  });

  it.each([[undefined], [null], ["text"], [[]], [{}], [{ data: [] }], [{ data: { type: "docker-integrations" } }]])(
    "%j is no document",
    (document) => {
      expect(createIntegrationSchema.safeParse(document).success).toBe(false);
    },
  );
});

describe("an update", () => {
  it.each([
    [{}, {}],
    [{ name: "x" }, { name: "x" }],
    [
      { username: null, password: null },
      { username: null, password: null },
    ],
    [{ status: "disabled" }, { status: "disabled" }],
    [{ "export-credentials": true }, { exportCredentials: true }],
  ])("%j keeps apart what is absent, null and given", (sent, expected) => {
    const document = { data: { type: "docker-integrations", attributes: sent, relationships: {} } };
    const read = fromIntegrationAttributes(updateIntegrationSchema.parse(document).data.attributes);
    expect(Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined))).toEqual(expected);
    expect(toIntegrationRequest(read)).toEqual(document);
  });

  it("cannot take name and URL away", () => {
    const document = { data: { type: "docker-integrations", attributes: { name: null, "registry-url": null } } };
    expect(updateIntegrationSchema.safeParse(document).error?.issues).toHaveLength(2);
  });
});

describe("a reply", () => {
  const integration = {
    id: "in-1",
    name: "ghcr",
    registryUrl: "https://ghcr.io",
    username: "bot",
    exportCredentials: true,
    status: "failed",
    errorMessage: "no route",
  } as const;

  it("satisfies Scalr's clients: all attributes, the password null", () => {
    expect(toIntegrationResource(integration, "acc-1", "/api/iacp/v3/integrations/docker/in-1")).toEqual({
      type: "docker-integrations",
      id: "in-1",
      attributes: {
        name: "ghcr",
        "registry-url": "https://ghcr.io",
        username: "bot",
        password: null,
        "export-credentials": true,
        status: "failed",
        "error-message": "no route",
      },
      relationships: { account: { data: { type: "accounts", id: "acc-1" } } },
      links: { self: "/api/iacp/v3/integrations/docker/in-1" },
    });
  });

  it("comes back as it went", () => {
    const document = { data: toIntegrationResource(integration, "acc-1", "/x") };
    expect(fromIntegrationResource(integrationDocumentSchema.parse(document).data)).toEqual(integration);
  });

  it.each([
    ["username", null, "username", null],
    ["username", undefined, "username", null],
    ["error-message", undefined, "errorMessage", null],
    ["export-credentials", undefined, "exportCredentials", false],
    ["status", "resting", "status", "resting"],
    ["password", "leaked", "password", undefined],
    ["password", undefined, "password", undefined],
  ])("with %s %j has %s %j", (name, value, key, expected) => {
    const { data } = { data: toIntegrationResource(integration, "acc-1", "/x") };
    const document = { data: { ...data, attributes: { ...data.attributes, [name]: value } } };
    const read = fromIntegrationResource(integrationDocumentSchema.parse(document).data);
    expect((read as unknown as Record<string, unknown>)[key]).toEqual(expected);
  });
});
