import { type AttributeValue, serviceName, type Trace } from '@throughline/model';

import { compareValues, matchValue } from './compare-values.ts';
import type { ConditionField, QueryConditions, SpanPredicate, TraceCondition } from './conditions.ts';
import { quantified } from './event-quantifier.ts';
import { intrinsics } from './intrinsics.ts';
import { textTest } from './pattern-matcher.ts';
import { readAttribute, readIntrinsic, type SpanContext, spanContext } from './read-field.ts';

type SpanTest = (context: SpanContext) => boolean;

const tests = new WeakMap<SpanPredicate, SpanTest>();

/** Whether a trace satisfies the conditions. This is what conditions mean; a store's engine must agree with it. */
export function satisfiesConditions(conditions: QueryConditions, trace: Trace): boolean {
  return satisfies(conditions.condition, trace);
}

function satisfies(condition: TraceCondition, trace: Trace): boolean {
  switch (condition.kind) {
    case 'spans': {
      const test = spanTest(condition.predicate);
      for (let row = 0; row < trace.spans.length; row++) if (holds(test, trace, row)) return true;
      return false;
    }
    case 'and':
      return condition.operands.every((operand) => satisfies(operand, trace));
    case 'or':
      return condition.operands.some((operand) => satisfies(operand, trace));
  }
}

/** The rows of the trace's spans that satisfy the predicate, ascending. */
export function matchingRows(predicate: SpanPredicate, trace: Trace): readonly number[] {
  const test = spanTest(predicate);
  const rows: number[] = [];
  for (let row = 0; row < trace.spans.length; row++) if (holds(test, trace, row)) rows.push(row);
  return rows;
}

/** Whether the span in this row of the trace satisfies the predicate. */
export function matchSpanPredicate(predicate: SpanPredicate, trace: Trace, row: number): boolean {
  return holds(spanTest(predicate), trace, row);
}

function holds(test: SpanTest, trace: Trace, row: number): boolean {
  const context = spanContext(trace, row);
  return context !== undefined && test(context);
}

function spanTest(predicate: SpanPredicate): SpanTest {
  let test = tests.get(predicate);
  if (test === undefined) {
    test = compilePredicate(predicate);
    tests.set(predicate, test);
  }
  return test;
}

function compilePredicate(predicate: SpanPredicate): SpanTest {
  switch (predicate.kind) {
    case 'true':
      return () => true;
    case 'and': {
      const operands = predicate.operands.map(compilePredicate);
      return (context) => operands.every((operand) => operand(context));
    }
    case 'or': {
      const operands = predicate.operands.map(compilePredicate);
      return (context) => operands.some((operand) => operand(context));
    }
    case 'exists':
      return overEach(predicate.field, (value) => value !== undefined);
    case 'compare': {
      const { field, operator, value } = predicate;
      if (operator === '=~' || operator === '!~') {
        const matches = textTest(typeof value === 'string' ? value : undefined);
        return overEach(field, (each) => matchValue(operator === '!~', each, matches));
      }
      return overEach(field, (each) => compareValues(operator, each, value));
    }
  }
}

/** Whether the field's value, or any of its values for a field of events or links, passes the test. */
function overEach(field: ConditionField, test: (value: AttributeValue | undefined) => boolean): SpanTest {
  if (field.kind === 'attribute') {
    const { scope, name } = field;
    const quantity = { events: scope === 'event', links: scope === 'link' };
    return quantified(quantity, (context) => test(readAttribute(context, scope, name)));
  }
  const { name } = field;
  if (name === 'service') return (context) => test(serviceName(context.span.resource));
  if (name === 'isRoot') return (context) => test(context.span.parentSpanId === '');
  const { of } = intrinsics[name];
  return quantified({ events: of === 'event', links: of === 'link' }, (context) => test(readIntrinsic(context, name)));
}
