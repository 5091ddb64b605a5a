import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { isDebugRequested } from '../../src/propagation/carried-context.ts';
import {
  type CarrierAccess,
  environmentCarrier,
  grpcMetadataCarrier,
  kafkaCarrier,
  MAX_SQS_ATTRIBUTES,
  plainCarrier,
  sqsCarrier,
} from '../../src/propagation/carriers.ts';
import { compositePropagator } from '../../src/propagation/composite.ts';
import { messagePropagator } from '../../src/propagation/message-propagator.ts';
import { propagatorByName } from '../../src/propagation/propagator-by-name.ts';

const T = '0af7651916cd43dd8448eb211c80319c';
const LOW = '8448eb211c80319c';
const S = 'b7ad6b7169203331';
const PARENT = 'c0ffee00c0ffee00';
const ROOT = `1-${T.slice(0, 8)}-${T.slice(8)}`;

function named(name: string): TextMapPropagator {
  const propagator = propagatorByName(name);
  if (propagator === undefined) throw new Error(name);
  return propagator;
}

function extracted(propagator: TextMapPropagator, headers: Record<string, string>): Context {
  return propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
}

/** Trace id, span id, flags. */
function read(name: string, headers: Record<string, string>): readonly unknown[] | undefined {
  const found = trace.getSpanContext(extracted(named(name), headers));
  return found && [found.traceId, found.spanId, found.traceFlags];
}

