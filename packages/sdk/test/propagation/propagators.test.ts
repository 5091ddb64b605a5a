import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { describe, expect, it, test } from 'vitest';

import { messagePropagator } from '../../src/propagation/message-propagator.ts';
import { propagatorByName } from '../../src/propagation/propagator-by-name.ts';
import { withSqlComment } from '../../src/propagation/sql-comment.ts';
import { toldFailures } from '../told-failures.ts';
import { propagatorContract } from '../../testing/propagator-contract.ts';

function named(name: string): TextMapPropagator {
  const propagator = propagatorByName(name);
  if (propagator === undefined) throw new Error(name);
  return propagator;
}

for (const name of ['tracecontext', 'b3', 'b3multi', 'jaeger', 'xray', 'datadog', 'xtraceid']) {
  propagatorContract(name, () => named(name));
}
propagatorContract('ottrace', () => named('ottrace'), 16);
propagatorContract('message', () => messagePropagator());

const T = '0af7651916cd43dd8448eb211c80319c';
const S = 'b7ad6b7169203331';

describe('SQL comment', () => {
  const context = trace.setSpanContext(ROOT_CONTEXT, { traceId: T, spanId: S, traceFlags: 1 });

  it('sorts, encodes and quotes; leaves commented statements alone', () => {
    expect(withSqlComment(context, 'SELECT 1;', { tags: { z: "it's", action: '/a b' } })).toBe(
      String.raw`SELECT 1 /*action='%2Fa%20b',traceparent='00-${T}-${S}-01',z='it\'s'*/;`,
    );
    expect(withSqlComment(context, 'SELECT 1', { style: 'ids' })).toBe(`SELECT 1 /*trace_id=${T},span_id=${S}*/`);
    expect(withSqlComment(context, 'SELECT 1 -- x')).toBe('SELECT 1 -- x');
  });

  it('is none that MySQL executes, whatever the keys', () => {
    const tags = { '!50000 DROP TABLE t': '!', 'M!100100 x': '*/' };
    expect(withSqlComment(ROOT_CONTEXT, 'SELECT 1', { tags })).toBe(
      "SELECT 1 /*%2150000%20DROP%20TABLE%20t='%21',M%21100100%20x='%2A%2F'*/",
    );
  });

  it('writes any value as text, nothing for nothing, and leaves what is no statement', () => {
    const tags = { shard: 3, none: undefined, nil: null, odd: Object.create(null) } as never;
    expect(withSqlComment(ROOT_CONTEXT, 'SELECT 1', { tags })).toBe("SELECT 1 /*shard='3'*/");
    expect(withSqlComment(context, undefined as never)).toBe(undefined);
  });
});

test.each(['tracecontext', 'b3', 'b3multi', 'jaeger', 'xray', 'datadog', 'xtraceid'])(
  '%s writes upper-case ids of foreign spans so that it reads them',
  (name) => {
    const foreign = { traceId: T.toUpperCase(), spanId: S.toUpperCase(), traceFlags: 1 };
    const headers = {};
    named(name).inject(trace.setSpanContext(ROOT_CONTEXT, foreign), headers, defaultTextMapSetter);
    const extracted = named(name).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    expect(trace.getSpanContext(extracted)).toMatchObject({ traceId: T, spanId: S });
    expect(JSON.stringify(headers)).not.toContain(T.toUpperCase());
  },
);

test.each([
  ['baggage', { baggage: 'five=5,odd=,later=x' }],
  ['jaeger', { 'uberctx-five': '5', 'uberctx-odd': '', 'uberctx-later': 'x' }],
  ['ottrace', { 'ot-baggage-five': '5', 'ot-baggage-odd': '', 'ot-baggage-later': 'x' }],
])('%s writes baggage of any type as text, and leaves out what is no entry', (name, expected) => {
  const entries = {
    five: { value: 5 },
    none: null,
    text: 'x',
    odd: { value: Object.create(null) },
    later: { value: 'x' },
  };
  const spanContext = { traceId: T, spanId: S, traceFlags: 1 };
  const active = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const baggage = { getAllEntries: () => Object.entries(entries) } as never;
  const headers: Record<string, string> = {};
  named(name).inject(propagation.setBaggage(active, baggage), headers, defaultTextMapSetter);
  const isBaggage = (key: string): boolean => key === 'baggage' || /^(?:uberctx|ot-baggage)-/.test(key);
  expect(Object.fromEntries(Object.entries(headers).filter(([key]) => isBaggage(key)))).toEqual(expected);
});

test.each(['jaeger', 'ottrace'])('%s writes the baggage behind an entry that the carrier refuses', (name) => {
  const told = toldFailures();
  const baggage = propagation.createBaggage({ "it's": { value: '1' }, later: { value: '2' } });
  const context = propagation.setBaggage(
    trace.setSpanContext(ROOT_CONTEXT, { traceId: T, spanId: S, traceFlags: 1 }),
    baggage,
  );
  const metadata = new Map<string, string>();
  const setter = {
    set: (carrier: typeof metadata, key: string, value: string): void => {
      if (!/^[0-9a-z_.-]+$/.test(key)) throw new Error('Metadata key contains illegal characters');
      carrier.set(key, value);
    },
  };
  for (let i = 0; i < 2; i++) named(name).inject(context, metadata, setter);
  expect([...metadata.values()].at(-1)).toBe('2');
  expect(told).toEqual([expect.stringContaining('a baggage entry is left out')]);
});

test.each([
  ['ottrace', 'ot-baggage-note', 'a%20=b', 'a%20=b'],
  ['jaeger', 'uberctx-note', 'a%2520%3Db', 'a%20=b'],
])('%s writes baggage to %s as %s', (name, header, written, value) => {
  const spanContext = { traceId: T, spanId: S, traceFlags: 1 };
  const baggage = propagation.createBaggage({ note: { value }, 'no header': { value }, control: { value: '\u0001' } });
  const context = propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, spanContext), baggage);
  const headers: Record<string, string> = {};
  named(name).inject(context, headers, defaultTextMapSetter);
  expect(headers).toMatchObject({ [header]: written });
  expect(Object.keys(headers).filter((key) => key.includes('header'))).toEqual([]);
  const extracted = named(name).extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  expect(propagation.getBaggage(extracted)?.getEntry('note')?.value).toBe(value);
  // Without percent-encoding no header can hold it.
  expect(propagation.getBaggage(extracted)?.getEntry('control')?.value).toBe(name === 'jaeger' ? '\u0001' : undefined);
});
