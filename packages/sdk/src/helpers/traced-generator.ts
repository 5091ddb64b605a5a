import { type Context, context, type Span } from '@opentelemetry/api';
import { markAsError } from './settle.ts';

type AnyGenerator = Generator | AsyncGenerator;
export interface ActiveSpan {
  readonly span: Span;
  readonly spanContext: Context;
}

/** Whether calling `fn` makes a generator without running its body. */
export function isGeneratorFunction(fn: unknown): fn is (...args: never[]) => AnyGenerator {
  const tag = Object.prototype.toString.call(fn);
  return tag === '[object GeneratorFunction]' || tag === '[object AsyncGeneratorFunction]';
}

/**
 * A generator that runs each step of `inner` in a span that starts with the first step and ends when `inner` is done,
 * fails or is closed (`for` loops close what they leave). One that is neither finished nor closed leaves its span open.
 */
export function tracedGenerator<G extends AnyGenerator>(inner: G, start: () => ActiveSpan): G {
  let active: ActiveSpan | undefined;
  let ended = false;
  const end = (span: Span): void => {
    if (!ended) span.end();
    ended = true;
  };
  const step = (method: 'next' | 'return' | 'throw', args: unknown[]): unknown => {
    const { span, spanContext } = (active ??= start());
    const fail = (error: unknown): never => {
      if (!ended) markAsError(error, span);
      end(span);
      throw error;
    };
    const finish = (result: IteratorResult<unknown>): IteratorResult<unknown> => {
      if (result.done === true) end(span);
      return result;
    };
    let result: IteratorResult<unknown> | Promise<IteratorResult<unknown>>;
    try {
      // A generator has these three methods by definition; the arguments are its caller's.
      const call = inner[method] as (...values: unknown[]) => typeof result;
      result = context.with(spanContext, () => Reflect.apply(call, inner, args));
    } catch (error) {
      return fail(error);
    }
    return result instanceof Promise ? result.then(finish, fail) : finish(result);
  };
  // Inherits the generator's prototype, so `for`, iterator helpers and `instanceof` go on working.
  const outer = Object.create(Object.getPrototypeOf(inner) as object) as G;
  return Object.assign(outer, {
    next: (...args: unknown[]) => step('next', args),
    return: (...args: unknown[]) => step('return', args),
    throw: (...args: unknown[]) => step('throw', args),
  });
}
