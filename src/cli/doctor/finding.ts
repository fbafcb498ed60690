// What doctor has to say: one finding a thing, the most urgent first.

export type FindingLevel = "problem" | "warning" | "note";

export interface Finding {
  readonly level: FindingLevel;
  /** Stable name of the kind, for scripts; lower case with dashes. */
  readonly id: string;
  /** One sentence without a full stop; never a secret. */
  readonly message: string;
  /** The one next step. */
  readonly next?: string | undefined;
}

const order: readonly FindingLevel[] = ["problem", "warning", "note"];

/** The most urgent first; of equally urgent ones the order stays. */
export function byUrgency(findings: readonly Finding[]): Finding[] {
  return [...findings].sort((one, other) => order.indexOf(one.level) - order.indexOf(other.level));
}
