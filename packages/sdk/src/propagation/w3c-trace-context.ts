import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter, TraceState } from '@opentelemetry/api';

import { contextToInject, withRemoteParent } from './carried-context.ts';
import { parseTraceState, type TraceContextLevel, trimBlanks, truncateTraceState } from './trace-state.ts';

export interface TraceContextOptions {
  /** Of the W3C recommendation. Default 2: random flag, wider keys. */
  readonly level?: TraceContextLevel;
  /** What is passed on of a trace state; the specification wants at least 512, the default. */
  readonly maxTraceStateCharacters?: number;
}

/** Where the parts of `00-TRACE_ID-PARENT_ID-FLAGS` end, each but the last before a hyphen. */
const VERSION_END = 2;
const TRACE_ID_END = 35;
const PARENT_ID_END = 52;
const FLAGS_END = 55;
const HYPHEN = 45;
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
      const text = trimBlanks(parent);
      if (!isTraceParent(text)) return context;
      const traceId = text.slice(VERSION_END + 1, TRACE_ID_END);
      const spanId = text.slice(TRACE_ID_END + 1, PARENT_ID_END);
      if (traceId === ZERO_TRACE_ID || spanId === ZERO_SPAN_ID) return context;
      const flags = text.slice(PARENT_ID_END + 1, FLAGS_END);
      const state = traceStateOf(getter.get(carrier, 'tracestate') ?? getter.get(carrier, 'Tracestate'), level);
      return withRemoteParent(context, traceId, spanId, Number.parseInt(flags, 16) & flagMask, state);
    },
  };
}

/** By the grammar, ids of zeros apart. Later versions may go on behind a hyphen; version `ff` is forbidden. */
function isTraceParent(text: string): boolean {
  const { length } = text;
  return (
    length >= FLAGS_END &&
    isLowerHex(text, 0, VERSION_END) &&
    text.charCodeAt(VERSION_END) === HYPHEN &&
    isLowerHex(text, VERSION_END + 1, TRACE_ID_END) &&
    text.charCodeAt(TRACE_ID_END) === HYPHEN &&
    isLowerHex(text, TRACE_ID_END + 1, PARENT_ID_END) &&
    text.charCodeAt(PARENT_ID_END) === HYPHEN &&
    isLowerHex(text, PARENT_ID_END + 1, FLAGS_END) &&
    !text.startsWith('ff') &&
    (length === FLAGS_END || (text.charCodeAt(FLAGS_END) === HYPHEN && !text.startsWith('00')))
  );
}

function isLowerHex(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
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
