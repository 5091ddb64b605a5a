import {
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import {
  contextToInject,
  flagsOf,
  headerValue,
  isDebugRequested,
  isSuppressed,
  withDebugRequested,
  withRemoteParent,
} from './carried-context.ts';
import {
  decoded,
  extractPrefixedBaggage,
  injectPrefixedBaggage,
  type PrefixedBaggageFormat,
} from './prefixed-baggage.ts';

const BAGGAGE: PrefixedBaggageFormat = { prefix: 'uberctx-', isPercentEncoded: true };
const MAX_BAGGAGE_ENTRIES = 180;

/**
 * Jaeger's own headers: `uber-trace-id` (also percent-encoded, ids without leading zeros), baggage in `uberctx-KEY` and
 * `jaeger-baggage`. `jaeger-debug-id` and the debug flag are seen by `isDebugRequested`.
 */
export function jaegerPropagator(): TextMapPropagator {
  return {
    fields: () => ['uber-trace-id'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      if (isSuppressed(context)) return;
      const spanContext = contextToInject(context);
      if (spanContext !== undefined) {
        const flags = isDebugRequested(context) ? 3 : spanContext.traceFlags & 1;
        setter.set(carrier, 'uber-trace-id', `${spanContext.traceId}:${spanContext.spanId}:0:0${flags}`);
      }
      injectPrefixedBaggage(context, carrier, setter, BAGGAGE);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      let extracted = extractPrefixedBaggage(context, carrier, getter, BAGGAGE);
      const list = headerValue(carrier, getter, 'jaeger-baggage');
      if (list !== undefined) extracted = withListedBaggage(extracted, list);
      const debugId = headerValue(carrier, getter, 'jaeger-debug-id');
      if (debugId !== undefined && debugId !== '') extracted = withDebugRequested(extracted);
      const header = headerValue(carrier, getter, 'uber-trace-id', 'Uber-Trace-Id');
      if (header === undefined) return extracted;
      const parts = decoded(header).split(':', 5);
      const traceId = normalizeTraceId(parts[0] ?? '');
      const spanId = normalizeSpanId(parts[1] ?? '');
      const flagText = parts[3] ?? '';
      if (parts.length !== 4 || traceId === undefined || spanId === undefined) return extracted;
      if (!/^[0-9a-fA-F]{1,2}$/.test(flagText)) return extracted;
      const flags = Number.parseInt(flagText, 16);
      extracted = withRemoteParent(extracted, traceId, spanId, flagsOf((flags & 1) === 1));
      return (flags & 2) === 0 ? extracted : withDebugRequested(extracted);
    },
  };
}

/** `k=v, k2=v2`, as a person writes it on a command line. */
function withListedBaggage(context: Context, list: string): Context {
  let baggage = propagation.getBaggage(context) ?? propagation.createBaggage();
  for (const pair of list.split(',', MAX_BAGGAGE_ENTRIES)) {
    const equals = pair.indexOf('=');
    const key = pair.slice(0, Math.max(equals, 0)).trim();
    if (key !== '') baggage = baggage.setEntry(key, { value: decoded(pair.slice(equals + 1).trim()) });
  }
  return propagation.setBaggage(context, baggage);
}
