// One kept answer as text, line by line, so that a shell can read it with nothing but its own words (src/helper/launcher.sh):
//
//   scalr-oci 2 KEY                   what it answers: under another name, as after a rename, it answers nothing
//   CLOCK FROM UNTIL                  seconds of that clock; good from FROM up to before UNTIL
//   unset NAME… | equal NAME VALUE | tail NAME TAIL | file PATH | nofile PATH        any number: what has to be as it was
//   answer 0 TAIL                     a login: what follows {"ServerURL":"URL in the reply
//   answer 1                          not found or an error: the lines below are what to print
//   answer 2                          the login that is in the two variables of the host, which the reader has at hand
import type { Condition } from "../condition.ts";
import type { CacheTime } from "./cache-clock.ts";

const head = "scalr-oci 2";

export type CachedAnswer =
  /** Everything of a reply behind the server URL's value, its closing quote included. */
  | { readonly kind: "login"; readonly replyTail: string }
  /** What the helper prints, without the last line's end; it exits with 1. */
  | { readonly kind: "text"; readonly text: string }
  /** That the variables of the host answer: for the launcher, which cannot read the configuration. */
  | { readonly kind: "variables" };

export interface CacheEntry {
  /** The host, or whatever else the answer is kept under. */
  readonly key: string;
  readonly clock: string;
  readonly from: number;
  readonly until: number;
  readonly conditions: readonly Condition[];
  readonly answer: CachedAnswer;
}

/** The entry's text, or undefined when a condition does not fit on a line. */
export function encodeEntry({ key, clock, from, until, conditions, answer }: CacheEntry): string | undefined {
  const lines = [`${head} ${key}`, `${clock} ${from} ${until}`, ...conditions.map(encodeCondition)];
  if (lines.some((line) => /[\n\r\0]/.test(line))) return undefined;
  return `${lines.join("\n")}\n${encodeAnswer(answer)}\n`;
}

/** Undefined for what encodeEntry cannot have written. */
export function decodeEntry(text: string): CacheEntry | undefined {
  const lines = text.split("\n");
  const times = /^(?<clock>\S+) (?<from>\d+) (?<until>\d+)$/.exec(lines[1] ?? "")?.groups;
  const key = lines[0]?.startsWith(`${head} `) ? lines[0].slice(head.length + 1) : undefined;
  if (key === undefined || times === undefined) return undefined;
  const at = lines.findIndex((line) => /^answer [012](?: |$)/.test(line));
  const conditions = lines.slice(2, at).map(decodeCondition);
  const answer = decodeAnswer(lines.slice(at));
  if (at === -1 || answer === undefined || conditions.includes(undefined)) return undefined;
  const { clock = "", from, until } = times;
  return {
    key,
    clock,
    from: Number(from),
    until: Number(until),
    conditions: conditions.filter((condition) => condition !== undefined),
    answer,
  };
}

/** True between its times, on its clock. */
export function isCurrent({ clock, from, until }: CacheEntry, now: CacheTime): boolean {
  return clock === now.clock && from <= now.seconds && now.seconds < until;
}

function encodeAnswer(answer: CachedAnswer): string {
  switch (answer.kind) {
    case "login":
      return `answer 0 ${answer.replyTail}`;
    case "text":
      return `answer 1\n${answer.text}`;
    case "variables":
      return "answer 2";
  }
}

function encodeCondition(condition: Condition): string {
  switch (condition.kind) {
    case "variable":
      return condition.value === undefined ? `unset ${condition.name}` : `equal ${condition.name} ${condition.value}`;
    case "secret":
      return `tail ${condition.name} ${condition.tail}`;
    case "file":
      return `${condition.isThere ? "file" : "nofile"} ${condition.path}`;
  }
}

function decodeCondition(line: string): Condition | undefined {
  const { word, rest = "" } = /^(?<word>[a-z]+) (?<rest>.+)$/s.exec(line)?.groups ?? {};
  const { name = "", value } = /^(?<name>[A-Za-z0-9_]+)(?: (?<value>.+))?$/s.exec(rest)?.groups ?? {};
  if (word === "file" || word === "nofile") return { kind: "file", path: rest, isThere: word === "file" };
  if (name === "") return undefined;
  if (word === "unset" && value === undefined) return { kind: "variable", name, value };
  if (word === "equal" && value !== undefined) return { kind: "variable", name, value };
  return word === "tail" && value !== undefined ? { kind: "secret", name, tail: value } : undefined;
}

/** The text ends with a line's end, so the last of its lines is empty. */
function decodeAnswer([first = "", ...rest]: readonly string[]): CachedAnswer | undefined {
  if (first === "answer 2") return { kind: "variables" };
  if (first === "answer 1") return { kind: "text", text: rest.slice(0, -1).join("\n") };
  return first.startsWith("answer 0 ") ? { kind: "login", replyTail: first.slice("answer 0 ".length) } : undefined;
}
