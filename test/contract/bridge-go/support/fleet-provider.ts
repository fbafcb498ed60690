// A provider with something for every RPC of the protocol, held in memory; the executable of the conformance tests.
import { processEnvironment } from "../../../../src/base/env.ts";
import {
  type CallContext,
  defineFunction,
  defineIdentity,
  defineSchema,
  DiagnosticError,
  FunctionError,
  identityAttribute,
  importById,
  int,
  intType,
  lengthAtMost,
  parameter,
  requiresReplace,
  serveProvider,
  string,
  stringType,
  upgradeFromJson,
  useStateForUnknown,
  variadicParameter,
  withData,
} from "../../../../src/bridge.ts";

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("the state holds no text there");
  return value;
}

interface Fleet {
  readonly region: string;
  readonly ships: Map<string, string>;
}

const { defineDataSource, defineEphemeralResource, defineListResource, defineProvider, defineResource } =
  withData<Fleet>();

const metaSchema = defineSchema({ attributes: { flag: string({ optional: true }) } });

/** Says which module a call is for, where the module says so. */
function salute({ meta, diagnostics }: Pick<CallContext<Fleet>, "meta" | "diagnostics">): void {
  if (meta !== null) diagnostics.warning({ summary: `Under a ${textOf(meta["flag"])} flag` });
}

const ship = defineResource({
  type: "fleet_ship",
  schema: defineSchema({
    version: 1,
    attributes: {
      id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
      name: string({ required: true, validators: [lengthAtMost(20)] }),
      yard: string({ optional: true, planModifiers: [requiresReplace()] }),
      crew: int({ optional: true, computed: true, default: 3 }),
      code_wo: string({ optional: true, writeOnly: true, sensitive: true }),
    },
  }),
  identity: defineIdentity({
    version: 1,
    attributes: { id: identityAttribute(stringType, { requiredForImport: true }) },
    upgrade: { 0: (former) => ({ id: `ship-${(former as { number: string }).number}` }) },
  }),
  modifyPlan: (context) => salute(context),
  create: ({ plan, data, private: kept, ...context }) => {
    salute(context);
    const id = `ship-${data.ships.size + 1}`;
    data.ships.set(id, plan.name);
    kept.set("launched", true);
    return { ...plan, id };
  },
  read: ({ state, data, ...context }) => {
    salute(context);
    const name = data.ships.get(state.id);
    return name === undefined ? undefined : { ...state, name };
  },
  update: ({ plan, state, data }) => {
    if (plan.name === "Titanic") {
      throw new DiagnosticError({ summary: "This name sinks", detail: "Take another one.", path: "name" });
    }
    data.ships.set(state.id, plan.name);
    return { ...plan, id: state.id };
  },
  delete: ({ state, data }) => void data.ships.delete(state.id),
  importState: importById(),
  upgradeState: {
    0: upgradeFromJson((state) => ({
      id: `ship-${textOf(state["number"])}`,
      name: textOf(state["name"]),
      yard: null,
      crew: 3,
      code_wo: null,
    })),
  },
  moveState: ({ sourceType, sourceState }) => {
    if (sourceType !== "harbour_boat") return undefined;
    return { id: "ship-1", name: textOf(sourceState["title"]), yard: null, crew: 1, code_wo: null };
  },
});

const ships = defineListResource({
  type: "fleet_ship",
  schema: defineSchema({ attributes: { prefix: string({ required: true, validators: [lengthAtMost(5)] }) } }),
  list: function* ({ config, data }) {
    for (const [id, name] of data.ships) {
      if (name.startsWith(config.prefix)) yield { displayName: name, state: { id, name } };
    }
  },
});

const census = defineDataSource({
  type: "fleet_census",
  schema: defineSchema({
    attributes: { prefix: string({ required: true, validators: [lengthAtMost(5)] }), ships: int({ computed: true }) },
  }),
  read: ({ config, data, ...context }) => {
    salute(context);
    const names = [...data.ships.values()].filter((name) => name.startsWith(config.prefix));
    return { prefix: config.prefix, ships: names.length };
  },
});

const pass = defineEphemeralResource({
  type: "fleet_pass",
  schema: defineSchema({
    attributes: {
      holder: string({ required: true, validators: [lengthAtMost(20)] }),
      token: string({ computed: true, sensitive: true }),
    },
  }),
  open: ({ config, private: kept, renewAt }) => {
    kept.set("holder", config.holder);
    kept.set("renewals", 0);
    renewAt(new Date("2030-01-01T00:00:00Z"));
    return { holder: config.holder, token: `pass of ${config.holder}` };
  },
  renew: ({ private: kept, renewAt }) => {
    kept.set("renewals", Number(kept.get("renewals")) + 1);
    renewAt(new Date("2030-01-02T00:00:00Z"));
  },
  close: ({ private: kept, diagnostics }) => {
    diagnostics.warning({ summary: `Closed after ${Number(kept.get("renewals"))} renewals` });
  },
});

const join = defineFunction({
  name: "join",
  parameters: [parameter("separator", stringType), variadicParameter("parts", stringType)],
  returns: stringType,
  call: (separator, parts) => {
    if (separator === "") throw new FunctionError("expected a separator", 0);
    return parts.join(separator);
  },
});

const double = defineFunction({
  name: "double",
  parameters: [parameter("number", intType)],
  returns: intType,
  call: (number) => number * 2,
});

const provider = defineProvider({
  name: "fleet",
  address: "example/fleet",
  version: "1.0.0",
  schema: defineSchema({
    attributes: { region: string({ required: true, validators: [lengthAtMost(10)] }) },
  }),
  metaSchema,
  configure: ({ config }) => ({ region: String(config.region), ships: new Map([["ship-1", "Argo"]]) }),
  resources: [ship],
  dataSources: [census],
  ephemeralResources: [pass],
  listResources: [ships],
  functions: [join, double],
});

const { argv, stdout, stderr } = process;
const options = { argv: argv.slice(2), environment: processEnvironment(), stdout, stderr };
void serveProvider(provider, options).then((exitCode) => process.exit(exitCode));
