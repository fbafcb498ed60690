// Ids in Scalr's form: a kind and a random part, `^[a-z]+(-[a-z]+)*-[a-zA-Z0-9]+$`.
import { randomInt } from "node:crypto";

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
/** 82 bits: no two meet by chance. */
const randomLength = 16;

export type IdKind = "acc" | "in" | "at" | "rt";

export function createId(kind: IdKind): string {
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]);
  return `${kind}-${random.join("")}`;
}
