import { type Context, createContextKey, type Span } from '@opentelemetry/api';

/*
 * The keys of `@opentelemetry/api` (trace/context-utils) and of the official core (trace/suppress-tracing). They are not
 * exported, but `createContextKey` is `Symbol.for` from 1.9 on, so asking for the same text gives the same key.
 */
export const SPAN_KEY: symbol = createContextKey('OpenTelemetry Context Key SPAN');
export const SUPPRESS_TRACING_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** An immutable context whose active span is a field: making one copies no map unless other keys are set. */
export class TracingContext implements Context {
  readonly span: Span | undefined;
  readonly suppressed: unknown;
  private readonly others: ReadonlyMap<symbol, unknown> | undefined;

  constructor(span: Span | undefined, suppressed: unknown, others: ReadonlyMap<symbol, unknown> | undefined) {
    this.span = span;
    this.suppressed = suppressed;
    this.others = others;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.span;
    if (key === SUPPRESS_TRACING_KEY) return this.suppressed;
    return this.others?.get(key);
  }

  setValue(key: symbol, value: unknown): Context {
    // Only `trace.setSpan` knows this key, and it takes a span.
    if (key === SPAN_KEY) return new TracingContext(value as Span | undefined, this.suppressed, this.others);
    if (key === SUPPRESS_TRACING_KEY) return new TracingContext(this.span, value, this.others);
    return new TracingContext(this.span, this.suppressed, new Map(this.others).set(key, value));
  }

  deleteValue(key: symbol): Context {
    if (key === SPAN_KEY || key === SUPPRESS_TRACING_KEY) return this.setValue(key, undefined);
    if (this.others?.has(key) !== true) return this;
    const others = new Map(this.others);
    others.delete(key);
    return new TracingContext(this.span, this.suppressed, others);
  }
}

export const EMPTY_CONTEXT: Context = new TracingContext(undefined, undefined, undefined);
