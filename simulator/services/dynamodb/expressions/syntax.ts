/** What expressions mean, as trees. Placeholders (`#name`, `:value`) stay as written: one tree serves every request with the same text. */

/** `profile.#phones[0]` */
export interface Path {
  readonly kind: 'path';
  /** Attribute names and `#placeholders` as strings, list positions as numbers. The first is never a number. */
  readonly steps: readonly (string | number)[];
}
export interface Value {
  readonly kind: 'value';
  /** ':expected' */
  readonly placeholder: string;
}
interface Size {
  readonly kind: 'size';
  readonly of: Path;
}
export type Operand = Path | Value | Size;

export type Comparator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition }
  | { readonly kind: 'not'; readonly condition: Condition }
  | { readonly kind: 'compare'; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: 'between'; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: 'in'; readonly operand: Operand; readonly candidates: readonly Operand[] }
  | { readonly kind: 'exists'; readonly path: Path; readonly negated: boolean }
  | { readonly kind: 'begins_with'; readonly operand: Operand; readonly argument: Operand }
  | { readonly kind: 'attribute_type' | 'contains'; readonly operand: Operand; readonly argument: Operand };

/** What SET may put to the right of `=`. */
export type Term =
  | Path
  | Value
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: Term }
  | { readonly kind: 'list_append'; readonly head: Term; readonly tail: Term };
export type Assigned =
  | Term
  | { readonly kind: 'sum'; readonly left: Term; readonly right: Term; readonly sign: 1 | -1 };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly to: Assigned }[];
  readonly remove: readonly Path[];
  readonly add: readonly { readonly path: Path; readonly by: Value }[];
  readonly delete: readonly { readonly path: Path; readonly members: Value }[];
}

/** A tree and the placeholders it uses. */
export interface Parsed<Tree> {
  readonly tree: Tree;
  readonly names: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}
