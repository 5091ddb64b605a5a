import { expect, test } from 'vitest';

import { memoryExporter } from '../../src/export/memory-exporter.ts';
import { RunningOverheadMonitor } from '../../src/overhead/overhead-monitor.ts';
import { createTracerProvider } from '../../src/provider.ts';
import type { SpanProcessor } from '../../src/span/span-processor.ts';
import { toldFailures } from '../told-failures.ts';

function processorOf(methods: Partial<SpanProcessor>): SpanProcessor {
  return { onStart: () => {}, onEnd: () => {}, forceFlush: async () => {}, shutdown: async () => {}, ...methods };
}

const eachWay: [string, RunningOverheadMonitor | undefined][] = [
  ['a span', undefined],
  ['a timed span', new RunningOverheadMonitor({ chooseInterval: () => 1 })],
];

test.each(eachWay)(
  'a processor that ends %s that is ending changes nothing, and may still set attributes',
  async (_, monitor) => {
    const exporter = memoryExporter();
    let endedCount = 0;
    const processor = processorOf({
      onEnding: (span) => {
        span.end(0);
        span.setAttribute('late', span.isRecording());
        span.end();
      },
      onEnd: () => {
        endedCount++;
      },
    });
    const provider = createTracerProvider({ exporters: [exporter], spanProcessors: [processor] }, monitor);
    const span = provider.getTracer('t').startSpan('s', { startTime: [5, 0] });
    span.end([7, 0]);
    span.setAttribute('late', 'too late');
    await provider.forceFlush();
    expect(exporter.spans.map(({ endTimeUnixNano, attributes }) => [endTimeUnixNano, ...attributes])).toEqual([
      [7_000_000_000n, ['late', true]],
    ]);
    expect(endedCount).toBe(1);
  },
);

test.each(eachWay)(
  'what a processor changes of %s that has ended is what the next one reads, and is exported',
  async (_, monitor) => {
    const read: unknown[] = [];
    const exporter = memoryExporter();
    const spanProcessors = [
      processorOf({
        onEnd: (span) => {
          delete span.attributes['secret'];
          span.attributes['added'] = true;
          for (const { attributes } of span.events) attributes['exception.message'] = 'REDACTED';
        },
      }),
      processorOf({ onEnd: (span) => void read.push(span.attributes) }),
    ];
    const provider = createTracerProvider({ exporters: [exporter], spanProcessors }, monitor);
    const span = provider.getTracer('t').startSpan('s', { attributes: { secret: 'x', n: 1 } });
    span.recordException({ name: 'E', message: 'password' });
    span.addEvent('later', { n: 2 }, [7, 8]);
    span.end();
    await provider.forceFlush();
    expect(read).toEqual([{ n: 1, added: true }]);
    const [{ attributes, events } = {} as never] = exporter.spans;
    expect(Object.fromEntries(attributes)).toEqual({ n: 1n, added: true });
    expect(events.map((event) => [event.name, Object.fromEntries(event.attributes)])).toEqual([
      ['exception', { 'exception.type': 'E', 'exception.message': 'REDACTED' }],
      ['later', { n: 2n, 'exception.message': 'REDACTED' }],
    ]);
    expect(events[1]?.timeUnixNano).toBe(7_000_000_008n);
  },
);

test.each(eachWay)('what is read for a processor that is changing %s cannot end it', async (_, monitor) => {
  const exporter = memoryExporter();
  let endedCount = 0;
  const processor = processorOf({
    onEnding: (span) =>
      void span.setAttributes({
        get late() {
          span.end();
          return true;
        },
      }),
    onEnd: () => void endedCount++,
  });
  const provider = createTracerProvider({ exporters: [exporter], spanProcessors: [processor] }, monitor);
  provider.getTracer('t').startSpan('s').end();
  await provider.forceFlush();
  expect([endedCount, exporter.spans.map(({ attributes }) => [...attributes])]).toEqual([1, [[['late', true]]]]);
});

test('events that a processor adds are exported, but for those that cannot be read', async () => {
  const told = toldFailures();
  const exporter = memoryExporter();
  const event = (rest: object): never => ({ name: 'added', time: [7, 8], attributes: {}, ...rest }) as never;
  const unreadable = Object.defineProperty({}, 'name', {
    get: () => {
      throw new Error('theirs');
    },
  });
  const added: Record<string, never[]> = {
    plain: [event({}), event({ time: new Date(7000) }), event({ name: undefined, attributes: undefined })],
    none: [null as never],
    unreadable: [event({}), unreadable as never],
  };
  const processor = processorOf({
    onEnd: (span) => {
      delete span.attributes['secret'];
      span.events.push(...(added[span.name] ?? []));
    },
  });
  const provider = createTracerProvider({ exporters: [exporter], spanProcessors: [processor] });
  for (const name of Object.keys(added)) {
    const span = provider.getTracer('t').startSpan(name, { attributes: { secret: 'x' } });
    if (name !== 'plain') span.addEvent('own');
    span.end();
  }
  await provider.forceFlush();
  expect(exporter.spans.map(({ attributes }) => attributes.size)).toEqual([0, 0, 0]);
  const [plain, ...others] = exporter.spans.map(({ events }) => events);
  expect(plain?.map(({ name, timeUnixNano }) => [name, timeUnixNano])).toEqual([
    ['added', 7_000_000_008n],
    ['added', 7_000_000_000n],
    ['', 7_000_000_008n],
  ]);
  expect(others.map((events) => events.map(({ name }) => name))).toEqual([['own'], ['own', 'added']]);
  expect(told).toEqual([expect.stringContaining('an event that a processor has made')]);
});
