import { type ContextManager, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import fc from 'fast-check';
import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';

import { AsyncContextManager } from '../../src/context/async-context-manager.ts';

const KEY = createContextKey('number');
const EVENTS = ['a', 'b'] as const;
const METHODS = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'] as const;

const event = fc.constantFrom(...EVENTS);
const context = fc.integer({ min: 0, max: 3 });
const listener = fc.integer({ min: 0, max: 7 });
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('bind' as const), context }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      event,
      listener,
      context,
      method: fc.constantFrom(...METHODS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      event,
      listener,
      method: fc.constantFrom('off', 'removeListener'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('clear' as const), event: fc.option(event, { nil: undefined }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('emit' as const), event, context }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('call' as const), context, boundTo: context }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Everything that can be seen of a program's run: calls with `this`, arguments and active context, results, counts. */
function run(manager: ContextManager, steps: readonly Step[]): readonly unknown[] {
  const seen: unknown[] = [];
  const emitter = new EventEmitter();
  const activeNumber = (): unknown => manager.active().getValue(KEY);
  const inContext = <R>(number: number, fn: () => R): R => manager.with(ROOT_CONTEXT.setValue(KEY, number), fn);
  const listeners = Array.from(
    { length: 8 },
    (_, number) =>
      function listen(this: unknown, ...args: unknown[]) {
        seen.push(['heard', number, args, this === emitter, activeNumber()]);
      },
  );
  // The official manager forgets a listener that is added twice, and then cannot remove it.
  const added = new Set<string>();
  for (const one of steps) {
    if (one.do === 'bind') {
      expect(manager.bind(ROOT_CONTEXT.setValue(KEY, one.context), emitter)).toBe(emitter);
    } else if (one.do === 'add') {
      const key = `${one.event} ${one.listener}`;
      if (added.has(key)) continue;
      added.add(key);
      seen.push(
        inContext(one.context, () => emitter[one.method](one.event, listeners[one.listener] ?? fail)) === emitter,
      );
    } else if (one.do === 'remove') {
      seen.push(emitter[one.method](one.event, listeners[one.listener] ?? fail) === emitter);
    } else if (one.do === 'clear') {
      if (one.event === undefined) emitter.removeAllListeners();
      else emitter.removeAllListeners(one.event);
    } else if (one.do === 'emit') {
      seen.push(inContext(one.context, () => emitter.emit(one.event, one.context, 'more')));
    } else {
      const bound = manager.bind(
        ROOT_CONTEXT.setValue(KEY, one.boundTo),
        function called(this: unknown, a: number, b: number) {
          return [this, a + b, activeNumber()];
        },
      );
      seen.push(
        inContext(one.context, () => bound.call('this', 1, 2)),
        bound.length,
        activeNumber(),
      );
    }
    seen.push(
      EVENTS.map((name) => emitter.listenerCount(name)),
      new Set(emitter.eventNames()),
    );
  }
  return seen;
}

function fail(): never {
  throw new Error('no such listener');
}

test('emitters and functions are bound as by the official context manager', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      expect(run(new AsyncContextManager(), steps)).toEqual(run(new AsyncLocalStorageContextManager(), steps));
    }),
    { numRuns: 500 },
  );
});
