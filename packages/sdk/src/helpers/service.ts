import { runningTracing } from '../start/running-tracing.ts';
import { startTracing } from '../start/start-tracing.ts';
import type { StartTracingOptions } from '../start/tracing.ts';
import { callingModule } from './calling-module.ts';
import { type AnyFunction, isTraced, tracedFunction, type TracedOptions } from './traced.ts';

export interface ServiceOptions extends Omit<TracedOptions, 'name'> {
  /**
   * `false` leaves the class as it is. An object, as `startTracing` takes it, starts tracing unless it runs already: a
   * mistake in it is thrown where the class is defined. Default `true`.
   */
  readonly tracing?: boolean | StartTracingOptions;
}

// A class with whatever constructor: `never` parameters accept every one.
type AnyClass = abstract new (...args: never[]) => object;
export type ServiceDecorator = <C extends AnyClass>(target: C, decorated: ClassDecoratorContext<C>) => void;

/** A function that is no class: a class's `prototype` cannot be written. */
function isMethod(value: unknown): value is AnyFunction {
  if (typeof value !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype');
  return prototype === undefined || prototype.writable === true;
}

function traceMethods(holder: object, options: TracedOptions, module: string | undefined): void {
  for (const name of Reflect.ownKeys(holder)) {
    const property = Object.getOwnPropertyDescriptor(holder, name);
    if (name === 'constructor' || property === undefined || property.configurable !== true) continue;
    const value: unknown = property.value;
    if (!isMethod(value) || isTraced(value)) continue;
    Object.defineProperty(holder, name, { ...property, value: tracedFunction(value, options, module, String(name)) });
  }
}

/**
 * A class decorator that makes every call of a public method of the class, static ones included, a span as `@traced`
 * would. Left alone: accessors, private (`#name`) and inherited methods, fields, and methods already `@traced`.
 *
 * @throws TypeError as a decorator of what is no class
 */
export function service(options: ServiceOptions = {}): ServiceDecorator {
  if (typeof options === 'function') throw new TypeError('@service() has parentheses');
  const { tracing = true, ...traced } = options;
  const module = options.module ?? callingModule(service);
  return (target, decorated) => {
    // What `experimentalDecorators` makes of a class gives no context.
    const given: unknown = decorated;
    if (typeof target !== 'function' || (given !== undefined && decorated.kind !== 'class')) {
      throw new TypeError('@service decorates classes; for a method use @traced');
    }
    if (tracing === false) return;
    if (tracing !== true && runningTracing() === undefined) startTracing(tracing);
    traceMethods(target.prototype as object, traced, module);
    traceMethods(target, traced, module);
  };
}
