import { type Attributes, context, type SpanKind, trace } from '@opentelemetry/api';
import { callingModule } from './calling-module.ts';
import { type ArgumentLimits, capturedArguments, DEFAULT_ARGUMENT_LIMITS } from './captured-arguments.ts';
import { HELPER_SCOPE, settle } from './settle.ts';
import { type ActiveSpan, isGeneratorFunction, tracedGenerator } from './traced-generator.ts';

export interface TracedOptions {
  /** The span's name; default: the function's, for a method `Class.method`. */
  readonly name?: string;
  readonly kind?: SpanKind;
  /** `function.module`; default: the file that called `traced`, relative to the working directory. */
  readonly module?: string;
  /** Added to each span. */
  readonly attributes?: Attributes;
  /**
   * Records `function.args.<key>`. A list names the positional arguments (`['orderId', 'options']`); `true` records the
   * entries of arguments that are plain objects. Names that look like secrets are never recorded. Default: none.
   */
  readonly captureArguments?: boolean | readonly string[];
  readonly argumentLimits?: Partial<ArgumentLimits>;
}

/** A function of whatever type: `never` parameters accept every one. */
export type AnyFunction = (...args: never[]) => unknown;
export type TracedMethodDecorator = <M extends AnyFunction>(method: M, decorated: ClassMethodDecoratorContext) => M;

const wrappers = new WeakSet<object>();

/** Whether `fn` came from `tracedFunction`. */
export function isTraced(fn: AnyFunction): boolean {
  return wrappers.has(fn);
}

/** `Class` of an instance, or of a static method's receiver. */
function className(receiver: unknown): string | undefined {
  if (typeof receiver === 'function') return receiver.name;
  if (typeof receiver !== 'object' || receiver === null) return undefined;
  const constructor: unknown = Reflect.get(receiver, 'constructor');
  return typeof constructor === 'function' ? constructor.name : undefined;
}

/** The wrapper itself. With `methodName` the function is a method, and its spans are named after the receiver's class. */
export function tracedFunction<F extends AnyFunction>(
  fn: F,
  options: TracedOptions,
  module: string | undefined,
  methodName?: string,
): F {
  const captured = options.captureArguments ?? false;
  const limits: ArgumentLimits = { ...DEFAULT_ARGUMENT_LIMITS, ...options.argumentLimits };
  const ownName = methodName ?? (fn.name === '' ? 'anonymous' : fn.name);
  const kind = options.kind === undefined ? undefined : { kind: options.kind };

  const start = (receiver: unknown, args: readonly unknown[]): ActiveSpan => {
    const owner = methodName === undefined ? undefined : className(receiver);
    const functionName = owner === undefined || owner === '' ? ownName : `${owner}.${ownName}`;
    const attributes: Attributes = { ...options.attributes, 'function.name': functionName };
    if (module !== undefined) attributes['function.module'] = module;
    attributes['function.args.count'] = args.length;
    if (captured !== false) Object.assign(attributes, capturedArguments(args, captured, limits));
    const parent = context.active();
    const tracer = trace.getTracer(HELPER_SCOPE);
    const span = tracer.startSpan(options.name ?? functionName, { ...kind, attributes }, parent);
    return { span, spanContext: trace.setSpan(parent, span) };
  };

  const run = <R>(receiver: unknown, args: readonly unknown[], work: () => R): R => {
    const { span, spanContext } = start(receiver, args);
    return settle(span, () => context.with(spanContext, work));
  };
  const isGenerator = isGeneratorFunction(fn);
  // A proxy: whatever else the function is, its properties and its prototype among it, goes on.
  const wrapper = new Proxy(fn, {
    apply(_fn, receiver: unknown, args: never[]): unknown {
      if (!isGenerator) return run(receiver, args, () => Reflect.apply(fn, receiver, args));
      // A generator function gives one.
      return tracedGenerator(Reflect.apply(fn, receiver, args) as Generator, () => start(receiver, args));
    },
    // Only for what has a constructor.
    construct: (_fn, args: never[], newTarget) =>
      run(undefined, args, () => Reflect.construct(fn, args, newTarget) as object),
  });
  wrappers.add(wrapper);
  return wrapper;
}

/** @throws TypeError for whatever is decorated and is no method */
function nameOfMethod(decorated: unknown): string {
  if (typeof decorated !== 'object' || decorated === null || !('kind' in decorated) || !('name' in decorated)) {
    throw new TypeError('@traced is a standard decorator: compile without experimentalDecorators');
  }
  const { kind, name } = decorated;
  if (kind === 'method') return String(name);
  if (kind === 'class') throw new TypeError('@traced decorates methods; for a class use @service');
  throw new TypeError(`@traced decorates methods, not the ${String(kind)} ${String(name)}`);
}

/**
 * Makes each call of a function or method a span, active while it runs, with `function.name`, `function.module`,
 * `function.args.count` and, on request, `function.args.<key>`. Errors mark the span and are thrown on. Synchronous and
 * asynchronous functions and generators; a generator's span lasts from its first step to its last.
 *
 * `traced(fn, options?)` gives the wrapped function, which is like `fn` in all else; `new` of it is a call, too. `@traced`
 * and `@traced({...})` decorate a method (standard decorators, as TypeScript compiles them without
 * `experimentalDecorators`).
 *
 * @throws TypeError for what is no function, and as a decorator of what is no method
 */
export function traced<F extends AnyFunction>(fn: F, options?: TracedOptions): F;
export function traced<M extends AnyFunction>(method: M, decorated: ClassMethodDecoratorContext): M;
export function traced(options: TracedOptions): TracedMethodDecorator;
export function traced(
  target: AnyFunction | TracedOptions,
  second: TracedOptions | ClassMethodDecoratorContext = {},
): AnyFunction | TracedMethodDecorator {
  // Without types, and as a decorator of something else, it is called with anything.
  if (typeof second !== 'object' || 'addInitializer' in second) {
    const name = nameOfMethod(second);
    return tracedFunction(target as AnyFunction, {}, callingModule(traced), name);
  }
  if (typeof target === 'function') return tracedFunction(target, second, second.module ?? callingModule(traced));
  if (typeof target !== 'object') throw new TypeError('traced(fn): fn is not a function');
  const module = target.module ?? callingModule(traced);
  const decorator: TracedMethodDecorator = (method, decorated) =>
    tracedFunction(method, target, module, nameOfMethod(decorated));
  return decorator;
}
