// What a credential helper gives back to its client.

export interface Answer {
  /** For stdout, without the line's end; empty for nothing. */
  readonly text: string;
  /** Clients only tell 0 from the others. */
  readonly exitCode: 0 | 1;
}
