import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Countdown } from '../../src/overhead/countdown.ts';
import { createTracerProvider } from '../../src/provider.ts';
import { CHILD_WORDS, IdWords, ROOT_WORDS } from '../../src/span/id-words.ts';
import { fillWithRandom } from '../../src/span/random-words.ts';

/** Of so many spans, which of them were due; a due one that is `busy` is put off to the next. */
interface Started {
  readonly due: number[];
  readonly counts: number[];
}

function oneByOne(countdown: Countdown, times: number, busy: ReadonlySet<number>): Started {
  const started: Started = { due: [], counts: [] };
  for (let n = 0; n < times; n++) {
    if (--countdown.left === 0) {
      started.due.push(n);
      if (busy.has(n)) countdown.postpone();
      else countdown.take();
      --countdown.left;
    }
    started.counts.push(countdown.callCount);
  }
  return started;
}

function withIds(ids: IdWords, wordsPerSpan: number, times: number, busy: ReadonlySet<number>): Started {
  const started: Started = { due: [], counts: [] };
  for (let n = 0; n < times; n++) {
    if (ids.at === ids.end) {
      const due = ids.due();
      if (due !== undefined) {
        started.due.push(n);
        if (busy.has(n)) due.postpone();
        else due.take();
      }
      ids.extend();
    }
    if (ids.at + wordsPerSpan > ids.end || ids.end > ids.words.length) throw new Error(`no words for span ${n}`);
    ids.at += wordsPerSpan;
    started.counts.push(ids.callCount);
  }
  return started;
}

test('spans are counted and chosen as if each were asked about', () => {
  const interval = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_000 }));
  fc.assert(
    fc.property(
      fc.constantFrom(ROOT_WORDS, CHILD_WORDS),
      fc.array(interval, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 2_000 }),
      fc.array(fc.nat(2_000), { maxLength: 60 }),
      (wordsPerSpan, intervals, times, busyOnes) => {
        const countdown = (): Countdown => {
          let chosen = 0;
          return new Countdown(() => intervals[chosen++ % intervals.length] ?? 1);
        };
        const busy = new Set(busyOnes);
        const asked = oneByOne(countdown(), times, busy);
        const found = withIds(new IdWords(wordsPerSpan, countdown()), wordsPerSpan, times, busy);
        expect(found).toEqual(asked);
      },
    ),
  );
});

test('without a countdown there are words for every span', () => {
  const ids = new IdWords(ROOT_WORDS, undefined);
  expect(withIds(ids, ROOT_WORDS, 1_000, new Set()).due).toEqual([]);
});

test('no two spans have the same ids, also of providers side by side', () => {
  const spanIds = new Set<string>();
  const traceIds = new Set<string>();
  for (const tracer of [createTracerProvider(), createTracerProvider()].map((provider) => provider.getTracer('t'))) {
    for (let n = 0; n < 2_000; n++) {
      const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
      const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
      expect(child.spanContext().traceId).toBe(root.spanContext().traceId);
      traceIds.add(root.spanContext().traceId);
      spanIds.add(root.spanContext().spanId);
      spanIds.add(child.spanContext().spanId);
    }
  }
  expect(traceIds.size).toBe(4_000);
  expect(spanIds.size).toBe(8_000);
});

test('every bit of a word is set as often as not', () => {
  const words = new Int32Array(20_000);
  fillWithRandom(words);
  for (let bit = 0; bit < 32; bit++) {
    const setCount = words.reduce((sum, word) => sum + ((word >>> bit) & 1), 0);
    // Eight standard deviations.
    expect(Math.abs(setCount - words.length / 2)).toBeLessThan(570);
  }
  expect(words.includes(0)).toBe(false);
});
