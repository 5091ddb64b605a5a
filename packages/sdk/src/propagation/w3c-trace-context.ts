import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter, TraceState } from '@opentelemetry/api';

import { contextWithSpan } from '../context/tracing-context.ts';
import { ForeignSpan } from '../span/foreign-span.ts';
import { int8OfLowerHex } from '../span/hex.ts';
import { contextToInject } from './carried-context.ts';
import {
  parseTraceState,
  type TraceContextLevel,
  traceStateText,
  trimBlanks,
  truncateTraceState,
} from './trace-state.ts';

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
      const { traceId, spanId, traceFlags } = spanContext;
      setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-0${traceFlags & flagMask}`);
      // Mostly there is none.
      if (spanContext.traceState === undefined) return;
      const text = truncateTraceState(traceStateText(spanContext), maxCharacters);
      if (text !== '') setter.set(carrier, 'tracestate', text);
    },

    extract<Carrier>(context: Context, carrier: Carrier, getter: TextMapGetter<Carrier>): Context {
      let parent = onlyValue(getter.get(carrier, 'traceparent'));
      // Whoever writes one of the names in lower case, as W3C has it, writes both so: missing ones are dear to look up.
      const isLowerCase = parent !== undefined;
      parent ??= onlyValue(getter.get(carrier, 'Traceparent'));
      if (parent === undefined) return context;
      const text = trimBlanks(parent);
      const flags = flagsOf(text);
      if (flags < 0) return context;
      const state = traceStateOf(getter.get(carrier, isLowerCase ? 'tracestate' : 'Tracestate'), level);
      const span = ForeignSpan.ofHex(text, VERSION_END + 1, TRACE_ID_END + 1, flags & flagMask, state);
      return span === undefined ? context : contextWithSpan(context, span);
    },
  };
}

/**
 * The flags if the text has the grammar of a `traceparent`, ids apart, otherwise -1. Later versions may go on behind a
 * hyphen; version `ff` is forbidden.
 */
function flagsOf(text: string): number {
  const { length } = text;
  if (length < FLAGS_END) return -1;
  const version = int8OfLowerHex(text, 0);
  const isGrammatical =
    version >= 0 &&
    version !== 255 &&
    text.charCodeAt(VERSION_END) === HYPHEN &&
    text.charCodeAt(TRACE_ID_END) === HYPHEN &&
    text.charCodeAt(PARENT_ID_END) === HYPHEN &&
    (length === FLAGS_END || (text.charCodeAt(FLAGS_END) === HYPHEN && version > 0));
  return isGrammatical ? int8OfLowerHex(text, PARENT_ID_END + 1) : -1;
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