describe('what is read', () => {
  test.each<[string, Record<string, string>, readonly unknown[] | undefined]>([
    ['b3', { b3: `${T}-${S}-1` }, [T, S, 1]],
    ['b3', { b3: `${T}-${S}-0` }, [T, S, 0]],
    ['b3', { b3: `${T}-${S}` }, [T, S, 0]],
    ['b3', { b3: `${T}-${S}-d-${PARENT}` }, [T, S, 1]],
    ['b3', { b3: `${LOW}-${S}-1` }, [LOW.padStart(32, '0'), S, 1]],
    ['b3', { b3: `${T.toUpperCase()}-${S}-1` }, [T, S, 1]],
    ['b3', { b3: '0' }, undefined],
    ['b3', { b3: `${T}-${S}-2` }, undefined],
    ['b3', { b3: `${T}-${S}-1-x` }, undefined],
    ['b3', { b3: `${T}-${S}-1-${PARENT}-more` }, undefined],
    ['b3', { b3: `${T.slice(1)}-${S}-1` }, undefined],
    ['b3', { 'x-b3-traceid': T, 'x-b3-spanid': S, 'x-b3-sampled': '1' }, [T, S, 1]],
    ['b3multi', { 'X-B3-TraceId': LOW, 'X-B3-SpanId': S, 'X-B3-Sampled': 'true' }, [LOW.padStart(32, '0'), S, 1]],
    ['b3multi', { 'x-b3-traceid': T, 'x-b3-spanid': S, 'x-b3-sampled': '0', 'x-b3-flags': '1' }, [T, S, 1]],
    ['b3multi', { 'x-b3-traceid': T, 'x-b3-sampled': '1' }, undefined],
    ['b3multi', { b3: `${T}-${S}-0`, 'x-b3-traceid': PARENT, 'x-b3-spanid': PARENT, 'x-b3-sampled': '1' }, [T, S, 0]],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0:1` }, [T, S, 1]],
    ['jaeger', { 'uber-trace-id': `${T}%3A${S}%3A0%3A01` }, [T, S, 1]],
    ['jaeger', { 'uber-trace-id': `1a:2b:0:0` }, ['1a'.padStart(32, '0'), '2b'.padStart(16, '0'), 0]],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:${PARENT}:3` }, [T, S, 1]],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0` }, undefined],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0:x` }, undefined],
    ['jaeger', { 'uber-trace-id': `0:${S}:0:1` }, undefined],
    ['xray', { 'x-amzn-trace-id': `Root=${ROOT};Parent=${S};Sampled=1` }, [T, S, 1]],
    ['xray', { 'X-Amzn-Trace-Id': `Self=1-2-3; Sampled=0 ;Parent=${S};Root=${ROOT};Lineage=a:1` }, [T, S, 0]],
    ['xray', { 'x-amzn-trace-id': `Root=${ROOT};Parent=${S};Sampled=?` }, [T, S, 0]],
    ['xray', { 'x-amzn-trace-id': `Root=${ROOT};Sampled=1` }, undefined],
    ['xray', { 'x-amzn-trace-id': `Root=2${ROOT.slice(1)};Parent=${S};Sampled=1` }, undefined],
    ['datadog', dd({}), [T, S, 1]],
    ['datadog', dd({ 'x-datadog-sampling-priority': '2' }), [T, S, 1]],
    ['datadog', dd({ 'x-datadog-sampling-priority': '0' }), [T, S, 0]],
    ['datadog', dd({ 'x-datadog-sampling-priority': '-1' }), [T, S, 0]],
    ['datadog', dd({ 'x-datadog-sampling-priority': 'high' }), undefined],
    ['datadog', dd({ 'x-datadog-tags': '_dd.p.dm=-0' }), [LOW.padStart(32, '0'), S, 1]],
    ['datadog', dd({ 'x-datadog-tags': `_dd.p.dm=-0,_dd.p.tid=${T.slice(0, 16)}` }), [T, S, 1]],
    ['datadog', dd({ 'x-datadog-tags': '_dd.p.tid=xyz' }), [LOW.padStart(32, '0'), S, 1]],
    ['datadog', dd({ 'x-datadog-trace-id': '18446744073709551616' }), undefined],
    ['datadog', dd({ 'x-datadog-parent-id': '0' }), undefined],
    [
      'ottrace',
      { 'ot-tracer-traceid': LOW, 'ot-tracer-spanid': S, 'ot-tracer-sampled': 'true' },
      [LOW.padStart(32, '0'), S, 1],
    ],
    ['ottrace', { 'ot-tracer-traceid': LOW, 'ot-tracer-spanid': S }, [LOW.padStart(32, '0'), S, 0]],
    ['ottrace', { 'ot-tracer-traceid': LOW }, undefined],
    ['xtraceid', { 'x-trace-id': T, 'x-span-id': S }, [T, S, 1]],
    ['xtraceid', { 'X-Trace-Id': T, 'X-Parent-ID': S, 'X-Sampled': 'false' }, [T, S, 0]],
    ['xtraceid', { 'x-trace-id': '0af76519-16cd-43dd-8448-eb211c80319c', 'x-parent-span-id': S }, [T, S, 1]],
    ['xtraceid', { 'x-trace-id': T, 'x-span-id': S, 'x-parent-span-id': PARENT, 'x-sampled': '0' }, [T, S, 0]],
    ['xtraceid', { 'x-trace-id': T }, undefined],
    ['xtraceid', { 'x-trace-id': 'request-17', 'x-span-id': S }, undefined],
    ['none', { traceparent: `00-${T}-${S}-01` }, undefined],
  ])('%s: %j', (name, headers, expected) => {
    expect(read(name, headers)).toEqual(expected);
  });

  function dd(more: Record<string, string>): Record<string, string> {
    return {
      'x-datadog-trace-id': BigInt(`0x${LOW}`).toString(),
      'x-datadog-parent-id': BigInt(`0x${S}`).toString(),
      'x-datadog-tags': `_dd.p.tid=${T.slice(0, 16)}`,
      ...more,
    };
  }

  test.each<[string, Record<string, string>, boolean]>([
    ['b3', { b3: `${T}-${S}-d` }, true],
    ['b3', { b3: `${T}-${S}-1` }, false],
    ['b3multi', { 'x-b3-traceid': T, 'x-b3-spanid': S, 'x-b3-flags': '1' }, true],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0:3` }, true],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0:1` }, false],
    ['jaeger', { 'jaeger-debug-id': 'ticket-7' }, true],
  ])('%s: %j asks for a debug trace: %s, and so does what is passed on', (name, headers, expected) => {
    const context = extracted(named(name), headers);
    expect(isDebugRequested(context)).toBe(expected);
    const carrier: Record<string, string> = {};
    named(name).inject(context, carrier, defaultTextMapSetter);
    if (trace.getSpanContext(context) !== undefined) {
      expect(isDebugRequested(extracted(named(name), carrier))).toBe(expected);
    }
  });
});

