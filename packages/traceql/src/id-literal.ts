import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import type { Intrinsic } from './intrinsics.ts';
import type { Comparison, FieldExpression } from './syntax.ts';

const NORMALIZERS: ReadonlyMap<Intrinsic, (id: string) => string | undefined> = new Map([
  ['traceId', normalizeTraceId],
  ['linkTraceId', normalizeTraceId],
  ['spanId', normalizeSpanId],
  ['parentSpanId', normalizeSpanId],
  ['linkSpanId', normalizeSpanId],
]);

/** With `=` and `!=` an id may be written in upper case and without its leading zeros. */
export function normalizedIdComparison(comparison: Comparison): Comparison {
  const { operator, left, right } = comparison;
  if (operator !== '=' && operator !== '!=') return comparison;
  return { ...comparison, left: normalizedId(left, right), right: normalizedId(right, left) };
}

function normalizedId(expression: FieldExpression, other: FieldExpression): FieldExpression {
  if (expression.kind !== 'literal' || expression.type !== 'text' || other.kind !== 'intrinsic') return expression;
  const id = NORMALIZERS.get(other.name)?.(expression.value);
  return id === undefined ? expression : { kind: 'literal', type: 'text', value: id };
}
