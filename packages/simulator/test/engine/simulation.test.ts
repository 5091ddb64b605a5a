import { describe, expect, test } from 'vitest';
import { allOf, anyOf, Interrupt, type Process, SimEvent, Simulation, Store } from '../../src/index.ts';

describe('processes', () => {
  test('delays pass virtual time, and the value of a process goes to who waits for it', () => {
    const simulation = new Simulation();
    const log: string[] = [];
    function* child(): Process<string> {
      yield 5;
      log.push(`child at ${simulation.nowNano}`);
      return 'done';
    }
    function* parent(): Process {
      const task = simulation.spawn(child());
      yield 2;
      log.push(`parent at ${simulation.nowNano}`);
      yield task;
      log.push(`${task.value} at ${simulation.nowNano}`);
      // It has happened already, so no time passes.
      yield task;
      log.push(`again at ${simulation.nowNano}`);
    }
    simulation.spawn(parent());
    expect(simulation.run()).toBe(true);
    expect(log).toEqual(['parent at 2', 'child at 5', 'done at 5', 'again at 5']);
  });

  test('a failure is thrown into who waits, and out of run where nobody does', () => {
    const simulation = new Simulation();
    const log: unknown[] = [];
    function* failing(): Process {
      yield 1;
      throw new Error('broken');
    }
    function* waiting(): Process {
      try {
        yield simulation.spawn(failing());
      } catch (error) {
        log.push(error);
      }
    }
    simulation.spawn(waiting());
    simulation.run();
    expect(log).toEqual([new Error('broken')]);
    simulation.spawn(failing());
    expect(() => simulation.run()).toThrow('broken');
  });

  test('an interrupt ends a delay and a wait, and what was waited for is left alone', () => {
    const simulation = new Simulation();
    const log: string[] = [];
    const event = new SimEvent<void>();
    function* sleeper(name: string, command: number | SimEvent<void>): Process {
      try {
        yield command;
        log.push(`${name} woke`);
      } catch (error) {
        log.push(`${name}: ${error instanceof Interrupt ? String(error.reason) : 'other'} at ${simulation.nowNano}`);
        yield 10;
        log.push(`${name} went on at ${simulation.nowNano}`);
      }
    }
    const a = simulation.spawn(sleeper('a', 100));
    const b = simulation.spawn(sleeper('b', event));
    simulation.run(7);
    a.interrupt('stop');
    b.interrupt('enough');
    simulation.run();
    event.succeed();
    simulation.run();
    expect(log).toEqual(['a: stop at 7', 'b: enough at 7', 'a went on at 17', 'b went on at 17']);
    // An ended process is not interrupted.
    a.interrupt('late');
    simulation.run();
    expect(log).toHaveLength(4);
  });

  test('any of several events is the first, all of them is the last; a failed one fails both', () => {
    const simulation = new Simulation();
    const log: string[] = [];
    function* waiting(): Process {
      const [short, long] = [simulation.timeout(3), simulation.timeout(9)];
      const first = anyOf([long, short]);
      yield first;
      log.push(`${first.value === short ? 'short' : 'long'} at ${simulation.nowNano}`);
      yield allOf([short, long]);
      log.push(`all at ${simulation.nowNano}`);
      yield allOf([]);
      const broken = new SimEvent<void>();
      broken.fail(new Error('no'));
      for (const combined of [allOf([broken, long]), anyOf([broken, new SimEvent<void>()])]) {
        try {
          yield combined;
        } catch (error) {
          log.push(String(error));
        }
      }
    }
    simulation.spawn(waiting());
    simulation.run();
    expect(log).toEqual(['short at 3', 'all at 9', 'Error: no', 'Error: no']);
  });

  test('a cancelled timeout never happens; a second success is a bug', () => {
    const simulation = new Simulation();
    const timeout = simulation.timeout(5);
    timeout.cancel();
    simulation.run();
    expect(timeout.isPending).toBe(true);
    expect(() => timeout.value).toThrow('has not happened');
    timeout.succeed();
    expect(() => timeout.succeed()).toThrow('already');
    expect(() => simulation.timeout(Number.NaN)).toThrow(RangeError);
  });

  test('run stops at a time, after a number of steps, or when it is over', () => {
    const simulation = new Simulation();
    let ticks = 0;
    function* ticking(): Process {
      for (;;) {
        yield 10;
        ticks++;
      }
    }
    simulation.spawn(ticking());
    expect(simulation.run(35)).toBe(true);
    expect([ticks, simulation.nowNano]).toEqual([3, 35]);
    expect(simulation.run(1_000, 5)).toBe(false);
    expect(ticks).toBe(8);
    expect(simulation.run(1_000, 1_000, () => ticks === 20)).toBe(true);
    expect(simulation.nowNano).toBe(200);
  });
});

describe('stores', () => {
  test('takers are served in order; beyond the capacity nothing is taken', () => {
    const store = new Store<number>(2);
    const [first, second, third] = [store.take(), store.take(), store.take()];
    store.cancel(second);
    expect([1, 2, 3, 4, 5].map((item) => store.tryPut(item))).toEqual([true, true, true, true, false]);
    expect([first.value, second.isPending, third.value]).toEqual([1, true, 2]);
    expect([store.length, store.tryTake(), store.tryTake(), store.tryTake()]).toEqual([2, 3, 4, undefined]);
  });

  test('the order survives many items', () => {
    const store = new Store<number>();
    const taken: (number | undefined)[] = [];
    for (let i = 0; i < 1_000; i++) {
      store.tryPut(i);
      if (i % 3 === 0) taken.push(store.tryTake());
    }
    while (store.length > 0) taken.push(store.tryTake());
    expect(taken).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });
});