const SPAN_CONTEXT: SpanContext = { traceId: T, spanId: S, traceFlags: 1 };
const ACTIVE = trace.setSpanContext(ROOT_CONTEXT, SPAN_CONTEXT);

describe('what is written', () => {
  test.each<[string, Record<string, string>]>([
    ['tracecontext', { traceparent: `00-${T}-${S}-01` }],
    ['b3', { b3: `${T}-${S}-1` }],
    ['b3multi', { 'x-b3-traceid': T, 'x-b3-spanid': S, 'x-b3-sampled': '1' }],
    ['jaeger', { 'uber-trace-id': `${T}:${S}:0:01` }],
    ['xray', { 'x-amzn-trace-id': `Root=${ROOT};Parent=${S};Sampled=1` }],
    ['ottrace', { 'ot-tracer-traceid': LOW, 'ot-tracer-spanid': S, 'ot-tracer-sampled': 'true' }],
    ['xtraceid', { 'x-trace-id': T, 'x-span-id': S, 'x-sampled': '1' }],
    [
      'datadog',
      {
        'x-datadog-trace-id': '9532127138774266268',
        'x-datadog-parent-id': '13235353014750950193',
        'x-datadog-sampling-priority': '1',
        'x-datadog-tags': '_dd.p.tid=0af7651916cd43dd',
      },
    ],
    ['none', {}],
  ])('%s', (name, expected) => {
    const carrier: Record<string, string> = {};
    named(name).inject(ACTIVE, carrier, defaultTextMapSetter);
    expect(carrier).toEqual(expected);
    expect(Object.keys(carrier).every((key) => named(name).fields().includes(key))).toBe(true);
  });
});

describe('several formats as one', () => {
  test('all are written; of those that are read the last that finds a context decides', () => {
    const both = compositePropagator([named('tracecontext'), named('b3')]);
    const carrier: Record<string, string> = {};
    both.inject(ACTIVE, carrier, defaultTextMapSetter);
    expect(Object.keys(carrier)).toEqual(['traceparent', 'b3']);
    expect(both.fields()).toEqual(['traceparent', 'tracestate', 'b3']);
    const other = { traceparent: `00-${T}-${S}-01`, b3: `${T}-${PARENT}-1` };
    expect(trace.getSpanContext(extracted(both, other))?.spanId).toBe(PARENT);
    expect(trace.getSpanContext(extracted(both, { ...other, b3: 'broken' }))?.spanId).toBe(S);
  });

  test('one that throws is passed over', () => {
    const broken: TextMapPropagator = {
      inject: () => {
        throw new Error('no');
      },
      extract: () => {
        throw new Error('no');
      },
      fields: () => [],
    };
    const composite = compositePropagator([broken, named('b3'), broken]);
    const carrier: Record<string, string> = {};
    composite.inject(ACTIVE, carrier, defaultTextMapSetter);
    expect(trace.getSpanContext(extracted(composite, carrier))?.spanId).toBe(S);
  });
});

