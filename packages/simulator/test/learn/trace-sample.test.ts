import { describe, expect, test } from 'vitest';
import { TraceSample } from '../../src/index.ts';
import { span } from './spans.ts';

function traces(count: number, spansEach: number): readonly ReturnType<typeof span>[] {
  return Array.from({ length: count * spansEach }, (_, i) =>
    span({ trace: (i % count) + 1, id: Math.floor(i / count) + 1, name: 'x', startMs: 0, endMs: 1 }),
  );
}

function sampled(spans: Iterable<ReturnType<typeof span>>, maxSpans: number): TraceSample {
  const sample = new TraceSample(maxSpans);
  for (const one of spans) sample.add(one);
  return sample;
}

const idsOf = (sample: TraceSample): ReadonlySet<string> => new Set([...sample.traces()].map(({ traceId }) => traceId));

describe('a sample of traces', () => {
  test('keeps everything up to its limit, and half of the traces beyond it', () => {
    const spans = traces(200, 5);
    expect(sampled(spans, 1_000).report()).toMatchObject({ spansKept: 1_000, tracesKept: 200, share: 1 });
    const report = sampled([...spans, span({ trace: 201, id: 1, name: 'x', startMs: 0, endMs: 1 })], 1_000).report();
    expect(report).toMatchObject({ spansRead: 1_001, share: 0.5, tooLargeTraces: 0 });
    // Three standard deviations of a fair half.
    expect(Math.abs(report.tracesKept - 100)).toBeLessThan(22);
  });

  test('holds whole traces, the same ones in whatever order the spans come', () => {
    const spans = traces(400, 5);
    const sample = sampled(spans, 1_000);
    expect([...sample.traces()].every(({ spans: of }) => of.length === 5)).toBe(true);
    expect(idsOf(sampled(spans.toReversed(), 1_000))).toEqual(idsOf(sample));
    expect(idsOf(sample).size).toBeGreaterThan(50);
  });

  test('leaves out a trace that would fill a quarter of it by itself, and counts it', () => {
    const large = traces(1, 251).map((one) => ({ ...one, traceId: 'f'.repeat(32) }));
    const sample = sampled([...large, ...traces(10, 2)], 1_000);
    expect(sample.report()).toMatchObject({ spansRead: 271, spansKept: 20, tracesKept: 10, tooLargeTraces: 1 });
    expect(sampled(large.slice(1), 1_000).report()).toMatchObject({ spansKept: 250, tooLargeTraces: 0 });
  });
});
