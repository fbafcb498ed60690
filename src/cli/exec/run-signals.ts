// Signals during a run: before the command starts they end the run, then they go on to the command, and we outlive it to clean up.
import type { ChildProcess } from "node:child_process";
import { constants as osConstants } from "node:os";
import { mayTerminalSignal } from "./terminal.ts";

/**
 * All that end a process by default, that Node can catch and that somebody sends; signal(7). Left out: what a fault of our own raises
 * (SIGSEGV and its like, SIGPIPE, SIGXFSZ), and the real-time signals, which Node does not know.
 */
const passedOn = [
  ...(["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGABRT"] as const),
  ...(["SIGXCPU", "SIGIO", "SIGPWR", "SIGSTKFLT"] as const),
];
/** A terminal sends them to the whole process group: then the command has them already. */
const fromTerminal = ["SIGINT", "SIGQUIT"] as const;

export interface RunSignals extends Disposable {
  /** Aborted, with the signal's name as the reason, by the first one that arrives before there is a command. */
  readonly beforeStart: AbortSignal;
  /** From now on the command gets what is for it. */
  passTo(child: Pick<ChildProcess, "kill">): void;
}

/**
 * Takes the signals over from Node, which would end at once and clean nothing up, or start its debugger for SIGUSR1. Of a signal that
 * a terminal may have sent, the command gets no second one: OpenTofu takes that for the wish to end without saving its state.
 * @param source the process, or a test's emitter
 */
export function takeSignals(source: NodeJS.EventEmitter = process): RunSignals {
  const aborter = new AbortController();
  let child: Pick<ChildProcess, "kill"> | undefined;
  // Not every system has all of them.
  const known = [...passedOn, ...fromTerminal].filter((signal) => signal in osConstants.signals);
  const handlers = known.map((signal) => {
    const mayBeTheirs = (fromTerminal as readonly string[]).includes(signal);
    const handler = () => {
      if (child === undefined) aborter.abort(signal);
      else if (!mayBeTheirs || !mayTerminalSignal()) child.kill(signal);
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
