import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSpans, equalSpans, type Span } from '../src/index.ts';
import { arbitrarySpan, copyOfSpan } from '../testing/arbitraries.ts';

const span: Span = {
  traceId: '0'.repeat(31) + '1',
  spanId: '0'.repeat(15) + '1',
  parentSpanId: '',
  traceState: '',
  flags: 1,
  name: 'GET /',
  kind: 2,
  startTimeUnixNano: 10n,
  endTimeUnixNano: 20n,
  attributes: new Map([['a', 1n]]),
  droppedAttributesCount: 0,
  events: [{ timeUnixNano: 11n, name: 'e', attributes: new Map([['b', 1n]]), droppedAttributesCount: 0 }],
  droppedEventsCount: 0,
  links: [
    {
      traceId: '0'.repeat(31) + '2',
      spanId: '0'.repeat(15) + '2',
      traceState: '',
      flags: 0,
      attributes: new Map([['c', 1n]]),
      droppedAttributesCount: 0,
    },
  ],
  droppedLinksCount: 0,
  status: { code: 0, message: '' },
  resource: { attributes: new Map([['service.name', 's']]), droppedAttributesCount: 0, schemaUrl: '' },
  scope: { name: 'n', version: '1', attributes: new Map([['d', 1n]]), droppedAttributesCount: 0, schemaUrl: '' },
  weight: 1,
};

/** The span with one thing changed, for everything that can be: any leaf, one element more, one element fewer. */
function variants(value: unknown): unknown[] {
  if (typeof value === 'string') return [`${value}x`];
  if (typeof value === 'bigint') return [value + 1n];
  if (typeof value === 'number') return [value + 1];
  if (value instanceof Map) {
    const changed = [...value].flatMap(([key, inner]) => variants(inner).map((v) => new Map([...value, [key, v]])));
    return [...changed, new Map(), new Map([...value, ['zz', null]])];
  }
  if (Array.isArray(value)) {
    const changed = value.flatMap((inner, i) => variants(inner).map((v) => value.with(i, v)));
    return [...changed, [], [...value, ...value]];
  }
  if (typeof value !== 'object' || value === null) throw new TypeError('unexpected content');
  return Object.entries(value).flatMap(([key, inner]) => variants(inner).map((v) => ({ ...value, [key]: v })));
}

test('spans that differ in anything are no copies', () => {
  // `variants` keeps the type of what it changes.
  const all = variants(span) as Span[];
  expect(all.length).toBeGreaterThan(40);
  for (const variant of all) {
    expect(equalSpans(span, variant)).toBe(false);
    expect(Math.sign(compareSpans(span, variant))).toBe(-Math.sign(compareSpans(variant, span)));
  }
  expect(equalSpans(span, copyOfSpan(span))).toBe(true);
});

test('a copy in new objects with another order of attributes is a copy', () => {
  fc.assert(
    fc.property(arbitrarySpan, arbitrarySpan, (a, b) => {
      expect(equalSpans(a, copyOfSpan(a))).toBe(true);
      expect(Math.sign(compareSpans(copyOfSpan(a), b))).toBe(Math.sign(compareSpans(a, b)));
      expect(equalSpans(a, b)).toBe(false);
    }),
  );
});