describe('messages', () => {
  class Metadata {
    readonly #values = new Map<string, string | Buffer>();
    get(key: string): (string | Buffer)[] {
      const value = this.#values.get(key);
      return value === undefined ? [] : [value];
    }
    set(key: string, value: string): void {
      this.#values.set(key, value);
    }
    getMap(): Record<string, string | Buffer> {
      return Object.fromEntries(this.#values);
    }
  }

  /** The type of a carrier is its own. */
  function roundTrip<Carrier>(access: CarrierAccess<Carrier>, carrier: Carrier): SpanContext | undefined {
    messagePropagator().inject(ACTIVE, carrier, access);
    return trace.getSpanContext(messagePropagator().extract(ROOT_CONTEXT, carrier, access));
  }

  test('every kind of carrier brings back what was written', () => {
    const expected = { ...SPAN_CONTEXT, isRemote: true };
    const environment: Record<string, string> = {};
    const sqs = {};
    expect(roundTrip(kafkaCarrier, {})).toEqual(expected);
    expect(roundTrip(plainCarrier, {})).toEqual(expected);
    expect(roundTrip(sqsCarrier, sqs)).toEqual(expected);
    expect(roundTrip(grpcMetadataCarrier, new Metadata())).toEqual(expected);
    expect(roundTrip(environmentCarrier, environment)).toEqual(expected);
    expect(environment).toEqual({ TRACEPARENT: `00-${T}-${S}-01`, TRACE_ID: T, SPAN_ID: S });
    expect(sqs).toMatchObject({ traceparent: { DataType: 'String', StringValue: `00-${T}-${S}-01` } });
  });

  test.each([undefined, null])('a message whose headers are %s holds no context', (carrier) => {
    const propagators = [messagePropagator(), named('tracecontext'), named('baggage'), named('jaeger')];
    for (const access of [environmentCarrier, grpcMetadataCarrier, kafkaCarrier, plainCarrier, sqsCarrier]) {
      for (const propagator of propagators) {
        // As in JavaScript: what is not there is no carrier by its type.
        expect(propagator.extract(ROOT_CONTEXT, carrier as never, access as typeof plainCarrier)).toBe(ROOT_CONTEXT);
      }
      expect(access.keys(carrier as never)).toEqual([]);
    }
  });

  test.each([
    ['', '_'],
    ['traceparent', 'TRACEPARENT'],
    ['X-b3.traceid', 'X_B3_TRACEID'],
    ['3scale-user', '_3SCALE_USER'],
    ['ß\u0131\u{1f600}é', '____'],
  ])('the environment has %j as %s', (key, name) => {
    const environment: Record<string, string> = {};
    environmentCarrier.set(environment, key, '1');
    expect(environment).toEqual({ [name]: '1' });
    expect(environmentCarrier.get(environment, key)).toBe('1');
    expect(environmentCarrier.keys(environment)).toEqual([name]);
  });

  test('of the environment only normalized names are keys', () => {
    expect(environmentCarrier.keys({ A: '1', _1: '1', a: '1', 'A-B': '1', '1A': '1', '': '1' })).toEqual(['A', '_1']);
  });

  test.each([
    ['the API of SQS and SNS has them', { DataType: 'String', StringValue: `00-${T}-${S}-01` }],
    ['Lambda is given them', { dataType: 'String', stringValue: `00-${T}-${S}-01` }],
    ['a notification of SNS holds them', { Type: 'String', Value: `00-${T}-${S}-01` }],
  ])('message attributes are read as %s', (_, traceparent) => {
    const extracted = named('tracecontext').extract(ROOT_CONTEXT, { traceparent }, sqsCarrier);
    expect(trace.getSpanContext(extracted)?.spanId).toBe(S);
  });

  test('bytes and lists, as Kafka clients hand them out', () => {
    const carrier = { traceparent: Buffer.from(`00-${T}-${S}-01`), tracestate: [Buffer.from('a=1'), 'b=2'] };
    const found = trace.getSpanContext(messagePropagator().extract(ROOT_CONTEXT, carrier, kafkaCarrier));
    expect([found?.spanId, found?.traceState?.serialize()]).toEqual([S, 'a=1,b=2']);
  });

  test('plain ids count where traceparent is not there, or broken', () => {
    const ids = { trace_id: T, span_id: S };
    const readIds = (carrier: Record<string, unknown>) =>
      trace.getSpanContext(messagePropagator().extract(ROOT_CONTEXT, carrier, plainCarrier));
    expect(readIds(ids)).toEqual({ ...SPAN_CONTEXT, isRemote: true });
    expect(readIds({ ...ids, traceparent: 'broken' })?.spanId).toBe(S);
    expect(readIds({ ...ids, traceparent: `00-${T}-${PARENT}-00` })).toMatchObject({ spanId: PARENT, traceFlags: 0 });
    expect(readIds({ trace_id: T, parent_id: S })?.spanId).toBe(S);
    expect(readIds({ trace_id: T })).toBe(undefined);
    expect(readIds({ trace_id: 17, span_id: {} })).toBe(undefined);
  });

  test('SQS takes ten attributes: what would be the eleventh is not written', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: MAX_SQS_ATTRIBUTES - 1 }, (_, i) => [`own${i}`, { DataType: 'String', StringValue: 'x' }]),
    );
    messagePropagator().inject(ACTIVE, attributes, sqsCarrier);
    expect(Object.keys(attributes).length).toBe(MAX_SQS_ATTRIBUTES);
    expect(attributes['traceparent']?.StringValue).toBe(`00-${T}-${S}-01`);
  });
});
