import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { isSpanId, isTraceId } from '@throughline/model';

import { contextToInject, flagsOf, headerValue, withRemoteParent } from './carried-context.ts';

const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;

/** AWS X-Ray's `x-amzn-trace-id`. Fields other than Root, Parent and Sampled are ignored; `Sampled=?` is not sampled. */
export function xRayPropagator(): TextMapPropagator {
  return {
    fields: () => ['x-amzn-trace-id'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      const { traceId, spanId, traceFlags } = spanContext;
      const root = `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
      setter.set(carrier, 'x-amzn-trace-id', `Root=${root};Parent=${spanId};Sampled=${traceFlags & 1}`);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const header = headerValue(carrier, getter, 'x-amzn-trace-id', 'X-Amzn-Trace-Id');
      if (header === undefined) return context;
      const fields = new Map<string, string>();
      for (const part of header.split(';', 32)) {
        const equals = part.indexOf('=');
        if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
      }
      const root = ROOT.exec(fields.get('Root') ?? '');
      const traceId = root === null ? '' : `${root[1] ?? ''}${root[2] ?? ''}`;
      const spanId = fields.get('Parent') ?? '';
      if (!isTraceId(traceId) || !isSpanId(spanId)) return context;
      return withRemoteParent(context, traceId, spanId, flagsOf(fields.get('Sampled') === '1'));
    },
  };
}
