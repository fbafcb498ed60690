// The README holds what it promises: its code is that of the examples, its commands exist, its tables are the sources', its links lead somewhere.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentTable } from "../../src/base/env.ts";
import { runCli } from "../../src/cli/program.ts";
import { readHostRules } from "../../src/credentials/configuration/host-rules.ts";
import { root, sourceFiles } from "../support/source-files.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks: readonly Block[] = [...readme.matchAll(/^```(?<language>\w+)\n(?<text>[\s\S]*?)^```$/gm)].map(
  ({ groups }) => ({ language: groups?.["language"] ?? "", text: groups?.["text"] ?? "" }),
);
const blocksOf = (language: string) => blocks.filter((block) => block.language === language).map(({ text }) => text);

const exampleFiles = readdirSync(join(root, "examples"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|tf|tofurc)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));

/** Indentation and blank lines aside: prettier formats both, the README's blocks stand on their own. */
const condensed = (text: string) => text.replace(/\s+/g, " ").trim();

describe("the README's code", () => {
  it.each([...blocksOf("hcl"), ...blocksOf("ts")])("is in an example that a test runs: %s", (text) => {
    const holding = exampleFiles.filter((path) => condensed(readFileSync(path, "utf8")).includes(condensed(text)));
    expect(holding).not.toEqual([]);
  });

  it("has the languages that are looked at here", () => {
    const known = ["hcl", "ts", "sh", "text", "yaml", "json"];
    expect([...new Set(blocks.map(({ language }) => language))].filter((name) => !known.includes(name))).toEqual([]);
    expect(blocksOf("ts")).toHaveLength(3);
  });
});

describe("the README's configuration", () => {
  it.each(blocksOf("json"))("is one that the helper takes: %s", (text) => {
    const { rules } = readHostRules(JSON.parse(text), { path: "config.json", name: "config.json" });
    expect(rules.length).toBeGreaterThan(0);
  });
});

describe("the README's commands", () => {
  const commandLines = [...blocksOf("sh"), ...blocksOf("yaml")]
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*-? ?(run: )?/, ""));
  const ours = commandLines.filter((line) => line.startsWith("scalr-oci "));
  const inText = [...readme.matchAll(/`(scalr-oci [a-z][^`]*)`/g)].map((match) => match[1] ?? "");

  it.each([...new Set([...ours, ...inText])])("%s has a command and options that exist", async (line) => {
    const words = line
      .replace(/ -- .*$/, "")
      .split(" ")
      .slice(1);
    const isNested = ["token", "key"].includes(words[0] ?? "") || line.startsWith("scalr-oci setup provider");
    const path = words.slice(0, isNested ? 2 : 1);
    const help = await helpOf(path);
    expect(help).toContain(`scalr-oci ${path.join(" ")}`);
    for (const option of words.filter((word) => word.startsWith("--"))) expect(help).toContain(option);
  });

  it.each(commandLines.filter((line) => line.startsWith("npm run ")))("%s is a script of package.json", (line) => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
    expect(Object.keys(manifest.scripts)).toContain(line.split(" ")[2]);
  });

  it("names the tarball that npm pack makes", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const tarballs = new Set(readme.match(/scalr-oci-[\d.]+\.tgz/g));
    expect([...tarballs]).toEqual([`scalr-oci-${version}.tgz`]);
  });
});

describe("the README's tables", () => {
  it("explain variables as the table of the environment does", () => {
    const rows = [...readme.matchAll(/^\| `([A-Z_]+(?:<host>)?)`\s*\| (.*?)\s*\|$/gm)];
    expect(rows.length).toBeGreaterThan(5);
    for (const [, name, meaning] of rows) {
      expect({ name, meaning }).toEqual({
        name,
        meaning: environmentTable.find((variable) => variable.name === name)?.meaning,
      });
    }
  });

  it("name only variables that the sources read", () => {
    const named = new Set(readme.match(/\bSCALR_[A-Z_]+(?=\b|_)/g));
    const known = environmentTable.map(({ name }) => name.replace(/_?<host>$/, ""));
    const unknown = [...named].filter((name) => !known.includes(name.replace(/_$/, "")));
    expect(unknown).toEqual(["SCALR_OCI_MINT_TOKEN"]);
  });

  it("names exports that the entry points have", () => {
    const entries = sourceFiles("src").map(({ path }) => path);
    for (const [, subpath] of readme.matchAll(/`scalr-oci\/(?!scalr`)(\w+)`/g))
      expect(entries).toContain(`src/${subpath}.ts`);
  });
});

describe("the README's examples", () => {
  const folders = readdirSync(join(root, "examples"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  it("are all that there are, each with a README of its own", () => {
    const listed = [...readme.matchAll(/^\| \[[\w-]+\]\(examples\/([\w-]+)\)/gm)].map((match) => match[1] ?? "");
    expect(listed.toSorted()).toEqual(folders.toSorted());
    for (const name of folders) expect(existsSync(join(root, "examples", name, "README.md"))).toBe(true);
  });

  it("have links that lead somewhere", () => {
    const pages = readdirSync(join(root, "examples"), { recursive: true, withFileTypes: true })
      .filter(({ name, parentPath }) => name === "README.md" && !parentPath.includes("node_modules"))
      .map(({ parentPath }) => parentPath);
    for (const folder of pages) {
      const links = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/\]\(([^)#]+)[^)]*\)/g)];
      for (const [, link] of links.filter(([, one]) => one?.includes("://") === false)) {
        expect({ folder, link, leads: existsSync(join(folder, link ?? "")) }).toMatchObject({ leads: true });
      }
    }
  });
});

describe("the README's links", () => {
  const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1] ?? "");
  const headings = [...readme.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? "")
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );

  it.each(links.filter((link) => !link.includes("://")))("%s leads somewhere", (link) => {
    if (link.startsWith("#")) expect(headings).toContain(link.slice(1));
    else expect(existsSync(join(root, link))).toBe(true);
  });
});

/** What `scalr-oci … --help` prints. */
async function helpOf(path: readonly string[]): Promise<string> {
  let printed = "";
  const sink = { write: (text: string) => void (printed += text) } as unknown as NodeJS.WritableStream;
  await runCli([...path, "--help"], {
    environment: {},
    stdin: process.stdin,
    stdout: sink,
    stderr: sink,
    directory: root,
    interactive: false,
  });
  return printed;
}
