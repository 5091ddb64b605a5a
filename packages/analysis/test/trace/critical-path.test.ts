import { SpanKind, type Trace } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { criticalPath, criticalPathOf, traceFacts } from '../../src/index.ts';
import { MS, span, trace } from '../spans.ts';

/** The path as text: `name 0-10, gap 10-20`, in milliseconds. */
function pathOf(of: Trace, row?: number): string {
  const facts = traceFacts(of);
  const { segments } = row === undefined ? criticalPath(facts) : criticalPathOf(facts, row);
  return segments
    .map(({ row: at, kind, fromNano, toNano }) => {
      const name = of.spans[at]?.name ?? 'nothing';
      return `${kind === 'gap' ? `gap before ${name}` : name} ${fromNano / MS}-${toNano / MS}`;
    })
    .join(', ');
}

describe('criticalPath', () => {
  test('of one span is the span', () => {
    expect(pathOf(trace(span(1, 'a', 0, 10)))).toBe('a 0-10');
  });

  test('of nothing is nothing', () => {
    expect(criticalPath(traceFacts(trace()))).toEqual({
      segments: [],
      contributionNano: new Float64Array(),
      gapNano: 0,
      totalNano: 0,
    });
    expect(pathOf(trace(span(1, 'a', 5, 5)))).toBe('');
  });

  test('sequential children, and what is left is the parent', () => {
    const of = trace(
      span(1, 'root', 0, 100),
      span(2, 'a', 10, 40, { parent: 1 }),
      span(3, 'b', 50, 90, { parent: 1 }),
      span(4, 'c', 60, 70, { parent: 3 }),
    );
    expect(pathOf(of)).toBe('root 0-10, a 10-40, root 40-50, b 50-60, c 60-70, b 70-90, root 90-100');
    expect([...criticalPath(traceFacts(of)).contributionNano].map((nano) => nano / MS)).toEqual([30, 30, 30, 10]);
  });

  test('of children that run at once the one that ends last', () => {
    const of = trace(
      span(1, 'root', 0, 100),
      span(2, 'short', 10, 40, { parent: 1 }),
      span(3, 'long', 10, 90, { parent: 1 }),
    );
    expect(pathOf(of)).toBe('root 0-10, long 10-90, root 90-100');
  });

  test('overlapping siblings: the earlier one up to the start of the later', () => {
    const of = trace(span(1, 'root', 0, 100), span(2, 'a', 10, 60, { parent: 1 }), span(3, 'b', 50, 90, { parent: 1 }));
    expect(pathOf(of)).toBe('root 0-10, a 10-50, b 50-90, root 90-100');
  });

  test('asynchronous work that outlives its parent: the parent up to its start, then the work', () => {
    const of = trace(
      span(1, 'request', 0, 100),
      span(2, 'sync', 20, 90, { parent: 1 }),
      span(3, 'background', 10, 300, { parent: 1 }),
    );
    expect(pathOf(of)).toBe('request 0-10, background 10-300');
    // The request itself did not wait for it.
    expect(pathOf(of, 0)).toBe('request 0-20, sync 20-90, request 90-100');
  });

  test('a message that lay in a queue is a gap before its consumer', () => {
    const of = trace(
      span(1, 'publish', 0, 10, { kind: SpanKind.PRODUCER }),
      span(2, 'consume', 50, 80, { parent: 1, kind: SpanKind.CONSUMER, service: 'worker' }),
    );
    expect(pathOf(of)).toBe('publish 0-10, gap before consume 10-50, consume 50-80');
    expect(criticalPath(traceFacts(of)).gapNano).toBe(40 * MS);
  });

  test('a callee whose clock is late counts within its caller', () => {
    const of = trace(span(1, 'caller', 0, 100), span(2, 'callee', 30, 105, { parent: 1, service: 'other' }));
    expect(pathOf(of, 0)).toBe('caller 0-30, callee 30-100');
    expect(pathOf(of)).toBe('caller 0-30, callee 30-105');
  });

  test('a callee whose clock is early: time before the caller is its own', () => {
    const of = trace(span(1, 'caller', 10, 100), span(2, 'callee', 0, 50, { parent: 1, service: 'other' }));
    expect(pathOf(of)).toBe('gap before callee 0-10, callee 10-50, caller 50-100');
    expect(pathOf(of, 0)).toBe('callee 10-50, caller 50-100');
  });

  test('several roots: the time between them is a gap', () => {
    const of = trace(span(1, 'first', 0, 10), span(2, 'second', 20, 40), span(3, 'within', 22, 30));
    expect(pathOf(of)).toBe('first 0-10, gap before second 10-20, second 20-40');
  });

  test('spans without length are on no path', () => {
    const of = trace(
      span(1, 'root', 0, 10),
      span(2, 'event', 5, 5, { parent: 1 }),
      span(3, 'broken', 6, 2, { parent: 1 }),
      span(4, 'late', 20, 20, { parent: 1 }),
    );
    expect(pathOf(of)).toBe('root 0-10, gap before late 10-20');
  });
});
