// Each validator with what it takes and what it says of the rest.
import {
  allOf,
  anyOf,
  atLeast,
  atMost,
  between,
  each,
  eachKey,
  lengthAtLeast,
  lengthAtMost,
  lengthBetween,
  matches,
  noneOf,
  oneOf,
  sizeAtLeast,
  sizeAtMost,
  sizeBetween,
  unique,
  unknown,
  type Validator,
} from "../../../src/bridge.ts";

describe("a validator", () => {
  it.each<[name: string, validator: Validator<never>, fine: unknown[], wrong: unknown[], text: string]>([
    ["lengthBetween", lengthBetween(2, 3), ["ab", "äöü", "😀😀"], ["a", "abcd", ""], "must have 2 to 3 characters"],
    ["lengthAtLeast", lengthAtLeast(2), ["ab"], ["a"], "must have at least 2 characters"],
    ["lengthAtMost", lengthAtMost(2), ["", "😀😀"], ["abc"], "must have at most 2 characters"],
    ["matches", matches(/^[a-z]+$/g, "be lower case"), ["a", "abc", "a"], ["A", ""], "must be lower case"],
    ["matches without words", matches(/^a$/), ["a"], ["b"], "must match ^a$"],
    ["oneOf", oneOf("a", "b"), ["a"], ["c", ""], 'must be one of "a", "b"'],
    ["oneOf numbers", oneOf(1, 2), [1], [3], "must be one of 1, 2"],
    ["noneOf", noneOf("a"), ["b"], ["a"], 'must be none of "a"'],
    ["between", between(1, 3), [1, 3], [0, 4, 3.5], "must be from 1 to 3"],
    ["atLeast", atLeast(1), [1], [0], "must be at least 1"],
    ["atMost", atMost(1), [1], [2], "must be at most 1"],
    ["sizeBetween", sizeBetween(1, 2), [["a"], { a: 1, b: 2 }], [[], {}, [1, 2, 3]], "must have 1 to 2 elements"],
    ["sizeAtLeast", sizeAtLeast(1), [["a"]], [[]], "must have at least 1 elements"],
    ["sizeAtMost", sizeAtMost(1), [[], ["a"]], [["a", "b"]], "must have at most 1 elements"],
    [
      "unique",
      unique(),
      [
        ["a", "b"],
        [unknown, unknown],
      ],
      [["a", "a"]],
      "must have no element twice",
    ],
    [
      "each",
      each(lengthAtMost(1)),
      [["a", unknown], []],
      [["a", "bb"]],
      "has a wrong element: the element 1 must have at most 1 characters",
    ],
    [
      "eachKey",
      eachKey(lengthAtMost(1)),
      [{ a: 1 }],
      [{ a: 1, bb: 2 }],
      'has a wrong element: the key "bb" must have at most 1 characters',
    ],
    ["allOf", allOf(atLeast(1), atMost(3)), [2], [4], "must be at most 3"],
    ["anyOf", anyOf(atMost(1), atLeast(3)), [1, 3], [2], "must be at most 1, or must be at least 3"],
  ] as never)("%s", (_name, validator, fine, wrong, text) => {
    const check = (value: unknown) => validator.check({ value: value as never, path: ["a"] });
    expect(fine.map(check)).toEqual(fine.map(() => undefined));
    expect(wrong.map(check)).toEqual(wrong.map(() => text));
    expect(validator.description).not.toBe("");
  });

  it("hands the path of an element on", () => {
    const paths: unknown[] = [];
    const spy: Validator<string> = { description: "spy", check: ({ path }) => void paths.push(path) as undefined };
    each(spy).check({ value: ["a", "b"], path: ["tags"] });
    expect(paths).toEqual([
      ["tags", 0],
      ["tags", 1],
    ]);
  });
});
