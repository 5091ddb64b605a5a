import { type Context, createContextKey, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  contextWithSpan,
  EMPTY_CONTEXT,
  SPAN_KEY,
  SUPPRESS_TRACING_KEY,
  TracingContext,
} from '../../src/context/tracing-context.ts';

const KEYS: readonly symbol[] = [
  SPAN_KEY,
  SUPPRESS_TRACING_KEY,
  ...['a', 'b', 'c'].map((name) => createContextKey(`test ${name}`)),
];
const step = fc.record({
  /** Which of the contexts so far it starts from. */
  from: fc.nat(),
  key: fc.constantFrom(...KEYS),
  value: fc.oneof(fc.constant('deleted'), fc.integer()),
  withSpan: fc.boolean(),
});

function span(id: number): Span {
  return trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: String(id).padStart(16, '1'), traceFlags: 1 });
}

const SPANS = [span(1), span(2)] as const;

/** All contexts that the steps make, each from one before. */
function run(
  start: Context,
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  setSpan: (context: Context, span: Span) => Context,
): readonly Context[] {
  const contexts: Context[] = [start];
  for (const { from, key, value, withSpan } of steps) {
    const context = contexts[from % contexts.length] ?? start;
    if (withSpan) contexts.push(setSpan(context, SPANS[from % 2] ?? SPANS[0]));
    else contexts.push(value === 'deleted' ? context.deleteValue(key) : context.setValue(key, value));
  }
  return contexts;
}

test.each([
  { title: 'of ours', ours: EMPTY_CONTEXT, theirs: ROOT_CONTEXT },
  { title: "of the API's root", ours: ROOT_CONTEXT, theirs: ROOT_CONTEXT },
  {
    title: "of one of the API's with values",
    ours: suppressTracing(ROOT_CONTEXT.setValue(KEYS[2] ?? SPAN_KEY, 'base')),
    theirs: suppressTracing(ROOT_CONTEXT.setValue(KEYS[2] ?? SPAN_KEY, 'base')),
  },
])('contexts made $title hold what those of the API hold, and are never changed', ({ ours, theirs }) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const values = (contexts: readonly Context[]): unknown =>
        contexts.map((context) => KEYS.map((key) => context.getValue(key)));
      expect(values(run(ours, steps, contextWithSpan))).toEqual(values(run(theirs, steps, trace.setSpan)));
    }),
  );
});

test('a span on any context gives one of ours', () => {
  const foreign = ROOT_CONTEXT.setValue(KEYS[2] ?? SPAN_KEY, 1);
  for (const context of [EMPTY_CONTEXT, ROOT_CONTEXT, foreign]) {
    const made = contextWithSpan(context, SPANS[0]);
    expect(made).toBeInstanceOf(TracingContext);
    expect(trace.getSpan(made)).toBe(SPANS[0]);
  }
});

test('setting a key again and again keeps one value', () => {
  let context = EMPTY_CONTEXT;
  for (let i = 0; i < 10_000; i++) context = context.setValue(KEYS[2 + (i % 3)] ?? SPAN_KEY, i);
  let count = 0;
  for (let other: unknown = Reflect.get(context, 'others'); other !== undefined; count++) {
    other = Reflect.get(other as object, 'next');
  }
  expect(count).toBe(3);
});
