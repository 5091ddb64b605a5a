import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { createTracerProvider } from '../../src/provider.ts';
import { parseTraceState } from '../../src/propagation/trace-state.ts';
import { traceContextPropagator } from '../../src/propagation/w3c-trace-context.ts';

/*
 * Cases written from the W3C recommendation Trace Context, levels 1 and 2; the numbers are its sections. What a vendor
 * may do either way is done strictly: what breaks the grammar is as if it had not been sent.
 */

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const PARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

type Headers = Record<string, string | string[]>;

function extract(headers: Headers, level: 1 | 2 = 2): SpanContext | undefined {
  return trace.getSpanContext(traceContextPropagator({ level }).extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
}

function inject(context: Context, level: 1 | 2 = 2): Record<string, string> {
  const carrier: Record<string, string> = {};
  traceContextPropagator({ level }).inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

/** The trace state that comes with a valid parent. */
function stateOf(tracestate: string | string[], level: 1 | 2 = 2): string | undefined {
  const found = extract({ traceparent: PARENT, tracestate }, level);
  expect(found?.traceId).toBe(TRACE_ID);
  return found?.traceState?.serialize();
}

describe('traceparent (3.2)', () => {
  test('a valid one, in which flags that are not defined are unset (3.2.2.5)', () => {
    expect(extract({ traceparent: PARENT })).toEqual({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    });
    const flagsOf = (flags: string, level: 1 | 2) =>
      extract({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` }, level)?.traceFlags;
    expect(['00', '01', '02', '03', 'fc', 'ff'].map((flags) => flagsOf(flags, 2))).toEqual([0, 1, 2, 3, 0, 3]);
    expect(['00', '01', '02', '03', 'fc', 'ff'].map((flags) => flagsOf(flags, 1))).toEqual([0, 1, 0, 1, 0, 1]);
  });

  test.each([
    ['nothing', ''],
    ['a missing field', `00-${TRACE_ID}-${SPAN_ID}`],
    ['another delimiter', PARENT.replaceAll('-', '.')],
    ['version ff', `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version of one character', `0-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version of three', `000-${TRACE_ID}-${SPAN_ID}-01`],
    ['a version that is not hex', `.0-${TRACE_ID}-${SPAN_ID}-01`],
    ['an upper-case version', `0A-${TRACE_ID}-${SPAN_ID}-01`],
    ['more behind version 00', `${PARENT}-what-the-future-will-be-like`],
    ['a delimiter behind version 00', `${PARENT}-`],
    ['a character behind version 00', `${PARENT}.`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a trace id that is not hex', `00-.${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['a trace id that is too short', `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ['a trace id that is too long', `00-${TRACE_ID}0-${SPAN_ID}-01`],
    ['an upper-case trace id', `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ['a parent id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['a parent id that is not hex', `00-${TRACE_ID}-${SPAN_ID.slice(1)}g-01`],
    ['a parent id that is too short', `00-${TRACE_ID}-${SPAN_ID.slice(1)}-01`],
    ['a parent id that is too long', `00-${TRACE_ID}-${SPAN_ID}0-01`],
    ['an upper-case parent id', `00-${TRACE_ID}-${SPAN_ID.toUpperCase()}-01`],
    ['flags that are not hex', `00-${TRACE_ID}-${SPAN_ID}-.1`],
    ['flags of one character', `00-${TRACE_ID}-${SPAN_ID}-1`],
    ['flags of three', `00-${TRACE_ID}-${SPAN_ID}-001`],
    ['upper-case flags', `00-${TRACE_ID}-${SPAN_ID}-0F`],
    ['blanks inside', `00- ${TRACE_ID}-${SPAN_ID}-01`],
    ['a line feed at the end', `${PARENT}\n`],
    ['two in one header', `${PARENT},${PARENT}`],
  ])('%s is none, and no trace state is read (3.2.2, 3.3)', (_what, traceparent) => {
    expect(extract({ traceparent, tracestate: 'a=1' })).toBe(undefined);
  });

  test.each([
    ['cc', '', true],
    ['cc', '-what-the-future-will-be-like', true],
    ['01', '-', true],
    ['cc', '.what-the-future-will-not-be-like', false],
    ['cc', 'x', false],
  ])('version %s with %j behind the flags: read as version 00 %s (3.2.2.2, versioning)', (version, rest, isRead) => {
    const found = extract({ traceparent: `${version}-${TRACE_ID}-${SPAN_ID}-01${rest}` });
    expect(found?.traceId).toBe(isRead ? TRACE_ID : undefined);
  });

  test('blanks around it are the header’s; a header that is repeated is none', () => {
    for (const traceparent of [` ${PARENT}`, `\t${PARENT}`, `${PARENT} `, `${PARENT}\t`, `\t ${PARENT} \t`]) {
      expect(extract({ traceparent })?.traceId).toBe(TRACE_ID);
    }
    expect(extract({ traceparent: [PARENT] })?.traceId).toBe(TRACE_ID);
    expect(extract({ traceparent: [PARENT, PARENT] })).toBe(undefined);
  });

  test('without it there is no trace, whatever the trace state says', () => {
    expect(extract({})).toBe(undefined);
    expect(extract({ tracestate: 'a=1' })).toBe(undefined);
    expect(extract({ 'trace-parent': PARENT })).toBe(undefined);
  });
});

describe('tracestate (3.3)', () => {
  const members = (count: number): string => Array.from({ length: count }, (_, i) => `bar${i}=${i}`).join(',');
  const key = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/';
  const value = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
    .filter((character) => character !== ',' && character !== '=')
    .join('');

  test.each([
    ['one member', 'foo=1', 'foo=1'],
    ['several, newest first', 'foo=1,bar=2', 'foo=1,bar=2'],
    ['blanks around members', 'foo=1 \t , \t bar=2, \t baz=3', 'foo=1,bar=2,baz=3'],
    ['blanks around the list', '\tfoo=1 ', 'foo=1'],
    ['empty members', ',foo=1,, ,bar=2,', 'foo=1,bar=2'],
    ['every character of a key', `${key}=1`, `${key}=1`],
    ['every character of a value', `foo=${value}`, `foo=${value}`],
    ['blanks that begin a value', 'foo=  1', 'foo=  1'],
    ['a key of 256 characters', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    [
      'a tenant of 241 and a vendor of 14',
      `${'t'.repeat(241)}@${'v'.repeat(14)}=1`,
      `${'t'.repeat(241)}@${'v'.repeat(14)}=1`,
    ],
    ['a tenant that begins with a digit', '1t@v=1', '1t@v=1'],
    ['a value of 256 characters', `a=${'v'.repeat(256)}`, `a=${'v'.repeat(256)}`],
    ['32 members', members(32), members(32)],
    ['several headers, in their order', ['foo=1', 'bar=2', 'baz=3'], 'foo=1,bar=2,baz=3'],
    ['an empty header among them', ['foo=1', '', 'bar=2'], 'foo=1,bar=2'],
    ['a key that is repeated: the first', 'foo=1,bar=2,foo=3', 'foo=1,bar=2'],
  ])('%s', (_what, header, expected) => {
    expect([stateOf(header, 1), stateOf(header, 2)]).toEqual([expected, expected]);
  });

  test.each([
    ['nothing', ''],
    ['blanks', ' \t'],
    ['no value', 'foo'],
    ['an empty value', 'foo=,bar=3'],
    ['an empty key', '=1'],
    ['a blank behind the key', 'foo =1'],
    ['upper case', 'FOO=1'],
    ['a dot in the key', 'foo.bar=1'],
    ['a second equals sign', 'foo=bar=baz'],
    ['a character outside ASCII', 'foo=bär'],
    ['a control character', 'foo=b\u0001r'],
    ['a key of 257 characters', `${'z'.repeat(257)}=1`],
    ['a value of 257 characters', `a=${'v'.repeat(257)}`],
    ['33 members', members(33)],
    ['33 members in two headers', [members(16), Array.from({ length: 17 }, (_, i) => `x${i}=1`).join(',')]],
    ['a bad member behind good ones', 'foo=1,bar=2,BAZ=3'],
    ['a key that begins with a sign', '@foo=1'],
    ['a key that begins with an underscore', '_foo=1'],
  ])('%s: the header is discarded, the parent stays (3.3.1)', (_what, header) => {
    expect([stateOf(header, 1), stateOf(header, 2)]).toEqual([undefined, undefined]);
  });

  test.each([
    ['1foo=1', false],
    ['foo@=1', false],
    ['foo@@bar=1', false],
    ['foo@bar@baz=1', false],
    ['foo@1bar=1', false],
    [`${'t'.repeat(242)}@v=1`, false],
    [`t@${'v'.repeat(15)}=1`, false],
    ['foo@bar=1', true],
  ])('%s: level 2 takes @ and digits anywhere but in front, level 1 %s (3.3.1.3.1)', (header, level1) => {
    expect([stateOf(header, 1), stateOf(header, 2)]).toEqual([level1 ? header : undefined, header]);
  });
});

describe('passing it on (3.4)', () => {
  const received: Headers = { traceparent: `cc-${TRACE_ID}-${SPAN_ID}-ff-future`, tracestate: 'foo=1,bar=2' };
  const remote = (headers: Headers): Context =>
    traceContextPropagator().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

  test('the version is ours, flags that we do not know are unset, the trace state stays', () => {
    expect(inject(remote(received))).toEqual({
      traceparent: `00-${TRACE_ID}-${SPAN_ID}-03`,
      tracestate: 'foo=1,bar=2',
    });
    expect(inject(remote(received), 1)['traceparent']).toBe(PARENT);
  });

  test('a child has the trace id, an id of its own, and the random flag as it came (3.2.2.5.2, level 2)', () => {
    const tracer = createTracerProvider().getTracer('t');
    for (const flags of ['01', '03']) {
      const parent = remote({ ...received, traceparent: `00-${TRACE_ID}-${SPAN_ID}-${flags}` });
      const child = tracer.startSpan('child', {}, parent);
      const { traceparent = '', tracestate } = inject(trace.setSpan(ROOT_CONTEXT, child));
      expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-(?!${SPAN_ID})[0-9a-f]{16}-${flags}$`));
      expect(tracestate).toBe('foo=1,bar=2');
    }
  });

  test('a new trace has a random id and says so', () => {
    const root = createTracerProvider().getTracer('t').startSpan('root');
    expect(inject(trace.setSpan(ROOT_CONTEXT, root))['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-03$/);
  });

  test('an invalid traceparent begins a new trace, without the trace state', () => {
    const context = remote({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-1`, tracestate: 'foo=1' });
    const root = createTracerProvider().getTracer('t').startSpan('root', {}, context);
    const { traceparent, tracestate } = inject(trace.setSpan(ROOT_CONTEXT, root));
    expect(traceparent).not.toContain(TRACE_ID);
    expect(tracestate).toBe(undefined);
  });

  test('a member that is set moves to the front, once; the last of 32 makes room (3.5)', () => {
    const state = parseTraceState('foo=1,bar=2');
    expect(state?.set('bar', '3').serialize()).toBe('bar=3,foo=1');
    expect(state?.set('new', '3').serialize()).toBe('new=3,foo=1,bar=2');
    expect(state?.unset('foo').serialize()).toBe('bar=2');
    expect(state?.serialize()).toBe('foo=1,bar=2');
    for (const [key, value] of [
      ['NEW', '3'],
      ['new', ''],
      ['new', 'a,b'],
      ['', '1'],
    ] as const) {
      expect(state?.set(key, value).serialize()).toBe('foo=1,bar=2');
    }
    const full = parseTraceState(Array.from({ length: 32 }, (_, i) => `k${i}=1`).join(','));
    const more = full?.set('new', '1').serialize().split(',');
    expect([more?.length, more?.[0], more?.at(-1)]).toEqual([32, 'new=1', 'k30=1']);
  });

  test('at least 512 characters are passed on; beyond, long members go first, then the last (3.3.1.5)', () => {
    const injectedState = (tracestate: string) => inject(remote({ traceparent: PARENT, tracestate }))['tracestate'];
    const of512 = `a=${'x'.repeat(253)},b=${'y'.repeat(254)}`;
    expect([of512.length, injectedState(of512)]).toEqual([512, of512]);
    expect(
      injectedState(`a=1,long=${'x'.repeat(129)},c=${'y'.repeat(120)},${'d'.repeat(200)}=1,e=${'z'.repeat(100)}`),
    ).toBe(`a=1,long=${'x'.repeat(129)},c=${'y'.repeat(120)},e=${'z'.repeat(100)}`);
    const many = Array.from({ length: 10 }, (_, i) => `k${i}=${'v'.repeat(57)}`);
    expect(injectedState(many.join(','))).toBe(many.slice(0, 8).join(','));
  });
});

test('names that are written with a capital are read, too', () => {
  const found = extract({ Traceparent: PARENT, Tracestate: 'a=1' });
  expect(found).toMatchObject({ traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true });
  expect(found?.traceState?.serialize()).toBe('a=1');
});

test('a child takes over what was read, and the parent stays what it was', () => {
  const context = traceContextPropagator().extract(
    ROOT_CONTEXT,
    { traceparent: PARENT, tracestate: 'a=1' },
    defaultTextMapGetter,
  );
  const provider = createTracerProvider();
  const child = provider.getTracer('t').startSpan('child', {}, context);
  expect(child).toMatchObject({
    parentSpanContext: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, isRemote: true },
  });
  expect(inject(trace.setSpan(ROOT_CONTEXT, child))).toEqual({
    traceparent: `00-${TRACE_ID}-${child.spanContext().spanId}-01`,
    tracestate: 'a=1',
  });
  expect(child.spanContext().isRemote).toBeUndefined();
});
