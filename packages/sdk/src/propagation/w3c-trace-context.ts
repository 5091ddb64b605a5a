import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter, TraceState } from '@opentelemetry/api';

import { contextToInject, withRemoteParent } from './carried-context.ts';
import { parseTraceState, type TraceContextLevel, trimBlanks, truncateTraceState } from './trace-state.ts';

export interface TraceContextOptions {
  /** Of the W3C recommendation. Default 2: random flag, wider keys. */
  readonly level?: TraceContextLevel;
  /** What is passed on of a trace state; the specification wants at least 512, the default. */
  readonly maxTraceStateCharacters?: number;
}

const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZERO_TRACE_ID = '0'.repeat(32);
const ZERO_SPAN_ID = '0'.repeat(16);

/** W3C Trace Context: `traceparent` and `tracestate`. Strict: what breaks the grammar is as if it had not been sent. */
export function traceContextPropagator(options: TraceContextOptions = {}): TextMapPropagator {
  const level = options.level ?? 2;
  const flagMask = level === 2 ? 3 : 1;
  const maxCharacters = options.maxTraceStateCharacters ?? 512;
  return {
    fields: () => ['traceparent', 'tracestate'],

    inject<Carrier>(context: Context, carrier: Carrier, setter: TextMapSetter<Carrier>): void {
      const spanContext = contextToInject(context);
      if (spanContext === undefined) return;
      const { traceId, spanId, traceFlags, traceState } = spanContext;
      setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-0${traceFlags & flagMask}`);
      const text = traceState === undefined ? '' : truncateTraceState(traceState.serialize(), maxCharacters);
      if (text !== '') setter.set(carrier, 'tracestate', text);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      const parent = onlyValue(getter.get(carrier, 'traceparent') ?? getter.get(carrier, 'Traceparent'));
      if (parent === undefined) return context;
      const match = TRACE_PARENT.exec(trimBlanks(parent));
      if (match === null) return context;
      const [, version = '', traceId = '', spanId = '', flags = '', rest] = match;
      if (version === 'ff' || (version === '00' && rest !== undefined)) return context;
      if (traceId === ZERO_TRACE_ID || spanId === ZERO_SPAN_ID) return context;
      const state = traceStateOf(getter.get(carrier, 'tracestate') ?? getter.get(carrier, 'Tracestate'), level);
      return withRemoteParent(context, traceId, spanId, Number.parseInt(flags, 16) & flagMask, state);
    },
  };
}

/** A repeated `traceparent` is no `traceparent`. */
function onlyValue(value: string | string[] | undefined): string | undefined {
  const only: unknown = Array.isArray(value) ? (value.length === 1 ? value[0] : undefined) : value;
  return typeof only === 'string' ? only : undefined;
}

function traceStateOf(value: string | string[] | undefined, level: TraceContextLevel): TraceState | undefined {
  const text: unknown = Array.isArray(value) ? value.join(',') : value;
  if (typeof text !== 'string') return undefined;
  const state = parseTraceState(text, level);
  return state === undefined || state.serialize() === '' ? undefined : state;
}
