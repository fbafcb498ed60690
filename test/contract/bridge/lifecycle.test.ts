// The acceptance suite: a resource's life under real hosts, its provider installed as users have it. Every kind of value, plans that end
// empty, replacement, import, drift, destruction.
import {
  acceptanceTest,
  type AcceptanceTest,
  compareValue,
  expectAbsent,
  expectAction,
  expectOutput,
  expectPlannedValue,
  expectSensitiveValue,
  expectUnknownValue,
  expectValue,
} from "../../../src/testing.ts";
import { describeAcceptance } from "./support/arrangements.ts";

const head = `
terraform {
  required_providers {
    notes = { source = "example/notes" }
  }
}
provider "notes" {}
`;
const note = (body: string, name = "a") => `resource "notes_note" "${name}" {\n${body}\n}\n`;
const address = "notes_note.a";
const ephemeral = ["ephemeral resources", "write-only attributes"] as const;

describeAcceptance("a resource", ({ host, notes, subject }) => {
  const accept = async (test: Omit<AcceptanceTest, "provider" | "host">) => {
    const { provider, environment } = subject();
    await acceptanceTest({ ...test, host: host.path, provider, environment: { ...environment, ...test.environment } });
  };
  beforeEach(() => notes.clear());

  it("is created, changed, replaced and destroyed, and no plan is left with a change", async () => {
    const id = compareValue(address, ["id"], "same");
    await accept({
      checkDestroy: () => expect([...notes.entries()]).toEqual([]),
      steps: [
        {
          config: head + note('text = "one"'),
          planChecks: [
            expectAction(address, "create"),
            expectUnknownValue(address, ["id"]),
            expectUnknownValue(address, ["revision"]),
            expectPlannedValue(address, ["pinned"], false),
          ],
          stateChecks: [id, expectValue(address, ["revision"], 1), expectValue(address, ["tags"], null)],
        },
        {
          config: head + note('text = "two"\npinned = true'),
          planChecks: [
            expectAction(address, "update"),
            expectUnknownValue(address, ["revision"]),
            expectPlannedValue(address, ["id"], /^note-/),
          ],
          stateChecks: [id, expectValue(address, ["revision"], 2), expectValue(address, ["pinned"], true)],
        },
        {
          config: head + note('text = "two"\nfolder = "f"'),
          planChecks: [expectAction(address, "replace"), expectUnknownValue(address, ["id"])],
          stateChecks: [expectValue(address, ["revision"], 1), expectValue(address, ["pinned"], false)],
        },
        { config: head, planChecks: [expectAction(address, "delete")], stateChecks: [expectAbsent(address)] },
      ],
    });
  });

  const kept: readonly (readonly [what: string, body: string, path: (string | number)[], value: unknown])[] = [
    ["a fraction", "weight = 0.1", ["weight"], 0.1],
    ["a tiny number", "weight = 1e-20", ["weight"], 1e-20],
    ["a half", "weight = 0.5", ["weight"], 0.5],
    ["a negative number", "weight = -5", ["weight"], -5],
    ["a number above 2^32", "priority = 12345678901", ["priority"], 12_345_678_901],
    ["2^32", "priority = 4294967296", ["priority"], 4_294_967_296],
    ["the largest safe number", "priority = 9007199254740991", ["priority"], Number.MAX_SAFE_INTEGER],
    ["an empty set", "tags = []", ["tags"], []],
    ["a set in another order", 'tags = ["b", "a"]', ["tags"], ["a", "b"]],
    ["an empty list", "lines = []", ["lines"], []],
    ["an empty map", "labels = {}", ["labels"], {}],
    ["a map with a special key", 'labels = { "__proto__" = "x" }', ["labels"], JSON.parse('{"__proto__":"x"}')],
    ["an object with null", "place = { city = null }", ["place"], { city: null }],
    ["a dynamic text", 'extra = "x"', ["extra"], "x"],
    [
      "a dynamic tuple of everything",
      'extra = [1, "x", true, null, { a = [] }]',
      ["extra"],
      [1, "x", true, null, { a: [] }],
    ],
    ["a nested object", 'author = { name = "n" }', ["author"], { name: "n", mail: null }],
    ["an empty text", 'secret = ""', ["secret"], ""],
    ["text of every alphabet", 'secret = "ä\\u0001😀\\n\\"$${x}"', ["secret"], 'ä\u0001😀\n"${x}'],
  ];

  it("keeps every kind of value over plan, apply and plan", async () => {
    const config = head + kept.map(([, body], index) => note(`text = "t"\n${body}`, `n${index}`)).join("");
    const stateChecks = kept.map(([, , path, value], index) => expectValue(`notes_note.n${index}`, path, value));
    await accept({ steps: [{ config, stateChecks }] });
  });

  it("takes values that are known only at apply, refined or not", async () => {
    const config = `${head}${note('text = "a"')}${note(
      'text = "p-${notes_note.a.id}"\nlines = [notes_note.a.id, "x"]\nlabels = { k = notes_note.a.id }\nextra = { id = notes_note.a.id }\nauthor = { name = notes_note.a.id }\ntags = toset([notes_note.a.id])\npriority = notes_note.a.revision',
      "b",
    )}`;
    const stateChecks = [
      expectValue("notes_note.b", ["text"], /^p-note-/),
      expectValue("notes_note.b", ["extra", "id"], /^note-/),
      expectValue("notes_note.b", ["priority"], 1),
    ];
    const planChecks = [expectUnknownValue("notes_note.b", ["text"]), expectUnknownValue("notes_note.b", ["lines", 0])];
    await accept({ steps: [{ config, planChecks, stateChecks }] });
  });

  host.it("hides what is sensitive, and stores nothing that is write-only", ephemeral, async () => {
    const config = `${head}ephemeral "notes_token" "t" {}\n${note('text = "a"\nsecret = "s3"\nsecret_wo = ephemeral.notes_token.t.value')}`;
    await accept({
      steps: [
        {
          config,
          planChecks: [expectSensitiveValue(address, ["secret"])],
          stateChecks: [expectValue(address, ["secret"], "s3"), expectValue(address, ["secret_wo"], null)],
        },
      ],
    });
    expect(notes.get("closed")).toEqual({ opened: true });
  });

  it("is found again after it was deleted behind the host's back, and after it was changed", async () => {
    const config = head + note('text = "a"');
    await accept({
      steps: [
        { config },
        { before: () => notes.clear(), refresh: true, expectNonEmptyPlan: true, stateChecks: [expectAbsent(address)] },
        { config, planChecks: [expectAction(address, "create")] },
        {
          before: () => {
            for (const [key, value] of notes.entries()) notes.set(key, { ...value, text: "drifted" });
          },
          config,
          planChecks: [expectAction(address, "update")],
          stateChecks: [expectValue(address, ["text"], "a")],
        },
      ],
    });
  });

  it("is imported by command and by block", async () => {
    const config = head + note('text = "a"\nlines = ["x"]\nauthor = { name = "n" }');
    await accept({
      steps: [{ config }, { importAddress: address }, { importAddress: address, kind: "block" }],
    });
  });

  it("is not imported when it is not there", async () => {
    const config = head + note('text = "a"');
    const steps = [
      { config },
      { importAddress: address, id: "none", expectError: /Cannot import non-existent remote object/ },
    ];
    await accept({ steps });
  });

  it("is refused with the message of a validator at its attribute", async () => {
    const config = head + note('text = ""');
    await accept({
      steps: [{ config, expectError: /error notes_note\.a: Invalid value: "text" must have 1 to/ }],
    });
  });

  it("is refused when a number does not fit", async () => {
    const config = head + note('text = "a"\npriority = 9007199254740993');
    const steps = [{ config, expectError: /Invalid value: "priority": got another number, expected a whole number/ }];
    await accept({ steps });
  });

  it("is read by a data source, and a function is called", async () => {
    const config = `${head}${note('text = "a"')}data "notes_note" "a" { id = notes_note.a.id }
output "shout" { value = provider::notes::shout(data.notes_note.a.text) }`;
    await accept({ steps: [{ config, stateChecks: [expectOutput("shout", "A")] }] });
  });

  it("comes many times at once", async () => {
    const config = `${head}resource "notes_note" "a" {\n  count = 60\n  text  = "n\${count.index}"\n}\n`;
    await accept({
      steps: [{ config, stateChecks: [expectValue("notes_note.a[59]", ["text"], "n59")] }],
      environment: { TF_CLI_ARGS_apply: "-parallelism=50", TF_CLI_ARGS_plan: "-parallelism=50" },
    });
  });
});
