// One way of printing a result: as text for people, or as one JSON document for scripts.
import type { CliContext } from "./context.ts";

export interface JsonFlag {
  readonly json: boolean;
}

/** @param lines what people read, one line each */
export function printResult(context: CliContext, { json }: JsonFlag, document: object, lines: readonly string[]): void {
  context.stdout.write(json ? `${JSON.stringify(document)}\n` : lines.map((line) => `${line}\n`).join(""));
}
