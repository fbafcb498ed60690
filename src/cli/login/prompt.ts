// Asks a person for a user name and a password on the terminal; what is typed of the password is not shown.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  /** Questions go here: stdout is for results. */
  readonly stderr: NodeJS.WritableStream;
}

/** @returns the line without its end */
export async function askLine({ stdin, stderr }: Terminal, question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** As askLine, but nothing is echoed. */
export async function askSecret({ stdin, stderr }: Terminal, question: string): Promise<string> {
  stderr.write(question);
  // With `terminal`, readline switches the echo of the terminal off and does its own, into nowhere.
  const lines = createInterface({ input: stdin, output: nowhere(), terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    stderr.write("\n");
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
