import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import {
  extractContext,
  injectContext,
  traceMessageBatch,
  traceMessageProcess,
  traceMessagePublish,
  withSpan,
} from '../../src/index.ts';
import { useOfficialProvider } from './official-provider.ts';

/** As `@grpc/grpc-js` has it: lists of values behind methods. */
class Metadata {
  private readonly values = new Map<string, string[]>();
  get(key: string): string[] {
    return this.values.get(key.toLowerCase()) ?? [];
  }
  set(key: string, value: string): void {
    this.values.set(key.toLowerCase(), [value]);
  }
  getMap(): Record<string, string> {
    return Object.fromEntries([...this.values].map(([key, [value = '']]) => [key, value]));
  }
}

const finished = useOfficialProvider();
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const remote = (carrier: object | undefined): string | undefined =>
  trace.getSpanContext(extractContext(carrier, ROOT_CONTEXT))?.spanId;

describe('injectContext and extractContext', () => {
  test('what is injected is extracted', () => {
    withSpan('call', (span) => {
      const headers = injectContext({ accept: 'text/plain' });
      expect(Object.keys(headers)).toEqual(['accept', 'traceparent']);
      expect(remote(headers)).toBe(span.spanContext().spanId);
    });
    expect(injectContext()).toEqual({});
  });

  test.each([
    ['text', { traceparent: PARENT }, 'b7ad6b7169203331'],
    ['another case', { TraceParent: PARENT }, 'b7ad6b7169203331'],
    ['bytes', { traceparent: Buffer.from(PARENT) }, 'b7ad6b7169203331'],
    ['a list', { traceparent: [Buffer.from(PARENT)] }, 'b7ad6b7169203331'],
    ['something else', { traceparent: 7 }, undefined],
    ['huge bytes', { traceparent: Buffer.alloc(16_385, '0') }, undefined],
    ['an inherited key', Object.create({ traceparent: PARENT }) as object, undefined],
    ['nothing', undefined, undefined],
  ])('a header that is %s', (_what, carrier, spanId) => {
    expect(remote(carrier)).toBe(spanId);
  });

  test.each<[string, () => { get(key: string): unknown; set(key: string, value: string): unknown }]>([
    ['Headers', () => new Headers({ accept: 'text/plain' })],
    ['a Map', () => new Map([['accept', 'text/plain']])],
    ['Metadata of gRPC', () => new Metadata()],
  ])('%s', (_what, create) => {
    withSpan('call', (span) => {
      const headers = injectContext(create());
      expect(String(headers.get('traceparent'))).toContain(span.spanContext().spanId);
      expect(Object.keys(headers)).not.toContain('traceparent');
      expect(remote(headers)).toBe(span.spanContext().spanId);
    });
    expect(remote(create())).toBeUndefined();
  });

  test('a Request, and a Map with names in another case', () => {
    expect(remote(new Request('http://shop.test/', { headers: { Traceparent: PARENT } }).headers)).toBe(
      'b7ad6b7169203331',
    );
    expect(remote(new Map([['TraceParent', Buffer.from(PARENT)]]))).toBe('b7ad6b7169203331');
  });

  test('own setters and getters', () => {
    const pairs: [string, string][] = [];
    withSpan('call', () => injectContext(pairs, context.active(), { set: (to, key, value) => to.push([key, value]) }));
    const getter = {
      keys: (from: typeof pairs) => from.map(([key]) => key),
      get: (from: typeof pairs, key: string) => from.find(([name]) => name === key)?.[1],
    };
    expect(trace.getSpanContext(extractContext(pairs, ROOT_CONTEXT, getter))?.spanId).toBe(
      finished()[0]?.spanContext().spanId,
    );
  });
});

describe('messages', () => {
  test('one message continues its trace', async () => {
    let sent: object = {};
    await traceMessagePublish({ destination: 'orders', system: 'kafka', carrier: { id: '1' } }, async (headers) => {
      await Promise.resolve();
      sent = headers;
    });
    expect(sent).toMatchObject({ id: '1' });
    const result = traceMessageProcess({ destination: 'orders', system: 'kafka', carrier: sent }, () => 'processed');
    expect(result).toBe('processed');
    const [publish, process] = finished();
    expect([publish?.name, publish?.kind, process?.name, process?.kind]).toEqual([
      'send orders',
      SpanKind.PRODUCER,
      'process orders',
      SpanKind.CONSUMER,
    ]);
    expect(process?.parentSpanContext?.spanId).toBe(publish?.spanContext().spanId);
    expect(process?.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
    });
  });

  test('a message without a context is a child of the active span', () => {
    withSpan('poll', () => traceMessageProcess({ destination: 'q', carrier: undefined }, () => {}));
    const [process, poll] = finished();
    expect(process?.parentSpanContext?.spanId).toBe(poll?.spanContext().spanId);
  });

  test('a batch links to each sender, and continues none', () => {
    const carriers = [{ traceparent: PARENT }, {}, undefined, { traceparent: PARENT.replace('b7ad', 'aaaa') }];
    traceMessageBatch({ destination: 'q', carriers }, () => {});
    const [span] = finished();
    expect(span?.links.map((link) => link.context.spanId)).toEqual(['b7ad6b7169203331', 'aaaa6b7169203331']);
    expect(span?.spanContext().traceId).not.toBe(TRACE_ID);
    expect(span?.attributes['messaging.batch.message_count']).toBe(4);
  });
});
