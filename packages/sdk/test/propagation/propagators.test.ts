import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { describe, expect, it, test } from 'vitest';

import { messagePropagator } from '../../src/propagation/message-propagator.ts';
import { propagatorByName } from '../../src/propagation/propagator-by-name.ts';
import { withSqlComment } from '../../src/propagation/sql-comment.ts';
import { parseTraceState, truncateTraceState } from '../../src/propagation/trace-state.ts';
import { traceContextPropagator } from '../../src/propagation/w3c-trace-context.ts';
import { propagatorContract } from '../../testing/propagator-contract.ts';

function named(name: string): ReturnType<typeof traceContextPropagator> {
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

describe('traceparent', () => {
  it.each([
    [`00-${T}-${S}-01`, 1],
    [`00-${T}-${S}-ff`, 3],
    [`cc-${T}-${S}-01-more`, 1],
    [`cc-${T}-${S}-01.more`, undefined],
    [`00-${T}-${S}-01-more`, undefined],
    [`ff-${T}-${S}-01`, undefined],
    [`00-${T.toUpperCase()}-${S}-01`, undefined],
    [`00-${'0'.repeat(32)}-${S}-01`, undefined],
    [`00-${T}-${'0'.repeat(16)}-01`, undefined],
    [`00-${T}-${S}-1`, undefined],
  ])('%s', (traceparent, flags) => {
    const context = traceContextPropagator().extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
    expect(trace.getSpanContext(context)?.traceFlags).toBe(flags);
  });
});

describe('tracestate', () => {
  it.each([
    ['a=1, ,b=2', 'a=1,b=2'],
    ['1a@b=1', '1a@b=1'],
    ['a=1,a=2', 'a=1'],
    ['A=1', undefined],
    ['a=', undefined],
    [`${'k'.repeat(256)}=1`, `${'k'.repeat(256)}=1`],
    [`${'k'.repeat(257)}=1`, undefined],
    [`a=${'v'.repeat(257)}`, undefined],
    ['a=b=c', undefined],
  ])('%s', (text, expected) => {
    expect(parseTraceState(text)?.serialize()).toBe(expected);
  });

  it('takes 32 members, not 33', () => {
    const members = Array.from({ length: 33 }, (_, i) => `k${i}=1`);
    expect(parseTraceState(members.slice(1).join(','))).toBeDefined();
    expect(parseTraceState(members.join(','))).toBeUndefined();
  });

  it('cuts long members first', () => {
    expect(truncateTraceState(`a=1,b=${'x'.repeat(130)},c=2`, 20)).toBe('a=1,c=2');
    expect(truncateTraceState('a=1,b=2,c=3', 8)).toBe('a=1,b=2');
  });
});

describe('SQL comment', () => {
  const context = trace.setSpanContext(ROOT_CONTEXT, { traceId: T, spanId: S, traceFlags: 1 });

  it('sorts, encodes and quotes; leaves commented statements alone', () => {
    expect(withSqlComment(context, 'SELECT 1;', { tags: { z: "it's", action: '/a b' } })).toBe(
      String.raw`SELECT 1 /*action='%2Fa%20b',traceparent='00-${T}-${S}-01',z='it\'s'*/;`,
    );
    expect(withSqlComment(context, 'SELECT 1', { style: 'ids' })).toBe(`SELECT 1 /*trace_id=${T},span_id=${S}*/`);
    expect(withSqlComment(context, 'SELECT 1 -- x')).toBe('SELECT 1 -- x');
  });
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
