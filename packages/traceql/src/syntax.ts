import type { SpanKind, StatusCode } from '@throughline/model';

import type { AttributeScope } from './conditions.ts';
import type { Intrinsic } from './intrinsics.ts';

/**
 * The syntax tree: plain readonly data with a `kind`. A node that was parsed carries the range of its text (UTF-16
 * offsets, `end` exclusive); a node that was built has none. Ranges are no part of what a query means.
 */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

interface Ranged {
  readonly range?: TextRange;
}

/** A whole query. Stages behind `|` will become a further property. */
export interface Query extends Ranged {
  readonly kind: 'query';
  readonly spanset: SpansetExpression;
}

/** What selects spans of one trace. */
export type SpansetExpression = SpansetFilter | SpansetLogical | SpansetStructural;

/** `{ condition }`: the spans for which the condition is true. */
export interface SpansetFilter extends Ranged {
  readonly kind: 'filter';
  readonly condition: FieldExpression;
}

/** `a && b` (both select something) and `a || b`; selects what its operands select. At least two operands, none of the same kind. */
export interface SpansetLogical extends Ranged {
  readonly kind: 'spansetAnd' | 'spansetOr';
  readonly operands: readonly SpansetExpression[];
}

export type StructuralRelation = '>' | '>>' | '<' | '<<' | '~';
export type StructuralOperator = `${'' | '!' | '&'}${StructuralRelation}`;

/** `a >> b` and its kin: spans of `b` by their place relative to the spans of `a`. */
export interface SpansetStructural extends Ranged {
  readonly kind: 'structural';
  readonly operator: StructuralOperator;
  readonly left: SpansetExpression;
  readonly right: SpansetExpression;
}

/** What is evaluated for one span. */
export type FieldExpression =
  | Literal
  | AttributeField
  | IntrinsicField
  | Exists
  | Comparison
  | Logical
  | Not
  | Arithmetic
  | Negation;

/** A float is finite. An integer and a duration (nanoseconds) fit into an int64. */
export type Literal = Ranged & { readonly kind: 'literal' } & (
    | { readonly type: 'text'; readonly value: string }
    | { readonly type: 'integer'; readonly value: bigint }
    | { readonly type: 'float'; readonly value: number }
    | { readonly type: 'duration'; readonly value: bigint }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'status'; readonly value: StatusCode }
    | { readonly type: 'kind'; readonly value: SpanKind }
  );

/** `.name`, `span.name`, ...; with `parent` the attribute of the parent span (scopes any, span, resource only). */
export interface AttributeField extends Ranged {
  readonly kind: 'attribute';
  readonly scope: AttributeScope;
  readonly parent: boolean;
  readonly name: string;
}

export interface IntrinsicField extends Ranged {
  readonly kind: 'intrinsic';
  readonly name: Intrinsic;
}

/** `operand != nil`, or negated `operand = nil`. */
export interface Exists extends Ranged {
  readonly kind: 'exists';
  readonly negated: boolean;
  readonly operand: FieldExpression;
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';

export interface Comparison extends Ranged {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

/** At least two operands, none of the same kind. */
export interface Logical extends Ranged {
  readonly kind: 'and' | 'or';
  readonly operands: readonly FieldExpression[];
}

export interface Not extends Ranged {
  readonly kind: 'not';
  readonly operand: FieldExpression;
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';

export interface Arithmetic extends Ranged {
  readonly kind: 'arithmetic';
  readonly operator: ArithmeticOperator;
  readonly left: FieldExpression;
  readonly right: FieldExpression;
}

/** `-operand` where the operand is not a number (a negative number is a literal). */
export interface Negation extends Ranged {
  readonly kind: 'negation';
  readonly operand: FieldExpression;
}

/** The operands joined by `&&`, flat; one alone stays as it is, none is `true`. */
export function allOf(operands: readonly FieldExpression[]): FieldExpression {
  return joined('and', operands);
}

/** The operands joined by `||`, flat; one alone stays as it is, none is `false`. */
export function anyOf(operands: readonly FieldExpression[]): FieldExpression {
  return joined('or', operands);
}

function joined(kind: 'and' | 'or', operands: readonly FieldExpression[]): FieldExpression {
  const flat: FieldExpression[] = [];
  for (const operand of operands) {
    if (operand.kind !== kind) flat.push(operand);
    else for (const inner of operand.operands) flat.push(inner);
  }
  const [first] = flat;
  if (first === undefined) return { kind: 'literal', type: 'boolean', value: kind === 'and' };
  return flat.length === 1 ? first : { kind, operands: flat };
}

/** `{ condition }` as a query. */
export function filterQuery(condition: FieldExpression): Query {
  return { kind: 'query', spanset: { kind: 'filter', condition } };
}
