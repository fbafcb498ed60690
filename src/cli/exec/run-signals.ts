// Signals during a run: before the command starts they end the run, then those sent to us alone go to the command.
import type { ChildProcess } from "node:child_process";

/** Sent to this process alone, so they are passed on. */
const passedOn = ["SIGTERM", "SIGHUP"] as const;
/** Sent by the terminal to the whole process group: the command has them already, and we outlive it to clean up. */
const waitedOut = ["SIGINT", "SIGQUIT"] as const;

export interface RunSignals extends Disposable {
  /** Aborted, with the signal's name as the reason, by the first one that arrives before there is a command. */
  readonly beforeStart: AbortSignal;
  /** From now on the command gets what is for it. */
  passTo(child: Pick<ChildProcess, "kill">): void;
}

/** Takes the signals over from Node, which would end at once and clean nothing up. @param source the process, or a test's emitter */
export function takeSignals(source: NodeJS.EventEmitter = process): RunSignals {
  const aborter = new AbortController();
  let child: Pick<ChildProcess, "kill"> | undefined;
  const handlers = [...passedOn, ...waitedOut].map((signal) => {
    const handler = () => {
      if (child === undefined) aborter.abort(signal);
      else if ((passedOn as readonly string[]).includes(signal)) child.kill(signal);
    };
    source.on(signal, handler);
    return [signal, handler] as const;
  });
  return {
    beforeStart: aborter.signal,
    passTo: (started) => {
      child = started;
    },
    [Symbol.dispose]: () => {
      for (const [signal, handler] of handlers) source.off(signal, handler);
    },
  };
}
