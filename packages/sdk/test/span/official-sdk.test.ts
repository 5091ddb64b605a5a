import { type Span as ApiSpan, type Tracer } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { requestOfBatch } from '../../src/export/batch-bytes.ts';
import { RunningOverheadMonitor } from '../../src/overhead/overhead-monitor.ts';
import { createTracerProvider, type TracerProviderOptions } from '../../src/provider.ts';
import { applyChange } from './apply-change.ts';
import { absoluteTime, change, runs, SPAN_LIMITS, spanStart } from './span-programs.ts';

const program = fc.record({
  start: spanStart,
  startTime: absoluteTime,
  changes: fc.array(
    fc.oneof(
      { weight: 9, arbitrary: change(absoluteTime) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), time: absoluteTime }) },
    ),
    { maxLength: 10 },
  ),
  endTime: absoluteTime,
});
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

function run(tracer: Tracer, { start: { name, kind, ...rest }, startTime, changes, endTime }: Program): void {
  // Values are invalid on purpose, which the API's types rule out.
  const options = { ...rest, startTime, ...(kind === undefined ? {} : { kind }) };
  const span: ApiSpan = tracer.startSpan(name, options as never);
  for (const one of changes) {
    if (one.do === 'end') span.end(one.time);
    else applyChange(span, one);
  }
  span.end(endTime);
}

function comparable(bytes: Uint8Array): readonly unknown[] {
  return decodeOtlpProtobuf(bytes).spans.map(({ resource, scope, ...span }: Span) => ({
    ...span,
    traceId: '',
    spanId: '',
    flags: span.flags & ~2,
    scope: scope.name,
    version: scope.version,
    schemaUrl: scope.schemaUrl,
    resource: resource.attributes,
  }));
}

const everySpanTimed = { chooseInterval: () => 1 };

describe.each(Object.entries(SPAN_LIMITS))('with %s limits', (_, spanLimits) => {
  test.each([
    ['', undefined],
    [', each timed,', new RunningOverheadMonitor(everySpanTimed)],
  ])(
    'random span programs%s give what the official SDK gives, apart from ids and the random flag',
    async (_title, monitor) => {
      const resourceAttributes = { 'service.name': 'shop', n: 7 };
      const official = new InMemorySpanExporter();
      const theirs = new TracerProvider({
        resource: resourceFromAttributes(resourceAttributes),
        spanLimits,
        spanProcessors: [new SimpleSpanProcessor({ exporter: official })],
      }).getTracer('scope', '1.2', { schemaUrl: 'https://example.org/1' });
      let request: Uint8Array = new Uint8Array(0);
      const options: TracerProviderOptions = {
        resource: { attributes: resourceAttributes },
        spanLimits,
        batch: { maxBatchSpans: 1 },
        exporters: [
          {
            name: 'kept',
            async export(batch) {
              request = requestOfBatch(batch);
              return { exportedCount: batch.spanCount, droppedCount: 0 };
            },
            async shutdown() {},
          },
        ],
      };
      const ours = createTracerProvider(options, monitor);
      const tracer = ours.getTracer('scope', '1.2', { schemaUrl: 'https://example.org/1' });
      await fc.assert(
        fc.asyncProperty(program, async (one) => {
          run(theirs, one);
          run(tracer, one);
          await ours.forceFlush();
          const expected = ProtobufTraceSerializer.serializeRequest(official.getFinishedSpans());
          official.reset();
          const [reference, ...more] = comparable(expected as Uint8Array);
          expect(reference).toBeDefined();
          expect(more).toEqual([]);
          expect(comparable(request)).toEqual([reference]);
        }),
        { numRuns: runs(2500) },
      );
      const snapshot = monitor?.snapshot();
      expect(snapshot?.monitor.timedCallCount).toBe(snapshot?.parts.recording.operations['end']?.count);
    },
  );
});
