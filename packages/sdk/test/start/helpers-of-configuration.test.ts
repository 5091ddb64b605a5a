import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import {
  grpcMetadataCarrier,
  injectContext,
  memoryExporter,
  service,
  startTracing,
  type StartTracingOptions,
  traceDatabase,
  traceMessageBatch,
  traceMessageProcess,
  traceMessagePublish,
  type Tracing,
  TracingConfigError,
} from '../../src/index.ts';
import { runningTracing } from '../../src/start/running-tracing.ts';

const started: Tracing[] = [];
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(async () => {
  for (const tracing of started.splice(0)) await tracing.shutdown();
  await runningTracing()?.shutdown();
  vi.restoreAllMocks();
});

const BARE: StartTracingOptions = { exporters: [], resource: { detectors: [] }, http: 'off' };

function start(options: StartTracingOptions): void {
  started.push(startTracing({ ...BARE, ...options }));
}

const STATEMENT = 'SELECT * FROM orders WHERE id = $1;';

test.each([
  ['off', /^SELECT \* FROM orders WHERE id = \$1;$/],
  ['sqlcommenter', /^SELECT .* = \$1 \/\*traceparent='00-[0-9a-f]{32}-([0-9a-f]{16})-03'\*\/;$/],
  ['trace_id', /^SELECT .* = \$1 \/\*trace_id=[0-9a-f]{32},span_id=([0-9a-f]{16})\*\/;$/],
] as const)('propagation.database %s: the statement that is sent', (database, expected) => {
  const kept = memoryExporter();
  start({ propagation: { database }, customExporters: [kept] });
  const [spanId, sent] = traceDatabase(STATEMENT, (span, statement) => [span.spanContext().spanId, statement]);
  expect(sent).toMatch(expected);
  expect(expected.exec(sent ?? '')?.[1] ?? spanId).toBe(spanId);
});

test('without a statement, or without tracing, nothing is added', () => {
  expect(traceDatabase(STATEMENT, (_span, statement) => statement)).toBe(STATEMENT);
  start({ propagation: { database: 'sqlcommenter' } });
  expect(traceDatabase({ system: 'redis' }, (_span, statement) => statement)).toBe('');
});

/** Of what `Metadata` of gRPC does. */
class Metadata {
  readonly values: Record<string, string> = {};
  set(key: string, value: string): void {
    this.values[key] = value;
  }
  get(key: string): string[] {
    return this.values[key] === undefined ? [] : [this.values[key]];
  }
  getMap(): Record<string, string> {
    return this.values;
  }
}

test('propagation.grpc: metadata of gRPC has its own keys, by the propagator that is registered with the API', () => {
  start({ propagation: { http: ['tracecontext'], grpc: ['b3'] } });
  const tracer = trace.getTracer('t');
  tracer.startActiveSpan('call', (span) => {
    const { traceId, spanId } = span.spanContext();
    const headers = injectContext();
    const metadata = new Metadata();
    propagation.inject(context.active(), metadata, grpcMetadataCarrier);
    expect(Object.keys(headers)).toEqual(['traceparent']);
    expect(metadata.values).toEqual({ b3: `${traceId}-${spanId}-1` });
    for (const extracted of [
      propagation.extract(ROOT_CONTEXT, headers),
      propagation.extract(ROOT_CONTEXT, metadata, grpcMetadataCarrier),
    ]) {
      expect(trace.getSpanContext(extracted)).toMatchObject({ traceId, spanId, isRemote: true });
    }
    const crossed = propagation.extract(ROOT_CONTEXT, { b3: metadata.values['b3'] });
    expect(trace.getSpanContext(crossed)).toBeUndefined();
  });
  expect(propagation.fields()).toEqual(['traceparent', 'tracestate', 'b3']);
});

test('propagation.messaging: messages have their own headers, and plain ids beside them', () => {
  start({ propagation: { http: ['b3'], messaging: ['tracecontext'] } });
  const { headers, spanContext } = traceMessagePublish({ destination: 'orders' }, (carrier, span) => ({
    headers: carrier,
    spanContext: span.spanContext(),
  }));
  expect(headers).toEqual({
    traceparent: `00-${spanContext.traceId}-${spanContext.spanId}-03`,
    trace_id: spanContext.traceId,
    span_id: spanContext.spanId,
  });
  const plainIds = { trace_id: spanContext.traceId, span_id: spanContext.spanId };
  for (const carrier of [headers, plainIds]) {
    const traceId = traceMessageProcess({ destination: 'orders', carrier }, (span) => span.spanContext().traceId);
    expect(traceId).toBe(spanContext.traceId);
  }
  const linkCount = traceMessageBatch({ destination: 'orders', carriers: [headers, plainIds, {}] }, (span) =>
    'links' in span && Array.isArray(span.links) ? span.links.length : 0,
  );
  expect(linkCount).toBe(2);
});

test('an empty messaging list writes nothing', () => {
  start({ propagation: { messaging: [] } });
  expect(traceMessagePublish({ destination: 'orders' }, (carrier) => carrier)).toEqual({});
});

/** As a compiler calls it; the decorator itself looks only at the class. */
function decorate<C extends new () => object>(target: C, tracing: boolean | StartTracingOptions): C {
  service({ tracing })(target, { kind: 'class', name: target.name, metadata: {}, addInitializer: () => {} });
  return target;
}

test('@service with an object starts tracing once, for all classes that have one', async () => {
  const kept = memoryExporter();
  const tracing = { ...BARE, serviceName: 'shop', customExporters: [kept] };
  const Orders = decorate(
    class Orders {
      place(): number {
        return 1;
      }
    },
    tracing,
  );
  const Stock = decorate(
    class Stock {
      take(): number {
        return new Orders().place();
      }
    },
    tracing,
  );
  expect(new Stock().take()).toBe(1);
  await runningTracing()?.shutdown();
  expect(kept.spans.map(({ name }) => name)).toEqual(['Orders.place', 'Stock.take']);
  expect(kept.spans[0]?.resource.attributes.get('service.name')).toBe('shop');
});

test('@service with true or false starts nothing; a mistaken object is told at once', () => {
  class Orders {
    place(): number {
      return 1;
    }
  }
  decorate(Orders, true);
  decorate(Orders, false);
  expect(runningTracing()).toBe(undefined);
  // The type would not allow it.
  const mistaken = { serviceNam: 'shop' } as StartTracingOptions;
  expect(() => decorate(Orders, mistaken)).toThrow(TracingConfigError);
});
