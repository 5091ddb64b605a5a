import { type Span as ApiSpan, SpanKind, type Tracer } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { type Span } from '@throughline/model';
import { decodeOtlpProtobuf } from '@throughline/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { type SpanBatch } from '../../src/export/span-exporter.ts';
import { requestOfBatch } from '../../src/export/batch-bytes.ts';
import { createTracerProvider } from '../../src/provider.ts';

const RUNS = Number(process.env['THROUGHLINE_SDK_RUNS'] ?? 1500);
const SPAN_LIMITS = {
  attributeCountLimit: 4,
  eventCountLimit: 2,
  linkCountLimit: 2,
  attributePerEventCountLimit: 2,
  attributePerLinkCountLimit: 2,
  attributeValueLengthLimit: 30,
};

const value = fc.oneof(
  { depthSize: 'small' },
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.constantFrom('x'.repeat(200), 'é'.repeat(60), '\ud800', '😀'.repeat(20)),
  fc.constantFrom(0, -0, 1.5, NaN, Infinity, -1, 2 ** 53, -(2 ** 63), 2 ** 63, 2 ** 32, -(2 ** 32), 1e300),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 10n, Symbol.iterator, () => 1, new Date(0)),
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.oneof(fc.string(), fc.constantFrom(null, undefined)), { maxLength: 4 }),
  fc.array(fc.oneof(fc.string(), fc.double(), fc.boolean()), { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(fc.string(), fc.integer(), fc.constant(undefined))),
);
const attributes = fc.dictionary(
  fc.constantFrom('', 'a', 'b', 'c', 'd', 'é', '7', 'long.attribute.key.of.thirty'),
  value,
);
const time = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 2 ** 32 }), fc.integer({ min: 0, max: 999_999_999 })),
  fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  fc.double({ min: 1e11, max: 3e12, noNaN: true }),
);
const link = fc.record({
  context: fc.record({
    traceId: fc.constantFrom('0af7651916cd43dd8448eb211c80319c', 'ffffffffffffffffffffffffffffffff'),
    spanId: fc.constantFrom('b7ad6b7169203331', '8000000000000001'),
    traceFlags: fc.integer({ min: 0, max: 255 }),
    isRemote: fc.boolean(),
  }),
  attributes,
});
const step = fc.oneof(
  fc.record({ do: fc.constant('attributes' as const), attributes }),
  fc.record({ do: fc.constant('event' as const), name: fc.string(), attributes, time }),
  fc.record({ do: fc.constant('link' as const), link }),
  fc.record({
    do: fc.constant('status' as const),
    code: fc.constantFrom(0, 1, 2),
    message: fc.option(fc.string(), { nil: undefined }),
  }),
  fc.record({ do: fc.constant('name' as const), name: fc.string() }),
  fc.record({
    do: fc.constant('exception' as const),
    exception: fc.constantFrom('text', '', { code: 12, name: 'N', message: 'm' }, { name: 'N', stack: 's' }, {}),
    time,
  }),
  fc.record({ do: fc.constant('end' as const), time }),
);
const program = fc.record({
  name: fc.string(),
  kind: fc.constantFrom(undefined, 0, 1, 2, 3, 4),
  attributes: fc.option(attributes, { nil: undefined }),
  links: fc.option(fc.array(link, { maxLength: 4 }), { nil: undefined }),
  startTime: time,
  steps: fc.array(step, { maxLength: 10 }),
  endTime: time,
});
type Program = typeof program extends fc.Arbitrary<infer T> ? T : never;

function run(tracer: Tracer, { name, steps, endTime, kind, startTime, ...rest }: Program): void {
  // Values are invalid on purpose, which the API's types rule out.
  const options = { ...rest, startTime, ...(kind === undefined ? {} : { kind: kind as SpanKind }) };
  const span: ApiSpan = tracer.startSpan(name, options as never);
  for (const one of steps) {
    if (one.do === 'attributes') span.setAttributes(one.attributes);
    else if (one.do === 'event') span.addEvent(one.name, one.attributes, one.time);
    else if (one.do === 'link') span.addLink(one.link);
    else if (one.do === 'status') span.setStatus({ code: one.code, message: one.message } as never);
    else if (one.do === 'name') span.updateName(one.name);
    else if (one.do === 'exception') span.recordException(one.exception as never, one.time);
    else span.end(one.time);
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

test('random span programs give what the official SDK gives, apart from ids and the random flag', async () => {
  const resourceAttributes = { 'service.name': 'shop', n: 7 };
  const official = new InMemorySpanExporter();
  const theirs = new TracerProvider({
    resource: resourceFromAttributes(resourceAttributes),
    spanLimits: SPAN_LIMITS,
    spanProcessors: [new SimpleSpanProcessor({ exporter: official })],
  }).getTracer('scope', '1.2', { schemaUrl: 'https://example.org/1' });
  let batch: SpanBatch | undefined;
  const ours = createTracerProvider({
    resource: { attributes: resourceAttributes },
    spanLimits: SPAN_LIMITS,
    batch: { maxBatchSpans: 1 },
    exporters: [
      {
        name: 'kept',
        async export(one) {
          batch = one;
          return { exportedCount: one.spanCount, droppedCount: 0 };
        },
        async shutdown() {},
      },
    ],
  });
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
      expect(comparable(requestOfBatch(batch as SpanBatch))).toEqual([reference]);
    }),
    { numRuns: RUNS },
  );
});
