import type { AttributeValue, Trace } from '@throughline/model';

import { calculate, negate } from './calculate.ts';
import { compareValues, matchValue } from './compare-values.ts';
import { type Quantity, quantified, quantityOf } from './event-quantifier.ts';
import { normalizedIdComparison } from './id-literal.ts';
import { textTest } from './pattern-matcher.ts';
import { parentContext, readAttribute, readIntrinsic, type SpanContext, spanContext } from './read-field.ts';
import { relatedRows } from './structural.ts';
import type { Comparison, Exists, FieldExpression, Query, SpansetExpression } from './syntax.ts';
import { typeOf } from './validate.ts';

type Condition = (context: SpanContext) => boolean;
type Value = (context: SpanContext) => AttributeValue | undefined;
/** The rows a spanset expression selects, ascending; none if it does not match. */
type Selection = (trace: Trace) => readonly number[];

/** Which rows of a trace a query selects, ascending; undefined if the trace does not match. */
type QueryMatcher = (trace: Trace) => readonly number[] | undefined;

const matchers = new WeakMap<Query, QueryMatcher>();

/**
 * The truth of the language: the rows of the trace's spans that the query selects, ascending; undefined if it selects
 * none, that is if the trace does not match. The query is valid (`parseQuery`, `validateQuery`, `spanFilter`).
 */
export function matchTrace(query: Query, trace: Trace): readonly number[] | undefined {
  let matcher = matchers.get(query);
  if (matcher === undefined) {
    const select = compileSpanset(query.spanset);
    matcher = (each) => {
      const rows = select(each);
      return rows.length === 0 ? undefined : rows;
    };
    matchers.set(query, matcher);
  }
  return matcher(trace);
}

function compileSpanset(expression: SpansetExpression): Selection {
  switch (expression.kind) {
    case 'filter': {
      const condition = compileCondition(expression.condition);
      return (trace) => {
        const rows: number[] = [];
        for (let row = 0; row < trace.spans.length; row++) {
          const context = spanContext(trace, row);
          if (context !== undefined && condition(context)) rows.push(row);
        }
        return rows;
      };
    }
    case 'spansetAnd':
    case 'spansetOr': {
      const selections = expression.operands.map(compileSpanset);
      const needsAll = expression.kind === 'spansetAnd';
      return (trace) => {
        const union = new Set<number>();
        for (const select of selections) {
          const rows = select(trace);
          if (needsAll && rows.length === 0) return [];
          for (const row of rows) union.add(row);
        }
        return [...union].toSorted((left, right) => left - right);
      };
    }
    case 'structural': {
      const left = compileSpanset(expression.left);
      const right = compileSpanset(expression.right);
      return (trace) => relatedRows(expression.operator, trace, left(trace), right(trace));
    }
  }
}

/** Whether an expression is true for a span. What is neither true nor false counts as false. */
function compileCondition(expression: FieldExpression): Condition {
  switch (expression.kind) {
    case 'and': {
      const operands = expression.operands.map(compileCondition);
      return (context) => operands.every((operand) => operand(context));
    }
    case 'or': {
      const operands = expression.operands.map(compileCondition);
      return (context) => operands.some((operand) => operand(context));
    }
    case 'not': {
      const operand = compileCondition(expression.operand);
      return (context) => !operand(context);
    }
    case 'comparison':
      return quantified(quantityOf(expression), compileComparison(expression));
    case 'exists':
      return compileExists(expression);
    default: {
      // A field on its own stands for `field = true`.
      const value = compileValue(expression);
      return quantified(quantityOf(expression), (context) => compareValues('=', value(context), true));
    }
  }
}

function compileExists(expression: Exists): Condition {
  const value = compileValue(expression.operand);
  const quantity: Quantity = quantityOf(expression.operand);
  const exists = quantified(quantity, (context) => value(context) !== undefined);
  return expression.negated ? (context) => !exists(context) : exists;
}

function compileComparison(comparison: Comparison): Condition {
  const { operator, left, right } = normalizedIdComparison(comparison);
  const leftValue = compileValue(left);
  if (operator === '=~' || operator === '!~') {
    const matches = textTest(right.kind === 'literal' && right.type === 'text' ? right.value : undefined);
    return (context) => matchValue(operator === '!~', leftValue(context), matches);
  }
  const rightValue = compileValue(right);
  return (context) => compareValues(operator, leftValue(context), rightValue(context));
}

function compileValue(expression: FieldExpression): Value {
  switch (expression.kind) {
    case 'literal': {
      const value =
        typeof expression.value === 'number' && expression.type !== 'float'
          ? BigInt(expression.value)
          : expression.value;
      return () => value;
    }
    case 'attribute': {
      const { scope, name, parent } = expression;
      if (!parent) return (context) => readAttribute(context, scope, name);
      return (context) => {
        const above = parentContext(context);
        return above === undefined ? undefined : readAttribute(above, scope, name);
      };
    }
    case 'intrinsic': {
      const { name } = expression;
      return (context) => readIntrinsic(context, name);
    }
    case 'negation': {
      const operand = compileValue(expression.operand);
      return (context) => negate(operand(context));
    }
    case 'arithmetic': {
      const { operator } = expression;
      const left = compileValue(expression.left);
      const right = compileValue(expression.right);
      const asFloats = typeOf(expression) === 'duration';
      return (context) => calculate(operator, left(context), right(context), asFloats);
    }
    default:
      return compileCondition(expression);
  }
}

/** The value of an expression without fields (undefined where it has none, as of 1 / 0); undefined for any other. */
export function constantValue(expression: FieldExpression): { readonly value: AttributeValue | undefined } | undefined {
  if (!isConstant(expression)) return undefined;
  // Only fields look at the context, and there are none.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { value: compileValue(expression)(undefined as never) };
}

function isConstant(expression: FieldExpression): boolean {
  switch (expression.kind) {
    case 'literal':
      return true;
    case 'attribute':
    case 'intrinsic':
      return false;
    case 'and':
    case 'or':
      return expression.operands.every(isConstant);
    case 'not':
    case 'negation':
    case 'exists':
      return isConstant(expression.operand);
    case 'comparison':
    case 'arithmetic':
      return isConstant(expression.left) && isConstant(expression.right);
  }
}
