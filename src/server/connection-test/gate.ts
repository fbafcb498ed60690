// Lets so many through at a time; the others wait in line.

export interface Gate {
  /**
   * Runs the work when there is room.
   * @throws the signal's reason when it is aborted while waiting
   */
  enter<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
}

export function createGate(width: number): Gate {
  let inside = 0;
  const line: (() => void)[] = [];
  // A place is handed to the next in line, never put back first: a newcomer could take it in between.
  const leave = () => {
    const next = line.shift();
    if (next === undefined) inside -= 1;
    else next();
  };
  return {
    enter: async (signal, work) => {
      signal.throwIfAborted();
      if (inside >= width) await waitInLine(line, signal);
      else inside += 1;
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

async function waitInLine(line: (() => void)[], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const enter = () => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    };
    const giveUp = () => {
      line.splice(line.indexOf(enter), 1);
      reject(signal.reason as Error);
    };
    line.push(enter);
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
