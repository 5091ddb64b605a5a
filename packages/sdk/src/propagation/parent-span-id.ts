import { type Context, trace } from '@opentelemetry/api';

/** The parent's id of the context's span, if the span tells (as recording spans of ours and of the official SDK do). */
export function parentSpanId(context: Context): string | undefined {
  const span: unknown = trace.getSpan(context);
  if (typeof span !== 'object' || span === null || !('parentSpanContext' in span)) return undefined;
  const parent: unknown = span.parentSpanContext;
  if (typeof parent !== 'object' || parent === null || !('spanId' in parent)) return undefined;
  return typeof parent.spanId === 'string' ? parent.spanId : undefined;
}
