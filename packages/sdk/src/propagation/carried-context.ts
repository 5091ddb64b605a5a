import {
  type Context,
  createContextKey,
  type SpanContext,
  type TextMapGetter,
  trace,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';

import { contextWithSpan } from '../context/tracing-context.ts';
import { ForeignSpan, ofValidContext } from '../span/foreign-span.ts';
import { RecordingSpan } from '../span/recording-span.ts';
import { UnrecordedSpan } from '../span/unrecorded-span.ts';

/** The official SDK's key: `@opentelemetry/core` makes it by the same call, which answers the same symbol. */
const SUPPRESS_TRACING: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const DEBUG_REQUESTED: symbol = createContextKey('Throughline debug trace requested');

/** The span context to write, its ids in lower case; undefined: none, invalid, or tracing is suppressed. */
export function contextToInject(context: Context): SpanContext | undefined {
  if (context.getValue(SUPPRESS_TRACING) === true) return undefined;
  const span = trace.getSpan(context);
  if (span === undefined) return undefined;
  // The ids of our own spans are valid.
  if (span instanceof RecordingSpan || span instanceof UnrecordedSpan) return span.spanContext();
  return ofValidContext(span, inLowerCase);
}

/** Read once. The API lets upper case pass, which formats do not. */
function inLowerCase({ traceId, spanId, traceFlags, traceState, isRemote }: SpanContext): SpanContext {
  return {
    traceId: traceId.toLowerCase(),
    spanId: spanId.toLowerCase(),
    traceFlags,
    ...(isRemote === undefined ? {} : { isRemote }),
    ...(traceState === undefined ? {} : { traceState }),
  };
}

/** Whether a header asks that nothing be written. */
export function isSuppressed(context: Context): boolean {
  return context.getValue(SUPPRESS_TRACING) === true;
}

/** `context` with a remote parent; as it is if the ids are not 32 and 16 digits of lower-case hex, or all zeros. */
export function withRemoteParent(
  context: Context,
  traceId: string,
  spanId: string,
  traceFlags: number,
  traceState?: TraceState,
): Context {
  if (traceId.length !== 32 || spanId.length !== 16) return context;
  const span = ForeignSpan.ofHex(traceId + spanId, 0, 32, traceFlags, traceState);
  return span === undefined ? context : contextWithSpan(context, span);
}

/** Whether the caller asked for a debug trace: B3's flag, Jaeger's flag or its `jaeger-debug-id`. A rule may sample it. */
export function isDebugRequested(context: Context): boolean {
  return context.getValue(DEBUG_REQUESTED) === true;
}

export function withDebugRequested(context: Context): Context {
  return context.setValue(DEBUG_REQUESTED, true);
}

/** Sampled or not, as flags. */
export function flagsOf(sampled: boolean): number {
  return sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
}

/**
 * A header that must occur once: asked for in lower case, as Node and HTTP/2 give it, then as its authors write it.
 * Of several values the first counts.
 */
export function headerValue<Carrier>(
  carrier: Carrier,
  getter: TextMapGetter<Carrier>,
  name: string,
  writtenAs: string = name,
): string | undefined {
  let value = getter.get(carrier, name);
  if (value === undefined && writtenAs !== name) value = getter.get(carrier, writtenAs);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first.trim() : undefined;
}
