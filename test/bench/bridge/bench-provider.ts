// The provider of the bench on our bridge: the schema and the behaviour of go-provider/item.go.
import {
  between,
  bool,
  defineIdentity,
  defineProvider,
  defineResource,
  defineSchema,
  identityAttribute,
  importById,
  int,
  lengthBetween,
  map,
  oneOf,
  requiresReplace,
  set,
  single,
  string,
  stringType,
  useStateForUnknown,
} from "../../../src/bridge.ts";

export const itemSchema = defineSchema({
  description: "An item.",
  attributes: {
    id: string({
      computed: true,
      identifier: true,
      planModifiers: [useStateForUnknown()],
      description: "Identifier.",
    }),
    name: string({
      required: true,
      validators: [lengthBetween(1, 128)],
      description: "Name, at most 128 characters.",
    }),
    url: string({
      required: true,
      planModifiers: [requiresReplace()],
      description: "Address. A change replaces the item.",
    }),
    username: string({ optional: true, description: "User name." }),
    secret: string({ optional: true, sensitive: true, description: "Stored password." }),
    secret_wo: string({ optional: true, sensitive: true, writeOnly: true, description: "Password." }),
    secret_wo_version: int({ optional: true, description: "Version of the password." }),
    enabled: bool({ optional: true, computed: true, default: true, description: "Whether it is on." }),
    port: int({
      optional: true,
      computed: true,
      default: 443,
      validators: [between(1, 65_535)],
      description: "Port.",
    }),
    mode: string({
      optional: true,
      computed: true,
      default: "standard",
      validators: [oneOf("standard", "strict")],
      description: "Mode: `standard` or `strict`.",
    }),
    tags: set(stringType, { optional: true, description: "Tags." }),
    labels: map(stringType, { optional: true, description: "Labels." }),
    contact: single({
      optional: true,
      description: "Contact.",
      attributes: {
        name: string({ required: true, description: "Name." }),
        mail: string({ optional: true, description: "Address." }),
      },
    }),
    status: string({ computed: true, planModifiers: [useStateForUnknown()], description: "Status." }),
  },
});

const item = defineResource({
  type: "bench_item",
  schema: itemSchema,
  identity: defineIdentity({ attributes: { id: identityAttribute(stringType, { requiredForImport: true }) } }),
  create: ({ plan }) => ({ ...plan, id: `item-${plan.name}`, status: "active" }),
  read: ({ state }) => state,
  update: ({ plan, state }) => ({ ...plan, id: state.id, status: state.status }),
  delete: () => {},
  importState: importById(),
});

export const benchProvider = defineProvider({
  name: "bench",
  address: "example/bench",
  version: "1.0.0",
  schema: defineSchema({
    attributes: { prefix: string({ optional: true, description: "In front of every identifier." }) },
  }),
  configure: () => undefined,
  resources: [item],
});
