import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import { contextToInject, flagsOf, headerValue, withRemoteParent } from './carried-context.ts';
import { parentSpanId } from './parent-span-id.ts';

/**
 * The plain headers of home-grown tracing: `x-trace-id` (hex or a UUID), `x-span-id`, `x-parent-span-id` or
 * `x-parent-id`, `x-sampled`. The caller's span is `x-span-id`; without it, the parent's header. No `x-sampled` means
 * sampled.
 */
export function xTraceIdPropagator(): TextMapPropagator {
  return {
    fields: () => ['x-trace-id', 'x-span-id', 'x-parent-span-id', 'x-sampled'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      setter.set(carrier, 'x-trace-id', spanContext.traceId);
      setter.set(carrier, 'x-span-id', spanContext.spanId);
      const parentId = parentSpanId(context);
      if (parentId !== undefined) setter.set(carrier, 'x-parent-span-id', parentId);
      setter.set(carrier, 'x-sampled', (spanContext.traceFlags & 1) === 1 ? '1' : '0');
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const traceText = headerValue(carrier, getter, 'x-trace-id', 'X-Trace-Id');
      if (traceText === undefined) return context;
      const spanText =
        headerValue(carrier, getter, 'x-span-id', 'X-Span-Id') ??
        headerValue(carrier, getter, 'x-parent-span-id', 'X-Parent-Span-Id') ??
        headerValue(carrier, getter, 'x-parent-id', 'X-Parent-ID');
      const traceId = normalizeTraceId(traceText.length === 36 ? traceText.replaceAll('-', '') : traceText);
      const spanId = normalizeSpanId(spanText ?? '');
      if (traceId === undefined || spanId === undefined) return context;
      const sampled = headerValue(carrier, getter, 'x-sampled', 'X-Sampled')?.toLowerCase();
      return withRemoteParent(context, traceId, spanId, flagsOf(sampled !== '0' && sampled !== 'false'));
    },
  };
}
