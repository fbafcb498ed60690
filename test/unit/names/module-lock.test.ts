import fc from "fast-check";
import {
  formatModuleLock,
  keyOfRequest,
  type LockedModule,
  parseConflictedLock,
  parseModuleLock,
  parseRequestKey,
} from "../../../src/names/module-lock.ts";
import { thrownBy } from "../../support/thrown.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;
const vpc = "oci://ghcr.io/acme/vpc ~> 1.4";
const lock = new Map<string, LockedModule>([
  [vpc, { tag: "1.4.2", digest: digest("a") }],
  ["oci://ghcr.io/acme/db?tag=stable", { tag: "stable", digest: digest("b") }],
]);

describe("the text of a lock", () => {
  it("has its entries in the order of their keys, over lines that git can merge", () => {
    expect(formatModuleLock(lock)).toBe(`{
  "lockVersion": 1,
  "modules": {
    "oci://ghcr.io/acme/db?tag=stable": {
      "tag": "stable",
      "digest": "${digest("b")}"
    },
    "oci://ghcr.io/acme/vpc ~> 1.4": {
      "tag": "1.4.2",
      "digest": "${digest("a")}"
    }
  }
}
`);
  });

  it("reads back as it was, whatever the entries", () => {
    const entry = fc.tuple(
      fc.constantFrom("a", "b/c", "d"),
      fc.constantFrom("~> 1.4", ">= 1.0, < 2.0", "1.0.0-rc.1"),
      fc.constantFrom("1.4.2", "v1.0.0"),
      fc.constantFrom("a", "0"),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const made = new Map<string, LockedModule>(
          entries.map(([repository, version, tag, digit]) => [
            keyOfRequest({ address: `oci://r.example/${repository}`, version }),
            { tag, digest: digest(digit) },
          ]),
        );
        expect(new Map([...parseModuleLock(formatModuleLock(made))].toSorted())).toEqual(new Map([...made].toSorted()));
      }),
    );
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{"],
    ["a list", "[]"],
    ["another shape", '{"modules":{}}'],
    ["no modules", '{"lockVersion":1}'],
    ["an old version", '{"lockVersion":0,"modules":{}}'],
    ["an entry without a digest", `{"lockVersion":1,"modules":{"${vpc}":{"tag":"1.4.2"}}}`],
    ["a short digest", `{"lockVersion":1,"modules":{"${vpc}":{"tag":"1.4.2","digest":"sha256:ab"}}}`],
    ["a tag that is none", `{"lockVersion":1,"modules":{"${vpc}":{"tag":"a b","digest":"${digest("a")}"}}}`],
    ["an address that is none", `{"lockVersion":1,"modules":{"vpc ~> 1":{"tag":"1","digest":"${digest("a")}"}}}`],
    ["a wish without version", `{"lockVersion":1,"modules":{"oci://a.b/c":{"tag":"1","digest":"${digest("a")}"}}}`],
    [
      "a constraint that is none",
      `{"lockVersion":1,"modules":{"oci://a.b/c ^1":{"tag":"1","digest":"${digest("a")}"}}}`,
    ],
  ])("is refused when it is %s", (_, text) => {
    expect(thrownBy(() => parseModuleLock(text))).toMatchObject({ code: "LOCK_INVALID" });
  });

  it("is refused when a newer release wrote it, whatever that may hold", () => {
    const newer = '{"lockVersion":2,"modules":{"oci://r.example/a at 1":{"x":1},"oci://r.example/a at 1":{}}}';
    expect(thrownBy(() => parseConflictedLock(newer))).toMatchObject({ code: "LOCK_TOO_NEW" });
    expect(thrownBy(() => parseModuleLock(newer))).toMatchObject({ code: "LOCK_TOO_NEW" });
    expect(thrownBy(() => parseModuleLock('{"lockVersion":2,"modules":[]}'))).toMatchObject({
      code: "LOCK_TOO_NEW",
      message: "lock file has the version 2, expected at most 1",
    });
  });
});

