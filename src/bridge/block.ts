// Blocks of a schema: `name { … }` in a configuration. New schemas use nested attributes; blocks serve what already has them.
import type { Attributes } from "./attribute.ts";
import type {
  AppliedBlocks,
  AppliedOf,
  ConfigBlocks,
  ConfigOf,
  PlanBlocks,
  PlannedBlocks,
  PlannedOf,
  PlanOf,
  StateBlocks,
  StateOf,
} from "./schema-values.ts";
import { attributesShape } from "./nested-attribute.ts";
import { type ObjectShape, objectShape, type Shape } from "./value-type.ts";
import type { Views } from "./attribute.ts";
import type { Unknown } from "./unknown.ts";

export interface BlockOptions<A extends Attributes = Attributes, B extends Blocks = Blocks> {
  readonly attributes?: A;
  readonly blocks?: B;
  /** Markdown. */
  readonly description?: string;
  readonly deprecation?: string;
}

export interface RepeatedBlockOptions<
  A extends Attributes = Attributes,
  B extends Blocks = Blocks,
> extends BlockOptions<A, B> {
  /** Fewest blocks of this kind; 0 unless given. */
  readonly minItems?: number;
  /** Most blocks of this kind; 0 means any number. */
  readonly maxItems?: number;
}

declare const views: unique symbol;

export interface Block<V extends Views = Views> {
  readonly kind: "block";
  readonly nesting: "single" | "list" | "set";
  readonly shape: Shape;
  /** The shape of one block. */
  readonly content: ObjectShape;
  readonly attributes: Attributes;
  readonly blocks: Blocks;
  readonly options: RepeatedBlockOptions;
  readonly [views]?: V;
}

export type Blocks = Readonly<Record<string, Block>>;

type None = Readonly<Record<never, never>>;

export interface SingleBlockViews<A extends Attributes, B extends Blocks> extends Views {
  readonly config: (ConfigOf<A> & ConfigBlocks<B>) | null;
  readonly applied: (AppliedOf<A> & AppliedBlocks<B>) | null;
  readonly plan: (PlanOf<A> & PlanBlocks<B>) | null;
  readonly planned: (PlannedOf<A> & PlannedBlocks<B>) | null;
  readonly state: (StateOf<A> & StateBlocks<B>) | null;
}

export interface RepeatedBlockViews<A extends Attributes, B extends Blocks> extends Views {
  readonly config: readonly (ConfigOf<A> & ConfigBlocks<B>)[] | Unknown;
  readonly applied: readonly (AppliedOf<A> & AppliedBlocks<B>)[];
  readonly plan: readonly (PlanOf<A> & PlanBlocks<B>)[] | Unknown;
  readonly planned: readonly (PlannedOf<A> & PlannedBlocks<B>)[];
  readonly state: readonly (StateOf<A> & StateBlocks<B>)[];
}

/** At most one block; null when the configuration has none. */
export function singleBlock<const A extends Attributes = None, const B extends Blocks = None>(
  options: BlockOptions<A, B>,
): Block<SingleBlockViews<A, B>> {
  return block("single", options);
}

/** Any number of blocks, in order; an empty array when the configuration has none. */
export function listBlock<const A extends Attributes = None, const B extends Blocks = None>(
  options: RepeatedBlockOptions<A, B>,
): Block<RepeatedBlockViews<A, B>> {
  return block("list", options);
}

/** Any number of blocks, without order. */
export function setBlock<const A extends Attributes = None, const B extends Blocks = None>(
  options: RepeatedBlockOptions<A, B>,
): Block<RepeatedBlockViews<A, B>> {
  return block("set", options);
}

function block<V extends Views>(nesting: Block["nesting"], options: RepeatedBlockOptions): Block<V> {
  const { attributes = {}, blocks = {} } = options;
  const content = contentShape(attributes, blocks);
  const shape = nesting === "single" ? content : ({ kind: nesting, element: content, nested: true } as const);
  return { kind: "block", nesting, shape, content, attributes, blocks, options };
}

/** The shape of a block's content, and of a whole schema. */
export function contentShape(attributes: Attributes, blocks: Blocks): ObjectShape {
  const nested = Object.entries(blocks).map(([name, item]) => ({ name, shape: item.shape, block: item }));
  return objectShape([...attributesShape(attributes).fields, ...nested]);
}
