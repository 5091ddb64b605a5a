import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';

import { contextToInject, flagsOf, headerValue, withRemoteParent } from './carried-context.ts';

const DECIMAL_64_BITS = /^[0-9]{1,20}$/;
const HIGH_BITS = /(?:^|,)\s*_dd\.p\.tid=([0-9a-f]{16})\s*(?:,|$)/;
const ZERO_HIGH_BITS = '0'.repeat(16);

/**
 * Datadog's headers: ids in decimal, the upper 64 bits of a trace id in `x-datadog-tags`. A priority above 0 is sampled;
 * without one the trace is sampled. Priorities 2 and -1 are passed on as 1 and 0.
 */
export function datadogPropagator(): TextMapPropagator {
  return {
    fields: () => ['x-datadog-trace-id', 'x-datadog-parent-id', 'x-datadog-sampling-priority', 'x-datadog-tags'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      const { traceId, spanId, traceFlags } = spanContext;
      setter.set(carrier, 'x-datadog-trace-id', BigInt(`0x${traceId.slice(16)}`).toString());
      setter.set(carrier, 'x-datadog-parent-id', BigInt(`0x${spanId}`).toString());
      setter.set(carrier, 'x-datadog-sampling-priority', String(traceFlags & 1));
      const high = traceId.slice(0, 16);
      if (high !== ZERO_HIGH_BITS) setter.set(carrier, 'x-datadog-tags', `_dd.p.tid=${high}`);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const low = hexOfDecimal(headerValue(carrier, getter, 'x-datadog-trace-id'));
      const spanId = hexOfDecimal(headerValue(carrier, getter, 'x-datadog-parent-id'));
      if (low === undefined || spanId === undefined || spanId === ZERO_HIGH_BITS) return context;
      const high = HIGH_BITS.exec(headerValue(carrier, getter, 'x-datadog-tags') ?? '')?.[1] ?? ZERO_HIGH_BITS;
      if (low === ZERO_HIGH_BITS && high === ZERO_HIGH_BITS) return context;
      const priority = headerValue(carrier, getter, 'x-datadog-sampling-priority') ?? '1';
      if (!/^-?[0-9]{1,3}$/.test(priority)) return context;
      return withRemoteParent(context, high + low, spanId, flagsOf(Number(priority) > 0));
    },
  };
}

function hexOfDecimal(text: string | undefined): string | undefined {
  if (text === undefined || !DECIMAL_64_BITS.test(text)) return undefined;
  const hex = BigInt(text).toString(16);
  return hex.length > 16 ? undefined : hex.padStart(16, '0');
}