describe("the key of a request", () => {
  const address = "oci://ghcr.io/acme/vpc";
  it.each([
    [{ address, version: "~>1.4" }, vpc],
    [{ address, version: "  ~>   1.4 " }, vpc],
    [{ address, version: ">=1.0,<2.0" }, "oci://ghcr.io/acme/vpc >= 1.0, < 2.0"],
    [{ address, version: "1.4.0" }, "oci://ghcr.io/acme/vpc 1.4.0"],
    [{ address, tag: "stable" }, "oci://ghcr.io/acme/vpc?tag=stable"],
  ])("of %j is %s", (request, key) => {
    expect(keyOfRequest(request)).toBe(key);
    expect(keyOfRequest(parseRequestKey(key))).toBe(key);
  });
});

describe("a lock that git could not merge", () => {
  const conflict = (ours: string, theirs: string, base = "") =>
    `{\n  "lockVersion": 1,\n  "modules": {\n<<<<<<< HEAD\n${ours}${base}=======\n${theirs}>>>>>>> other\n    "oci://r.example/z?tag=1": { "tag": "1", "digest": "${digest("c")}" }\n  }\n}\n`;
  const entry = (name: string, digit: string) =>
    `    "oci://r.example/${name}?tag=1": { "tag": "1", "digest": "${digest(digit)}" },\n`;

  it("gives what either side has", () => {
    const merged = parseConflictedLock(conflict(entry("a", "a"), entry("b", "b")));
    expect([...(merged ?? [])].map(([key]) => key).toSorted()).toEqual([
      "oci://r.example/a?tag=1",
      "oci://r.example/b?tag=1",
      "oci://r.example/z?tag=1",
    ]);
  });

  it("leaves out what the sides disagree on", () => {
    const merged = parseConflictedLock(conflict(entry("a", "a"), entry("a", "b")));
    expect([...(merged ?? [])].map(([key]) => key)).toEqual(["oci://r.example/z?tag=1"]);
  });

  it("reads the style of git that shows what was there before", () => {
    const base = `||||||| abc123\n${entry("a", "0")}`;
    const merged = parseConflictedLock(conflict(entry("a", "a"), entry("a", "a"), base));
    expect(merged?.get("oci://r.example/a?tag=1")?.digest).toBe(digest("a"));
  });

  it("leaves out an entry through which a border of the conflict runs: its digest may be that of another module", () => {
    const text = `{
  "lockVersion": 1,
  "modules": {
<<<<<<< ours
    "oci://r.example/d?tag=1": {
      "tag": "1",
      "digest": "${digest("d")}"
    },
    "oci://r.example/e?tag=1": {
=======
    "oci://r.example/d?tag=1": {
>>>>>>> theirs
      "tag": "1",
      "digest": "${digest("d")}"
    },
    "oci://r.example/z?tag=1": {
      "tag": "1",
      "digest": "${digest("c")}"
    }
  }
}
`;
    expect([...(parseConflictedLock(text) ?? [])].map(([key]) => key)).toEqual(["oci://r.example/z?tag=1"]);
  });

  it("leaves out what is there twice, which a merge may do without a conflict", () => {
    const last = entry("z", "c").replace(/,\n$/, "\n");
    const twice = `{"lockVersion":1,"modules":{${entry("a", "a")}${entry("b", "b")}${entry("a", "c")}${last}}}`;
    expect([...(parseConflictedLock(twice) ?? [])].map(([key]) => key)).toEqual([
      "oci://r.example/b?tag=1",
      "oci://r.example/z?tag=1",
    ]);
    expect(thrownBy(() => parseModuleLock(twice))).toMatchObject({
      code: "LOCK_INVALID",
      message: "lock file has a module twice, as a merge may leave it, expected once",
    });
  });

  it("is undefined when there is no conflict", () => {
    expect(parseConflictedLock(formatModuleLock(lock))).toBeUndefined();
  });

  it("is refused where a lock without conflicts is wanted", () => {
    const error = thrownBy(() => parseModuleLock(conflict(entry("a", "a"), entry("b", "b"))));
    expect(error).toMatchObject({
      code: "LOCK_INVALID",
      hint: expect.stringContaining("run scalr-oci lock") as string,
    });
  });
});
