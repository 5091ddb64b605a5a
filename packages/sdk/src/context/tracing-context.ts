import { type Context, createContextKey, ROOT_CONTEXT, type Span } from '@opentelemetry/api';

/*
 * The keys of `@opentelemetry/api` (trace/context-utils) and of the official core (trace/suppress-tracing). They are not
 * exported, but `createContextKey` is `Symbol.for` from 1.9 on, so asking for the same text gives the same key.
 */
export const SPAN_KEY: symbol = createContextKey('OpenTelemetry Context Key SPAN');
export const SUPPRESS_TRACING_KEY: symbol = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/** Values of other keys, each key once. */
interface OtherValue {
  readonly key: symbol;
  readonly value: unknown;
  readonly next: OtherValue | undefined;
}

/**
 * An immutable context whose active span is a field: another span makes one small object, whatever else the context
 * holds. What is not found here is looked for in `base`, a context of another kind.
 */
export class TracingContext implements Context {
  readonly span: Span | undefined;
  readonly suppressed: unknown;
  private readonly others: OtherValue | undefined;
  private readonly base: Context | undefined;

  constructor(span: Span | undefined, suppressed: unknown, others: OtherValue | undefined, base: Context | undefined) {
    this.span = span;
    this.suppressed = suppressed;
    this.others = others;
    this.base = base;
  }

  getValue(key: symbol): unknown {
    if (key === SPAN_KEY) return this.span;
    if (key === SUPPRESS_TRACING_KEY) return this.suppressed;
    for (let other = this.others; other !== undefined; other = other.next) if (other.key === key) return other.value;
    return this.base?.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    // Only `trace.setSpan` knows this key, and it takes a span.
    if (key === SPAN_KEY) return this.withSpan(value as Span | undefined);
    if (key === SUPPRESS_TRACING_KEY) return new TracingContext(this.span, value, this.others, this.base);
    return new TracingContext(this.span, this.suppressed, { key, value, next: without(this.others, key) }, this.base);
  }

  deleteValue(key: symbol): Context {
    if (key === SPAN_KEY || key === SUPPRESS_TRACING_KEY) return this.setValue(key, undefined);
    if (this.getValue(key) === undefined) return this;
    // A value of the base cannot be taken from it, only hidden.
    if (this.base?.getValue(key) !== undefined) return this.setValue(key, undefined);
    return new TracingContext(this.span, this.suppressed, without(this.others, key), this.base);
  }

  withSpan(span: Span | undefined): TracingContext {
    return new TracingContext(span, this.suppressed, this.others, this.base);
  }
}

function without(others: OtherValue | undefined, key: symbol): OtherValue | undefined {
  if (!has(others, key)) return others;
  if (others?.key === key) return others.next;
  return others === undefined ? undefined : { ...others, next: without(others.next, key) };
}

function has(others: OtherValue | undefined, key: symbol): boolean {
  for (let other = others; other !== undefined; other = other.next) if (other.key === key) return true;
  return false;
}

const EMPTY: TracingContext = new TracingContext(undefined, undefined, undefined, undefined);

/**
 * What is active where nothing is. Not the API's `ROOT_CONTEXT`: `trace.setSpan` on that makes a context that copies a map
 * with every value, and so would all contexts of a request that an instrumentation begins.
 */
export const EMPTY_CONTEXT: Context = EMPTY;

/** As `trace.setSpan`; what is set on the result later copies no maps, whatever `context` is. */
export function contextWithSpan(context: Context, span: Span): Context {
  if (context instanceof TracingContext) return context.withSpan(span);
  if (context === ROOT_CONTEXT) return EMPTY.withSpan(span);
  return new TracingContext(span, context.getValue(SUPPRESS_TRACING_KEY), undefined, context);
}
