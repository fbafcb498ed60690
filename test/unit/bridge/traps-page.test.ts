// docs/bridge/traps.md: every test that it names is there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../support/source-files.ts";

const rows = readFileSync(join(root, "docs", "bridge", "traps.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, file, title] = /\| `(test\/[^`]+\.test\.ts)` (.+?) +\|$/.exec(line) ?? [];
    return file === undefined || title === undefined ? [] : [{ file, title }];
  });

describe("the page of traps", () => {
  it("has a test for each", () => {
    const page = readFileSync(join(root, "docs", "bridge", "traps.md"), "utf8");
    const traps = page.split("\n").filter((line) => line.startsWith("|")).length - 2;
    expect([rows.length, rows.length > 30]).toEqual([traps, true]);
  });

  it.each(rows)("names one of $file: $title", ({ file, title }) => {
    const text = readFileSync(join(root, file), "utf8");
    // As the sources write it: in quotes.
    expect(text.includes(`"${title}"`) || text.includes(`\`${title}\``)).toBe(true);
  });
});
