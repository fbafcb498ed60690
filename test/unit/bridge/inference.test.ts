// Types inferred from a schema: what compiles, and what must not. `tsc` reads this file; an `@ts-expect-error` without error fails it.
import {
  type AppliedConfig,
  type AppliedPlan,
  attribute,
  bigint,
  bool,
  type Config,
  decimal,
  type Decimal,
  defineDataSource,
  defineEphemeralResource,
  defineProvider,
  defineResource,
  defineSchema,
  dynamic,
  type Dynamic,
  int,
  intType,
  list,
  listBlock,
  listNested,
  map,
  mapNested,
  nullable,
  number,
  objectOf,
  type Plan,
  set,
  single,
  singleBlock,
  type State,
  string,
  stringType,
  tupleOf,
  type Unknown,
  unknown,
  useStateForUnknown,
  withData,
  lengthBetween,
  between,
  boolType,
} from "../../../src/bridge.ts";

/** Fails to compile unless both types are the same. */
function same<A>(): <B>(...equal: Equal<A, B> extends true ? [] : ["the types differ"]) => void {
  return () => undefined;
}
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

const schema = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true, planModifiers: [useStateForUnknown()] }),
    name: string({ required: true, validators: [lengthBetween(1, 9)] }),
    size: int({ optional: true, validators: [between(1, 9)] }),
    on: bool({ optional: true, computed: true, default: false }),
    zone: string({ optional: true, computed: true }),
    ratio: number({ optional: true }),
    big: bigint({ optional: true }),
    exact: decimal({ optional: true }),
    any: dynamic({ optional: true }),
    secret_wo: string({ optional: true, writeOnly: true }),
    tags: set(stringType, { optional: true }),
    gaps: list(nullable(intType), { optional: true }),
    labels: map(stringType, { optional: true }),
    place: attribute(objectOf({ city: stringType }), { optional: true }),
    pair: attribute(tupleOf(stringType, boolType), { optional: true }),
    login: single({
      required: true,
      attributes: { user: string({ required: true }), key: string({ computed: true }) },
    }),
    rules: listNested({ optional: true, attributes: { port: int({ required: true }) } }),
    users: mapNested({ optional: true, attributes: { role: string({ optional: true }) } }),
  },
  blocks: {
    disk: listBlock({ attributes: { gb: int({ required: true }) } }),
    boot: singleBlock({ attributes: { fast: bool({ optional: true }) } }),
  },
});
type S = typeof schema;

describe("the types of a schema", () => {
  it("are those of a configuration while planning: anything may be unknown, what only the provider sets is null", () => {
    type C = Config<S>;
    same<C["id"]>()<null>();
    same<C["name"]>()<string | Unknown>();
    same<C["size"]>()<number | Unknown | null>();
    same<C["on"]>()<boolean | Unknown | null>();
    same<C["secret_wo"]>()<string | Unknown | null>();
    same<C["tags"]>()<readonly (string | Unknown)[] | Unknown | null>();
    same<C["gaps"]>()<readonly (number | null | Unknown)[] | Unknown | null>();
    same<C["labels"]>()<Readonly<Record<string, string | Unknown>> | Unknown | null>();
    same<C["place"]>()<{ readonly city: string | Unknown | null } | Unknown | null>();
    same<C["big"]>()<bigint | Unknown | null>();
    same<C["exact"]>()<Decimal | Unknown | null>();
    same<C["any"]>()<Dynamic | Unknown | null>();
    expect(schema.shape.byName.get("name")?.shape).toEqual({ kind: "string" });
  });

  it("are those of a configuration at apply: nothing is unknown", () => {
    type C = AppliedConfig<S>;
    same<C["name"]>()<string>();
    same<C["size"]>()<number | null>();
    same<C["secret_wo"]>()<string | null>();
    same<C["tags"]>()<readonly string[] | null>();
    same<C["login"]["user"]>()<string>();
    same<C["disk"][number]["gb"]>()<number>();
    same<C["boot"]>()<{ readonly fast: boolean | null } | null>();
  });

  it("are those of a plan while planning and at apply", () => {
    same<Plan<S>["id"]>()<string | Unknown | null>();
    same<Plan<S>["on"]>()<boolean | Unknown>();
    same<Plan<S>["secret_wo"]>()<null>();
    same<AppliedPlan<S>["name"]>()<string>();
    same<AppliedPlan<S>["size"]>()<number | null>();
    same<AppliedPlan<S>["on"]>()<boolean>();
    same<AppliedPlan<S>["zone"]>()<string | Unknown | null>();
    same<AppliedPlan<S>["secret_wo"]>()<null>();
    same<AppliedPlan<S>["login"]["key"]>()<string | Unknown | null>();
    same<AppliedPlan<S>["login"]["user"]>()<string>();
  });

  it("are those of a state: anything but an identifier may be null", () => {
    type T = State<S>;
    same<T["id"]>()<string>();
    same<T["name"]>()<string | null>();
    same<T["ratio"]>()<number | null>();
    same<T["secret_wo"]>()<null>();
    same<T["pair"]>()<readonly [string | null, boolean | null] | null>();
    same<T["disk"][number]["gb"]>()<number | null>();
  });

  it("refuse options that are misspelled or of a wrong type", () => {
    const define = () => {
      // @ts-expect-error no such option
      string({ requird: true });
      // @ts-expect-error a default of another type
      string({ optional: true, computed: true, default: 5 });
      // @ts-expect-error a validator of another type
      string({ optional: true, validators: [between(1, 2)] });
      // @ts-expect-error an element of another type
      list(stringType, { optional: true, computed: true, default: [1] });
    };
    expect(define).toBeDefined();
  });
});

