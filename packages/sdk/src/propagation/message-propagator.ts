import {
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import { contextToInject, flagsOf, headerValue, withRemoteParent } from './carried-context.ts';
import { parentSpanId } from './parent-span-id.ts';
import { traceContextPropagator } from './w3c-trace-context.ts';

/**
 * For messages: what `inner` writes (default W3C trace context), and `trace_id`, `span_id`, `parent_id` beside it for
 * consumers that read only those. Extracts by `inner`; if that finds no context, by the plain ids (then sampled).
 */
export function messagePropagator(inner: TextMapPropagator = traceContextPropagator()): TextMapPropagator {
  return {
    fields: () => [...inner.fields(), 'trace_id', 'span_id', 'parent_id'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      inner.inject(context, carrier, setter);
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      setter.set(carrier, 'trace_id', spanContext.traceId);
      setter.set(carrier, 'span_id', spanContext.spanId);
      const parentId = parentSpanId(context);
      if (parentId !== undefined) setter.set(carrier, 'parent_id', parentId);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      // From the root, so that a span already active is not taken for one that the message carries.
      const found = trace.getSpanContext(inner.extract(ROOT_CONTEXT, carrier, getter));
      const extracted = inner.extract(context, carrier, getter);
      if (found !== undefined && isSpanContextValid(found)) return extracted;
      const traceId = normalizeTraceId(headerValue(carrier, getter, 'trace_id') ?? '');
      const spanText = headerValue(carrier, getter, 'span_id') ?? headerValue(carrier, getter, 'parent_id');
      const spanId = normalizeSpanId(spanText ?? '');
      if (traceId === undefined || spanId === undefined) return extracted;
      return withRemoteParent(extracted, traceId, spanId, flagsOf(true));
    },
  };
}
