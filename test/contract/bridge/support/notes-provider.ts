// A provider for tests: notes kept in a Map, with every kind of attribute, a data source, an ephemeral resource and a function.
import {
  bool,
  defineEphemeralResource,
  defineFunction,
  defineProvider,
  defineSchema,
  DiagnosticError,
  dynamic,
  importById,
  int,
  lengthBetween,
  list,
  map,
  number,
  objectOf,
  parameter,
  type Provider,
  requiresReplace,
  set,
  single,
  type State,
  string,
  stringType,
  attribute,
  useStateForUnknown,
  withData,
} from "../../../../src/bridge.ts";
import type { Notes } from "./notes-store.ts";

const schema = defineSchema({
  description: "A note",
  attributes: {
    id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
    text: string({ required: true, validators: [lengthBetween(1, 20_000_000)] }),
    folder: string({ optional: true, planModifiers: [requiresReplace()] }),
    pinned: bool({ optional: true, computed: true, default: false }),
    secret: string({ optional: true, sensitive: true }),
    secret_wo: string({ optional: true, writeOnly: true, sensitive: true }),
    priority: int({ optional: true }),
    weight: number({ optional: true }),
    tags: set(stringType, { optional: true }),
    lines: list(stringType, { optional: true }),
    labels: map(stringType, { optional: true }),
    place: attribute(objectOf({ city: stringType }), { optional: true }),
    extra: dynamic({ optional: true }),
    author: single({
      optional: true,
      attributes: { name: string({ required: true }), mail: string({ optional: true }) },
    }),
    revision: int({ computed: true }),
  },
});

/** The provider over these notes; every change of a note raises its revision. */
export function notesProvider(notes: Notes): Provider {
  const { defineResource, defineDataSource } = withData<Notes>();
  let count = notes.size;
  const note = defineResource({
    type: "notes_note",
    schema,
    create: ({ plan, config, data }) => {
      count += 1;
      const state = { ...plan, id: `note-${count}`, revision: 1 };
      data.set(state.id, { ...state, hidden: config.secret_wo });
      return state;
    },
    read: ({ state, data }) => {
      const stored = data.get(state.id);
      if (stored === undefined) return undefined;
      const { hidden: _hidden, ...rest } = stored;
      return rest as unknown as State<typeof schema>;
    },
    update: ({ plan, config, state, data }) => {
      const next = { ...plan, id: state.id, revision: (state.revision ?? 0) + 1 };
      data.set(state.id, { ...next, hidden: config.secret_wo });
      return next;
    },
    delete: ({ state, data }) => {
      data.delete(state.id);
    },
    importState: importById(),
  });
  const byId = defineDataSource({
    type: "notes_note",
    schema: defineSchema({ attributes: { id: string({ required: true }), text: string({ computed: true }) } }),
    read: ({ config, data }) => {
      const found = data.get(config.id);
      if (found === undefined) throw new DiagnosticError({ summary: "No such note", path: "id" });
      return { id: config.id, text: String(found["text"]) };
    },
  });
  const token = defineEphemeralResource({
    type: "notes_token",
    schema: defineSchema({ attributes: { value: string({ computed: true, sensitive: true }) } }),
    open: ({ private: kept }) => {
      kept.set("opened", true);
      return { value: "ephemeral-token" };
    },
    close: ({ private: kept }) => {
      notes.set("closed", { opened: kept.get("opened") });
    },
  });
  const shout = defineFunction({
    name: "shout",
    parameters: [parameter("text", stringType)],
    returns: stringType,
    call: (text) => text.toUpperCase(),
  });
  return defineProvider({
    name: "notes",
    address: "example/notes",
    version: "1.0.0",
    schema: defineSchema({ attributes: { prefix: string({ optional: true }) } }),
    configure: () => notes,
    resources: [note],
    dataSources: [byId],
    ephemeralResources: [token],
    functions: [shout],
  });
}