interface Api {
  readonly find: (id: string) => string | undefined;
}

const small = defineSchema({
  attributes: {
    id: string({ computed: true, identifier: true }),
    name: string({ required: true }),
    note: string({ computed: true }),
  },
});

describe("the types of a resource", () => {
  it("refuse a wrong attribute, a forgotten unknown, undefined and a missing attribute", () => {
    const define = () => {
      const { defineResource: define } = withData<Api>();
      define({
        type: "test_thing",
        schema: small,
        // @ts-expect-error `note` may still be unknown
        create: ({ plan }) => ({ ...plan, id: "1" }),
        read: ({ state, data }) => {
          // @ts-expect-error no such attribute
          void state.nmae;
          return { id: state.id, name: data.find(state.id) ?? null, note: null };
        },
        // @ts-expect-error `name` is missing
        update: ({ state }) => ({ id: state.id, note: null }),
        delete: ({ data }) => {
          // @ts-expect-error no such method
          data.remove();
        },
      });
      define({
        type: "test_thing",
        schema: small,
        create: ({ plan }) => ({ ...plan, id: "1", note: null }),
        // @ts-expect-error undefined is no value
        read: ({ state }) => ({ ...state, note: undefined }),
        delete: () => undefined,
        validate: ({ config }) => {
          // @ts-expect-error the name may be unknown
          config.name.trim();
          if (config.name !== unknown) config.name.trim();
        },
      });
    };
    expect(define).toBeDefined();
  });

  it("know what a plan is for", () => {
    const resource = defineResource({
      type: "test_thing",
      schema: small,
      create: ({ plan }) => ({ ...plan, id: "1", note: "n" }),
      read: ({ state }) => state,
      delete: () => undefined,
      modifyPlan: (context) => {
        if (context.action === "destroy") {
          same<typeof context.plan>()<null>();
          return undefined;
        }
        same<typeof context.plan>()<Plan<typeof small>>();
        return context.action === "create" ? { ...context.plan, note: unknown } : { ...context.plan, note: "planned" };
      },
    });
    expect(resource.kind).toBe("resource");
  });

  it("hold for data sources and ephemeral resources", () => {
    const source = defineDataSource({
      type: "test_thing",
      schema: small,
      read: ({ config }) => {
        same<typeof config.name>()<string>();
        same<typeof config.note>()<null>();
        return { id: "1", name: config.name, note: null };
      },
    });
    const token = defineEphemeralResource({
      type: "test_token",
      schema: small,
      open: ({ config }) => ({ ...config, id: "1" }),
    });
    expect([source.kind, token.kind]).toEqual(["data source", "ephemeral resource"]);
  });

  it("hold the data that configure gives", () => {
    const { defineDataSource: define } = withData<Api>();
    const source = define({ type: "test_thing", schema: small, read: () => ({ id: "1", name: null, note: null }) });
    const common = { name: "test", address: "example/test", version: "1.0.0" };
    const provider = defineProvider({
      ...common,
      configure: (): Api => ({ find: () => undefined }),
      dataSources: [source],
    });
    // @ts-expect-error configure gives something else
    defineProvider({ ...common, configure: () => ({ search: () => undefined }), dataSources: [source] });
    expect(provider.dataSources.size).toBe(1);
  });
});
