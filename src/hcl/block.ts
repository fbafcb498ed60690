// What is read of a configuration: blocks with their attributes, and where they stand; OpenTofu's "Configuration Syntax".

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Nested blocks; empty for JSON, which cannot tell them from attributes. */
  readonly blocks: readonly Block[];
  /** From 1; undefined for JSON. */
  readonly line: number | undefined;
  /** Path of the construct that made it, where a CDK wrote it down. */
  readonly constructPath: string | undefined;
}

export interface Attribute {
  /** A text or a switch that stands there literally; undefined for everything that has to be evaluated. */
  readonly value: string | boolean | undefined;
  /** The expression as written. In JSON the text itself, without `${` and `}` around it. */
  readonly expression: string;
  /** Where the text between the quotes stands; undefined when it is no literal text, or written with escapes, or in JSON. */
  readonly range: TextRange | undefined;
  /** From 1; undefined for JSON. */
  readonly line: number | undefined;
}

/** Offsets into the file's text, in UTF-16 units as in JavaScript's strings. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
