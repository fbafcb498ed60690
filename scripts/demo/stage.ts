// What the demo shows: numbered steps with their time, the commands as a user types them, the lines of their output that matter.
import { styleText } from "node:util";

export interface Stage {
  /** Announces a step, runs it and says how long it took. */
  step<Result>(title: string, action: () => Promise<Result>): Promise<Result>;
  /** Shows a command line. */
  command(line: string): void;
  /** Shows lines of output or explanation. */
  say(...lines: string[]): void;
  /** A heading without a number. */
  heading(title: string): void;
}

/** How often the seconds of a running step are drawn on a terminal. */
const tickMs = 1000;

export function createStage(out: NodeJS.WriteStream, steps: number): Stage {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream: out });
  const write = (line: string) => void out.write(`${line}\n`);
  let number = 0;
  return {
    heading: (title) => write(`\n${paint("bold", title)}`),
    command: (line) => write(`   ${paint("cyan", `$ ${line}`)}`),
    say: (...lines) => lines.forEach((line) => write(line === "" ? "" : `     ${line}`)),
    step: async (title, action) => {
      number += 1;
      write(`\n${paint("bold", `${number}/${steps}  ${title}`)}`);
      const startedAt = performance.now();
      const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
      const ticker = out.isTTY
        ? setInterval(() => out.write(`\r     ${paint("dim", seconds())}\r`), tickMs)
        : undefined;
      try {
        const result = await action();
        write(`   ${paint("green", "done")} ${paint("dim", seconds())}`);
        return result;
      } catch (error) {
        write(`   ${paint("red", "failed")} ${paint("dim", seconds())}`);
        throw error;
      } finally {
        clearInterval(ticker);
      }
    },
  };
}
