import {
  type Context,
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { suppressTracing, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import { OTTracePropagator } from '@opentelemetry/propagator-ot-trace';
import { propagatorByName } from '@throughline/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/**
 * The official propagator of each name of `OTEL_PROPAGATORS`. Differences that are meant, and so not generated here: ours
 * read a baggage entry with an empty value, which W3C's grammar allows, and write nothing into a context in which tracing
 * is suppressed, which some of the official ones do.
 */
const official: Readonly<Record<string, TextMapPropagator>> = {
  tracecontext: new W3CTraceContextPropagator(),
  baggage: new W3CBaggagePropagator(),
  b3: new B3Propagator(),
  b3multi: new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }),
  jaeger: new JaegerPropagator(),
  xray: new AWSXRayPropagator(),
  ottrace: new OTTracePropagator(),
};

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((text) => /[1-9a-f]/.test(text));
const token = fc.string({ unit: fc.constantFrom(...'abcxyz019-_.'), minLength: 1, maxLength: 10 });
const contextToSend = fc
  .record({
    span: fc.option(fc.record({ traceId: hex(32), spanId: hex(16), traceFlags: fc.constantFrom(0, 1) })),
    traceState: fc.option(fc.constantFrom('a=1', 'vendor=x:1;y,other=b', `${'k'.repeat(256)}=1`)),
    baggage: fc.dictionary(
      token,
      fc.string({ unit: fc.constantFrom(...'abc 09-=;,%é/'), minLength: 1, maxLength: 10 }),
      { maxKeys: 4 },
    ),
  })
  .map(({ span, traceState, baggage }) => {
    let context: Context = ROOT_CONTEXT;
    if (span !== null) {
      const state = traceState === null ? {} : { traceState: createTraceState(traceState) };
      context = trace.setSpanContext(context, { ...span, ...state });
    }
    const entries = Object.entries(baggage).map(([key, value]) => [key, { value }] as const);
    if (entries.length > 0) {
      context = propagation.setBaggage(context, propagation.createBaggage(Object.fromEntries(entries)));
    }
    return context;
  });

/** What may happen to a header on its way. */
const damage = fc.record({
  which: fc.nat(),
  how: fc.constantFrom('cut', 'grow', 'replace', 'remove', 'upper'),
  at: fc.nat(),
  by: fc.constantFrom('g', '0', '-', ':', '1', 'd', ' ', '%'),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function damaged(headers: Record<string, string>, { which, how, at, by }: Damage): Record<string, string> {
  const names = Object.keys(headers);
  const name = names[which % Math.max(names.length, 1)] ?? '';
  const { [name]: value = '', ...rest } = headers;
  const index = at % Math.max(value.length, 1);
  const changed: Readonly<Record<typeof how, Record<string, string>>> = {
    cut: { [name]: value.slice(0, index) },
    grow: { [name]: value.slice(0, index) + by + value.slice(index) },
    replace: { [name]: value.slice(0, index) + by + value.slice(index + 1) },
    remove: {},
    upper: { [name]: value.toUpperCase() },
  };
  return { ...rest, ...changed[how] };
}

function injected(propagator: TextMapPropagator, context: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  propagator.inject(context, headers, defaultTextMapSetter);
  return headers;
}

function extracted(propagator: TextMapPropagator, headers: Record<string, string>): unknown {
  const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const { traceState, ...span } = trace.getSpanContext(context) ?? {};
  return {
    span,
    traceState: traceState?.serialize(),
    baggage: propagation.getBaggage(context)?.getAllEntries(),
  };
}

describe.each(Object.entries(official))('%s', (name, theirs) => {
  const ours = propagatorByName(name);
  if (ours === undefined) throw new Error(`no propagator ${name}`);

  test('injects what the official propagator injects, and each reads what the other writes', () => {
    fc.assert(
      fc.property(contextToSend, (context) => {
        const headers = injected(ours, context);
        expect(headers).toEqual(injected(theirs, context));
        expect(extracted(ours, headers)).toEqual(extracted(theirs, headers));
      }),
      { numRuns: 300 },
    );
  });

  test('of damaged headers it reads a valid context or none', () => {
    fc.assert(
      fc.property(contextToSend, damage, (context, how) => {
        const headers = damaged(injected(ours, context), how);
        const read = ours.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
        const span = trace.getSpanContext(read);
        expect(span === undefined || isSpanContextValid(span)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('says which fields it writes', () => {
    expect(ours.fields().toSorted()).toEqual(theirs.fields().toSorted());
  });

  test('injects nothing where tracing is suppressed', () => {
    fc.assert(
      fc.property(contextToSend, (context) => {
        expect(injected(ours, suppressTracing(context))).toEqual({});
      }),
    );
  });
});
