import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import { contextToInject, flagsOf, headerValue, isSuppressed, withRemoteParent } from './carried-context.ts';
import { extractPrefixedBaggage, injectPrefixedBaggage, type PrefixedBaggageFormat } from './prefixed-baggage.ts';

const BAGGAGE: PrefixedBaggageFormat = { prefix: 'ot-baggage-', isPercentEncoded: false };

/** OpenTracing's basic tracer: `ot-tracer-*`, of the trace id the lower 64 bits only; baggage in `ot-baggage-KEY`. */
export function otTracePropagator(): TextMapPropagator {
  return {
    fields: () => ['ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      if (isSuppressed(context)) return;
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      setter.set(carrier, 'ot-tracer-traceid', spanContext.traceId.slice(16));
      setter.set(carrier, 'ot-tracer-spanid', spanContext.spanId);
      setter.set(carrier, 'ot-tracer-sampled', (spanContext.traceFlags & 1) === 1 ? 'true' : 'false');
      injectPrefixedBaggage(context, carrier, setter, BAGGAGE);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const traceId = normalizeTraceId(headerValue(carrier, getter, 'ot-tracer-traceid') ?? '');
      const spanId = normalizeSpanId(headerValue(carrier, getter, 'ot-tracer-spanid') ?? '');
      if (traceId === undefined || spanId === undefined) return context;
      const sampled = headerValue(carrier, getter, 'ot-tracer-sampled');
      const extracted = withRemoteParent(context, traceId, spanId, flagsOf(sampled === 'true' || sampled === '1'));
      return extractPrefixedBaggage(extracted, carrier, getter, BAGGAGE);
    },
  };
}
