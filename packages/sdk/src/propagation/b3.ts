import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { normalizeSpanId, normalizeTraceId } from '@throughline/model';

import {
  contextToInject,
  flagsOf,
  headerValue,
  isDebugRequested,
  withDebugRequested,
  withRemoteParent,
} from './carried-context.ts';

const MULTI = ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags', 'x-b3-parentspanid'];

/**
 * Zipkin's B3. Reads both forms, the single header first; writes the one asked for. 64-bit trace ids are left-padded; a
 * missing decision counts as not sampled, as in the official propagator; a lone decision (`b3: 0`) is no context.
 */
export function b3Propagator(options: { readonly inject?: 'single' | 'multi' } = {}): TextMapPropagator {
  const single = options.inject !== 'multi';
  return {
    fields: () => (single ? ['b3'] : [...MULTI]),

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      const sampled = (spanContext.traceFlags & 1) === 1 ? '1' : '0';
      const debug = isDebugRequested(context);
      if (single) {
        setter.set(carrier, 'b3', `${spanContext.traceId}-${spanContext.spanId}-${debug ? 'd' : sampled}`);
        return;
      }
      setter.set(carrier, 'x-b3-traceid', spanContext.traceId);
      setter.set(carrier, 'x-b3-spanid', spanContext.spanId);
      if (debug) setter.set(carrier, 'x-b3-flags', '1');
      else setter.set(carrier, 'x-b3-sampled', sampled);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const header = headerValue(carrier, getter, 'b3', 'B3');
      if (header !== undefined) {
        const [traceId, spanId, decision, parentId, ...rest] = header.split('-', 6);
        const parentIsValid = parentId === undefined || spanIdOf(parentId) !== undefined;
        if (rest.length === 0 && parentIsValid && /^(?:[01d]|true|false)?$/.test(decision ?? '')) {
          const extracted = extractIds(context, traceId, spanId, decision, decision === 'd');
          if (extracted !== undefined) return extracted;
        }
      }
      const traceId = headerValue(carrier, getter, 'x-b3-traceid', 'X-B3-TraceId');
      const spanId = headerValue(carrier, getter, 'x-b3-spanid', 'X-B3-SpanId');
      const sampled = headerValue(carrier, getter, 'x-b3-sampled', 'X-B3-Sampled');
      const isDebug = headerValue(carrier, getter, 'x-b3-flags', 'X-B3-Flags') === '1';
      return extractIds(context, traceId, spanId, sampled, isDebug) ?? context;
    },
  };
}

function extractIds(
  context: Context,
  traceIdText: string | undefined,
  spanIdText: string | undefined,
  decision: string | undefined,
  isDebug: boolean,
): Context | undefined {
  const traceId = traceIdText?.length === 16 || traceIdText?.length === 32 ? normalizeTraceId(traceIdText) : undefined;
  const spanId = spanIdOf(spanIdText);
  if (traceId === undefined || spanId === undefined) return undefined;
  const sampled = isDebug || decision === '1' || decision?.toLowerCase() === 'true';
  const extracted = withRemoteParent(context, traceId, spanId, flagsOf(sampled));
  return isDebug ? withDebugRequested(extracted) : extracted;
}

function spanIdOf(text: string | undefined): string | undefined {
  return text?.length === 16 ? normalizeSpanId(text) : undefined;
}
