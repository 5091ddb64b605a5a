import type { QueryConditions, SpanPredicate, TraceCondition } from './conditions.ts';
import { derivePredicate } from './derive-predicate.ts';
import { anyPredicate } from './derived-predicate.ts';
import { constantValue } from './interpret.ts';
import type { Comparison, FieldExpression, Query, SpansetExpression } from './syntax.ts';

/** The query as conditions for a store: satisfied by every trace that matches, and exact wherever that is provable. */
export function queryConditions(query: Query): QueryConditions {
  return traceConditions(query.spanset);
}

function traceConditions(expression: SpansetExpression): QueryConditions {
  switch (expression.kind) {
    case 'filter': {
      const { predicate, exact } = derivePredicate(expression.condition);
      const condition: TraceCondition = { kind: 'spans', predicate };
      const elsewhere = conditionsElsewhere(expression.condition);
      if (elsewhere.length === 0) return { condition, exact };
      return { condition: { kind: 'and', operands: [condition, ...elsewhere] }, exact: false };
    }
    case 'spansetOr':
      return anyOfConditions(expression.operands.map(traceConditions));
    case 'spansetAnd': {
      const operands = expression.operands.map((operand) => traceConditions(operand).condition);
      return { condition: { kind: 'and', operands }, exact: false };
    }
    case 'structural': {
      const right = traceConditions(expression.right).condition;
      // `a !>> b` selects spans of b also where a selects nothing.
      if (expression.operator.startsWith('!')) return { condition: right, exact: false };
      const left = traceConditions(expression.left).condition;
      return { condition: { kind: 'and', operands: [left, right] }, exact: false };
    }
  }
}

/** `{ a } || { b }` selects what `{ a || b }` selects. */
function anyOfConditions(operands: readonly QueryConditions[]): QueryConditions {
  const predicates: SpanPredicate[] = [];
  const conditions: TraceCondition[] = [];
  for (const { condition } of operands) {
    if (condition.kind === 'spans') predicates.push(condition.predicate);
    else conditions.push(condition);
  }
  const merged: TraceCondition = { kind: 'spans', predicate: anyPredicate(predicates) };
  if (conditions.length === 0) return { condition: merged, exact: operands.every(({ exact }) => exact) };
  return {
    condition: { kind: 'or', operands: predicates.length === 0 ? conditions : [merged, ...conditions] },
    exact: false,
  };
}

/**
 * Conditions on other spans of the trace, from comparisons that a filter needs in any case: the parent and the root are
 * spans of the trace too.
 */
function conditionsElsewhere(condition: FieldExpression): readonly TraceCondition[] {
  const needed = condition.kind === 'and' ? condition.operands : [condition];
  return needed.flatMap((expression) => {
    const there = expression.kind === 'comparison' ? aboutItsOwnSpan(expression) : undefined;
    if (there === undefined) return [];
    const { predicate } = derivePredicate(there);
    return predicate.kind === 'true' ? [] : [{ kind: 'spans', predicate }];
  });
}

/** The comparison of a parent's or root's field with a constant, as that span itself satisfies it. */
function aboutItsOwnSpan({ operator, left, right }: Comparison): Comparison | undefined {
  const own = ownField(left);
  if (own !== undefined && constantValue(right) !== undefined)
    return { kind: 'comparison', operator, left: own, right };
  const mirrored = ownField(right);
  if (mirrored === undefined || constantValue(left) === undefined) return undefined;
  return { kind: 'comparison', operator, left, right: mirrored };
}

function ownField(expression: FieldExpression): FieldExpression | undefined {
  if (expression.kind === 'attribute') return expression.parent ? { ...expression, parent: false } : undefined;
  if (expression.kind !== 'intrinsic') return undefined;
  if (expression.name === 'rootName') return { kind: 'intrinsic', name: 'name' };
  if (expression.name !== 'rootService') return undefined;
  return { kind: 'attribute', scope: 'resource', parent: false, name: 'service.name' };
}
