// Sensitive values do not get out in any of the forms that texts carry them in.
import {
  defineSchema,
  dynamic,
  listNested,
  map,
  single,
  string,
  stringType,
  unknown,
  decimal,
  Decimal,
} from "../../../src/bridge.ts";
import { collectSecrets, createMask } from "../../../src/bridge/mask.ts";

describe("a mask", () => {
  const secret = 'p"a/s s&é1';

  it.each<[what: string, text: string]>([
    ["as it is", secret],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in a URL", encodeURIComponent(secret)],
    ["in base64", Buffer.from(secret).toString("base64")],
  ])("takes a secret out %s", (_what, text) => {
    expect(createMask(new Set([secret]))(`before ${text}, after`)).toBe("before (sensitive value), after");
  });

  it("takes the longer of two secrets out first", () => {
    expect(createMask(new Set(["abcd", "abcdef"]))("abcdef abcd")).toBe("(sensitive value) (sensitive value)");
  });

  it("takes a short secret out only where it stands alone", () => {
    expect(createMask(new Set(["no"]))("note: no, none, [no]")).toBe(
      "note: (sensitive value), none, [(sensitive value)]",
    );
  });

  it("takes out what a pattern would take for its own", () => {
    expect(createMask(new Set(["a.*b$(1)[x]"]))("aXXb a.*b$(1)[x]")).toBe("aXXb (sensitive value)");
  });

  it("survives secrets that are no Unicode", () => {
    expect(createMask(new Set(["\ud83dabc"]))("x \ud83dabc")).toBe("x (sensitive value)");
  });

  it("does nothing without secrets", () => {
    expect(createMask(new Set())("a")).toBe("a");
  });
});

describe("the secrets of a value", () => {
  it("are all texts and numbers of sensitive and write-only attributes, however deep", () => {
    const { shape } = defineSchema({
      attributes: {
        plain: string({ optional: true }),
        secret: string({ optional: true, sensitive: true }),
        empty: string({ optional: true, sensitive: true }),
        unknown: string({ optional: true, sensitive: true }),
        secret_wo: string({ optional: true, writeOnly: true }),
        keys: map(stringType, { optional: true, sensitive: true }),
        any: dynamic({ optional: true, sensitive: true }),
        pin: decimal({ optional: true, sensitive: true }),
        login: single({ optional: true, sensitive: true, attributes: { user: string({ required: true }) } }),
        list: listNested({
          optional: true,
          attributes: { a: string({ optional: true }), b: string({ optional: true, sensitive: true }) },
        }),
      },
    });
    const secrets = new Set<string>();
    collectSecrets(
      shape,
      {
        plain: "no1",
        secret: "yes1",
        empty: "",
        unknown,
        secret_wo: "yes2",
        keys: { k: "yes3" },
        any: { type: stringType, value: "yes4" },
        pin: Decimal.parse("12.5"),
        login: { user: "yes5" },
        list: [{ a: "no2", b: "yes6" }],
      },
      secrets,
    );
    expect([...secrets].sort()).toEqual(["12.5", "yes1", "yes2", "yes3", "yes4", "yes5", "yes6"]);
  });
});
