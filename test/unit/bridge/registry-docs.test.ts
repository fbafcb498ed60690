// Pages for provider registries: their paths, and what each says of an attribute, a block and a function.
import {
  bool,
  defineDataSource,
  defineEphemeralResource,
  defineFunction,
  defineIdentity,
  defineListResource,
  defineProvider,
  defineResource,
  defineSchema,
  identityAttribute,
  importById,
  intType,
  list,
  listBlock,
  listOf,
  map,
  objectOf,
  parameter,
  setNested,
  single,
  string,
  stringType,
  tupleOf,
  attribute,
  variadicParameter,
} from "../../../src/bridge.ts";
import { registryDocs } from "../../../src/bridge/registry-docs.ts";

const schema = defineSchema({
  description: "A server.",
  attributes: {
    zone: string({ required: true, description: "Where it stands." }),
    id: string({ computed: true, identifier: true }),
    password_wo: string({ optional: true, sensitive: true, writeOnly: true }),
    old: bool({ optional: true, deprecation: "Use `zone`." }),
    tags: list(stringType, { optional: true }),
    ports: map(listOf(intType), { optional: true }),
    place: attribute(objectOf({ city: stringType, at: tupleOf(intType, intType) }), { optional: true }),
    owner: single({
      optional: true,
      description: "Who pays.",
      attributes: {
        name: string({ required: true }),
        mails: setNested({
          optional: true,
          attributes: {
            address: string({ required: true, description: "An address." }),
          },
        }),
      },
    }),
  },
  blocks: { disk: listBlock({ maxItems: 2, attributes: { size: string({ required: true }) } }) },
});

const simple = defineSchema({ attributes: { name: string({ required: true }) } });
const note = defineSchema({ attributes: { id: string({ computed: true, identifier: true }) } });
const fail = (): never => {
  throw new Error("not called");
};
const provider = defineProvider({
  name: "acme",
  address: "acme/acme",
  version: "1.0.0",
  schema: simple,
  configure: () => undefined,
  resources: [
    defineResource({
      type: "acme_server",
      schema,
      identity: defineIdentity({
        attributes: {
          id: identityAttribute(stringType, { requiredForImport: true, description: "Its id." }),
          region: identityAttribute(stringType, { optionalForImport: true }),
          rack: identityAttribute(intType, { optionalForImport: true }),
        },
      }),
      create: fail,
      read: fail,
      delete: fail,
      importState: importById(),
    }),
    defineResource({ type: "acme_disk", schema: simple, create: fail, read: fail, delete: fail }),
    defineResource({
      type: "acme_note",
      schema: note,
      create: fail,
      read: fail,
      delete: fail,
      importState: importById(),
    }),
  ],
  dataSources: [defineDataSource({ type: "acme_server", schema: simple, read: fail })],
  ephemeralResources: [defineEphemeralResource({ type: "acme_token", schema: simple, open: fail })],
  listResources: [
    defineListResource({
      type: "acme_server",
      schema: defineSchema({
        description: "Servers that exist.",
        attributes: { zone: string({ optional: true, description: "Only those there." }) },
      }),
      list: fail,
    }),
  ],
  functions: [
    defineFunction({
      name: "join",
      summary: "Joins texts.",
      parameters: [
        parameter("separator", stringType, { description: "Between them.", allowNull: true }),
        variadicParameter("parts", stringType),
      ],
      returns: stringType,
      call: fail,
    }),
  ],
});

describe("pages for registries", () => {
  const pages = registryDocs(provider, {
    importIds: { "resources/server": "srv 1" },
    description: 'Servers, as "code".',
    examples: { "resources/server": 'resource "acme_server" "x" {\n  zone = "a"\n}\n' },
  });
  const server = pages.get("resources/server.md") ?? "";

  it("lie where registries look for them, without the provider's prefix", () => {
    expect([...pages.keys()]).toEqual([
      "index.md",
      "resources/server.md",
      "resources/disk.md",
      "resources/note.md",
      "data-sources/server.md",
      "ephemeral-resources/token.md",
      "list-resources/server.md",
      "functions/join.md",
    ]);
  });

  it("begin with a title and a description that YAML can read", () => {
    const head = '---\npage_title: "acme provider"\ndescription: "Servers, as \\"code\\"."\n---\n\n# acme provider\n';
    expect(pages.get("index.md")?.slice(0, head.length)).toBe(head);
  });

  it("show the example", () => {
    expect(server).toContain('## Example\n\n```hcl\nresource "acme_server" "x" {\n  zone = "a"\n}\n```\n');
    expect(pages.get("data-sources/server.md")).not.toContain("## Example");
  });

  it.each([
    ["a required one", "### Required\n\n- `zone` (String) Where it stands.\n"],
    ["one that the provider sets", "### Read-only\n\n- `id` (String)\n"],
    ["a write-only one", "\n- `password_wo` (String, sensitive, write-only)\n"],
    ["a deprecated one", "\n- `old` (Bool) **Deprecated:** Use `zone`.\n"],
    ["a list", "\n- `tags` (List of String)"],
    ["a map of lists", "\n- `ports` (Map of List of Number)\n"],
    ["an object", "\n- `place` (Object { at: Tuple [Number, Number], city: String })\n"],
    ["one made of attributes", "\n- `owner` (Attributes) Who pays. Described below as `owner`.\n"],
    ["its attributes", "### Required of `owner`\n\n- `name` (String)\n"],
    ["a set of attributes in it", "- `mails` (Attributes, set) Described below as `owner.mails`.\n"],
    ["the deepest", "### Required of `owner.mails`\n\n- `address` (String) An address.\n"],
    ["a block", "### Blocks\n\n- `disk` (Block, list, at most 2) Described below as `disk`.\n"],
    ["what is in the block", "### Required of `disk`\n\n- `size` (String)\n"],
  ])("tell of %s", (_, text) => {
    expect(server).toContain(text);
  });

  it("tell how a resource is imported: by command, by block, by identity", () => {
    const section = server.slice(server.indexOf("## Import"));
    expect(section).toBe(
      [
        "## Import",
        "By its id:",
        "```sh\ntofu import acme_server.example 'srv 1'\n```",
        "Or in the configuration:",
        '```hcl\nimport {\n  to = acme_server.example\n  id = "srv 1"\n}\n```',
        "By its identity, with OpenTofu 1.12 or Terraform 1.12 and later:",
        '```hcl\nimport {\n  to = acme_server.example\n  identity = {\n    id     = "…"\n    rack   = 1\n    region = "…"\n  }\n}\n```',
        "- `id` (String, required) Its id.\n- `rack` (Number, optional)\n- `region` (String, optional)\n",
      ].join("\n\n"),
    );
  });

  it("tell nothing of an import that is not there, and of no identity", () => {
    expect(pages.get("resources/disk.md")).not.toContain("## Import");
    expect(pages.get("resources/note.md")).toContain("tofu import acme_note.example ID\n");
    expect(pages.get("resources/note.md")).not.toContain("identity");
  });

  it("tell of list resources", () => {
    const text = pages.get("list-resources/server.md") ?? "";
    expect(text).toContain("# acme_server (list resource)\n\nServers that exist.");
    expect(text).toContain("- `zone` (String) Only those there.\n");
  });

  it("tell how a function is called", () => {
    const text = pages.get("functions/join.md");
    expect(text).toContain("Joins texts.");
    expect(text).toContain("```text\nprovider::acme::join(separator string, parts string...) string\n```");
    expect(text).toContain("- `separator` (String, may be null) Between them.\n- `parts` (String, any number)\n");
  });
});
