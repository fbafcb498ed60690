// What is read of an expression: its shape, for types of variables and outputs; HCL Native Syntax Specification, "Expressions".

export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Text with something in it that has to be evaluated. */
  | { readonly kind: "template" }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly ObjectEntry[] }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  /** `var.a.b`, `a.b[0].c`: names, and undefined for each index. */
  | { readonly kind: "reference"; readonly path: readonly (string | undefined)[] }
  /** The same behind anything else, such as `f(x)[0].a`. */
  | { readonly kind: "access"; readonly of: Expression; readonly path: readonly (string | undefined)[] }
  /** `a.b[*].c`: `c` of each. */
  | { readonly kind: "splat"; readonly path: readonly (string | undefined)[] }
  | { readonly kind: "conditional"; readonly whenTrue: Expression; readonly whenFalse: Expression }
  | { readonly kind: "operation"; readonly operator: string }
  | { readonly kind: "for-list"; readonly value: Expression }
  | { readonly kind: "for-object"; readonly value: Expression; readonly isGrouped: boolean }
  | { readonly kind: "other" };

export interface ObjectEntry {
  /** Undefined when it has to be evaluated. */
  readonly name: string | undefined;
  readonly value: Expression;
}
