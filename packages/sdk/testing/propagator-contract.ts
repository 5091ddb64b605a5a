import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

function id(digits: number): fc.Arbitrary<string> {
  return fc
    .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
    .filter((values) => values.some((value) => value !== 0))
    .map((values) => values.map((value) => value.toString(16)).join(''));
}

/** What every propagator of span contexts must do. `traceIdDigits`: how much of a trace id it carries. */
export function propagatorContract(name: string, make: () => TextMapPropagator, traceIdDigits: 16 | 32 = 32): void {
  describe(`${name}: contract of propagators`, () => {
    it('extracts what it injected', () => {
      fc.assert(
        fc.property(id(traceIdDigits), id(16), fc.boolean(), (traceIdEnd, spanId, sampled) => {
          const traceId = traceIdEnd.padStart(32, '0');
          const carrier = {};
          const traceFlags = sampled ? 1 : 0;
          const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
          make().inject(context, carrier, defaultTextMapSetter);
          const extracted = make().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
          expect(trace.getSpanContext(extracted)).toEqual({ traceId, spanId, traceFlags, isRemote: true });
        }),
      );
    });

    it('takes no context from malformed headers, and never throws', () => {
      const header = fc.oneof(fc.string(), fc.constant('%'), fc.array(fc.string(), { maxLength: 3 }));
      fc.assert(
        fc.property(fc.array(header, { minLength: 8, maxLength: 8 }), (values) => {
          const fields = make().fields();
          const carrier = Object.fromEntries(fields.map((field, index) => [field, values[index % 8]]));
          const found = trace.getSpanContext(make().extract(ROOT_CONTEXT, carrier, defaultTextMapGetter));
          if (found !== undefined) expect(trace.isSpanContextValid(found)).toBe(true);
        }),
      );
      const zeros = Object.fromEntries(
        make()
          .fields()
          .map((field) => [field, '0'.repeat(32)]),
      );
      expect(make().extract(ROOT_CONTEXT, zeros, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
    });

    it('injects nothing for an invalid context or suppressed tracing', () => {
      const valid = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '1'.repeat(32),
        spanId: '2'.repeat(16),
        traceFlags: 1,
      });
      const invalid = trace.setSpanContext(ROOT_CONTEXT, INVALID_SPAN_CONTEXT);
      for (const context of [ROOT_CONTEXT, invalid, suppressTracing(valid)]) {
        const carrier = {};
        make().inject(context, carrier, defaultTextMapSetter);
        expect(carrier).toEqual({});
      }
    });
  });
}
