// Decimals keep every digit, and equal values have one text.
import { Decimal } from "../../../src/bridge/decimal.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("a decimal", () => {
  it.each<[text: string, printed: string]>([
    ["0", "0"],
    ["-0", "0"],
    ["0.000", "0"],
    ["007", "7"],
    ["+7", "7"],
    ["1.50", "1.5"],
    ["-0.1", "-0.1"],
    ["100", "100"],
    ["1e3", "1000"],
    ["1E-3", "0.001"],
    ["12.5e1", "125"],
    ["3.14159265358979323846264338327950288", "3.14159265358979323846264338327950288"],
    ["12345678901234567890123", "12345678901234567890123"],
    ["1e999999999", "1e999999999"],
    ["-1e-999", "-1e-999"],
  ])("%s is printed as %s", (text, printed) => {
    const decimal = Decimal.parse(text);
    expect(decimal.toString()).toBe(printed);
    expect(JSON.stringify({ decimal })).toBe(JSON.stringify({ decimal: printed }));
    expect(Decimal.parse(printed).equals(decimal)).toBe(true);
  });

  it.each(["", ".5", "5.", "1,5", "0x10", "NaN", "Infinity", "1e", "--1", "1e9999999999", " 1"])(
    "is not %j",
    (text) => {
      expect(thrownBy(() => Decimal.parse(text)).code).toBe("INVALID_ARGUMENT");
    },
  );

  it("knows whole numbers from others", () => {
    expect(Decimal.parse("1e3").toBigInt()).toBe(1000n);
    expect(Decimal.parse("-12").toBigInt()).toBe(-12n);
    expect(Decimal.parse("1.5").toBigInt()).toBeUndefined();
    expect(Decimal.parse("1e500").toBigInt()).toBeUndefined();
    expect([Decimal.parse("1.5").isInteger, Decimal.parse("1.0").isInteger]).toEqual([false, true]);
  });

  it("comes from and goes to JavaScript numbers", () => {
    expect(Decimal.from(0.1).toString()).toBe("0.1");
    expect(Decimal.from(1e21).toString()).toBe("1000000000000000000000");
    expect(Decimal.from(-(2n ** 70n)).toString()).toBe(String(-(2n ** 70n)));
    expect(Decimal.parse("0.30000000000000004").toNumber()).toBe(0.1 + 0.2);
    expect(thrownBy(() => Decimal.from(Number.NaN)).code).toBe("INVALID_ARGUMENT");
  });
});
