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
