// Checks of several attributes together: an unknown one may turn out to be set or not, so it is never held against anybody.
import {
  alsoRequires,
  atLeastOneOf,
  type ConfigValidator,
  conflicting,
  Diagnostics,
  exactlyOneOf,
  preferWriteOnly,
  requiredTogether,
  unknown,
} from "../../../src/bridge.ts";

type Config = Readonly<Record<string, unknown>>;

function problemsOf(validator: ConfigValidator, config: Config): string[] {
  const diagnostics = new Diagnostics();
  validator.check({ a: null, b: null, c: null, ...config }, diagnostics);
  return diagnostics.list.map(({ severity, detail, path }) => `${severity} ${path?.join() ?? "-"}: ${detail}`);
}

describe("a check of several attributes", () => {
  it.each<[name: string, validator: ConfigValidator, fine: Config[], wrong: (readonly [Config, string])[]]>([
    [
      "conflicting",
      conflicting("a", "b"),
      [{}, { a: 1 }, { a: 1, b: unknown }],
      [[{ a: 1, b: 2 }, 'error b: Of "a", "b" at most one must be set, set are "a", "b".']],
    ],
    [
      "exactlyOneOf",
      exactlyOneOf("a", "b"),
      [{ a: 1 }, { a: unknown }, { a: unknown, b: unknown }, { a: 1, b: unknown }],
      [
        [{}, 'error -: Of "a", "b" exactly one must be set, none is.'],
        [{ a: 1, b: 2 }, 'error b: Of "a", "b" exactly one must be set, set are "a", "b".'],
      ],
    ],
    [
      "atLeastOneOf",
      atLeastOneOf("a", "b"),
      [{ a: 1 }, { a: 1, b: 2 }, { b: unknown }],
      [
        [{}, 'error -: Of "a", "b" at least one must be set, none is.'],
        [{ a: [] }, 'error -: Of "a", "b" at least one must be set, none is.'],
      ],
    ],
    [
      "requiredTogether",
      requiredTogether("a", "b", "c"),
      [{}, { a: 1, b: 2, c: 3 }, { a: 1, b: unknown, c: unknown }],
      [[{ a: 1, b: 2 }, 'error b: Of "a", "b", "c" all or none must be set, set are "a", "b".']],
    ],
    [
      "alsoRequires",
      alsoRequires("a", "b", "c"),
      [{}, { b: 1 }, { a: unknown }, { a: 1, b: unknown, c: 2 }],
      [[{ a: 1, c: 2 }, 'error a: "a" is set, so "b" must be set too.']],
    ],
    [
      "preferWriteOnly",
      preferWriteOnly("a", "b"),
      [{}, { b: 1 }, { a: unknown }],
      [[{ a: 1 }, 'warning a: "a" is kept in the state. "b" is write-only and is not.']],
    ],
  ])("%s", (_name, validator, fine, wrong) => {
    for (const config of fine) expect([config, problemsOf(validator, config)]).toEqual([config, []]);
    for (const [config, problem] of wrong) expect(problemsOf(validator, config)).toEqual([problem]);
    expect(validator.description).not.toBe("");
  });
});
