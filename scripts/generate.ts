// `npm run generate`: writes the files that are made from others; with --check says which are not current and fails.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environmentTable } from "../src/base/env.ts";
import { errorCodes, type ErrorKind } from "../src/base/error-codes.ts";
import { exitCodeOf } from "../src/base/errors.ts";
import { root } from "./steps.ts";

interface GeneratedFile {
  readonly path: string;
  readonly content: () => string;
}

const classOfKind: Readonly<Record<ErrorKind, string>> = {
  input: "InputError",
  auth: "AuthError",
  "not-found": "NotFoundError",
  conflict: "ConflictError",
  remote: "RemoteError",
  transient: "TransientError",
  internal: "InternalError",
};

const generatedFiles: readonly GeneratedFile[] = [
  { path: "docs/errors.md", content: errorsPage },
  { path: "docs/environment.md", content: environmentPage },
];

const isCheck = process.argv.includes("--check");
const stale = generatedFiles.filter(({ path, content }) => readIfThere(path) !== content());
if (isCheck && stale.length > 0) {
  console.error(`not current: ${stale.map(({ path }) => path).join(", ")}\nrun npm run generate and commit the result`);
  process.exitCode = 1;
}
if (!isCheck) stale.forEach(write);

function write({ path, content }: GeneratedFile): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content());
  console.log(`wrote ${path}`);
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return undefined;
  }
}

function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, { kind, meaning, nextStep }]) => {
    return [`\`${code}\``, `\`${classOfKind[kind]}\``, String(exitCodeOf(kind)), meaning, nextStep];
  });
  return page("Error codes", "src/base/error-codes.ts", [
    "Every error of this package has one of these codes; a code is never renamed or reused. Messages may change, codes do not.",
    table(["Code", "Class", "Exit code", "When", "What to do"], rows),
  ]);
}

function environmentPage(): string {
  const rows = environmentTable.map(({ name, meaning, secret }) => [`\`${name}\``, meaning, secret ? "yes" : ""]);
  return page("Environment variables", "src/base/env.ts", [
    "Every variable that the executables and libraries of this package read.",
    table(["Variable", "Meaning", "Secret"], rows),
  ]);
}

function page(title: string, source: string, paragraphs: readonly string[]): string {
  const note = `<!-- Made by \`npm run generate\` from ${source}; edit that. -->`;
  return `${[`# ${title}`, note, ...paragraphs].join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
