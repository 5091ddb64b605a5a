import { type Context, context, type Span, type SpanOptions, trace } from '@opentelemetry/api';
import { HELPER_SCOPE, settle } from './settle.ts';

export interface WithSpanOptions extends SpanOptions {
  /** The parent's context; default: the active one. */
  readonly parent?: Context;
}

/**
 * Runs `fn` inside a new active span and ends it when `fn` returns, throws, or its promise settles. Errors mark the span
 * and are thrown on. Gives what `fn` gives.
 */
export function withSpan<R>(name: string, fn: (span: Span) => R): R;
export function withSpan<R>(name: string, options: WithSpanOptions, fn: (span: Span) => R): R;
export function withSpan<R>(
  name: string,
  optionsOrFn: WithSpanOptions | ((span: Span) => R),
  maybeFn?: (span: Span) => R,
): R {
  const [options, fn] = typeof optionsOrFn === 'function' ? [{}, optionsOrFn] : [optionsOrFn, maybeFn];
  if (typeof fn !== 'function') throw new TypeError('withSpan(name, options, fn): fn is not a function');
  const parent = ('parent' in options ? options.parent : undefined) ?? context.active();
  const span = trace.getTracer(HELPER_SCOPE).startSpan(name, options, parent);
  return settle(span, () => context.with(trace.setSpan(parent, span), fn, undefined, span));
}
