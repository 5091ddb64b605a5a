import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { traced, withSpan } from '../../src/index.ts';
import { useOfficialProvider } from './official-provider.ts';

const finished = useOfficialProvider();
const names = (): string[] => finished().map((span) => span.name);

/** As Knex and Mongoose have them: built step by step, run when somebody calls `then`. */
class Query implements PromiseLike<string> {
  readonly conditions: string[] = [];
  runs = 0;

  where(condition: string): this {
    this.conditions.push(condition);
    return this;
  }

  // eslint-disable-next-line unicorn/no-thenable -- it is what is tested
  async then<A = string, B = never>(
    done?: ((rows: string) => A | PromiseLike<A>) | null,
    failed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.runs++;
    const rows = this.conditions.includes('wrong')
      ? Promise.reject(new RangeError('no such column'))
      : Promise.resolve(this.conditions.join(' and '));
    return rows.then(done, failed);
  }

  /** Not by its own `then`, as Prisma and Mongoose do it. */
  async catch<B>(failed: (error: unknown) => B): Promise<string | B> {
    return new Query().where(this.conditions.join(' and ')).then(undefined, failed);
  }
}

describe('a lazy thenable', () => {
  test('is given back itself, not started, and ends the span when it settles, before the caller goes on', async () => {
    const query = new Query();
    const given = withSpan('find', () => query.where('a'));
    expect(given).toBe(query);
    expect([query.runs, names(), Object.keys(query)]).toEqual([0, [], ['conditions', 'runs']]);
    expect(await given.where('b')).toBe('a and b');
    expect([query.runs, names()]).toEqual([1, ['find']]);
    expect(await query).toBe('a and b');
    expect(names()).toEqual(['find']);
  });

  test('that fails marks the span', async () => {
    await expect(async () => withSpan('find', () => new Query().where('wrong'))).rejects.toThrow('no such column');
    expect(finished()[0]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no such column' });
  });

  test('that fails is seen to without a callback for failures, and fails what its then gives', async () => {
    const given = withSpan('find', () => new Query().where('wrong'));
    expect(await given.then(String).catch((error: unknown) => [String(error), names()])).toEqual([
      'RangeError: no such column',
      ['find'],
    ]);
    expect(finished()[0]?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test('is given no callback for failures that its caller has none of', async () => {
    const job = new EventEmitter();
    const thenable = {
      // eslint-disable-next-line unicorn/no-thenable -- it is what is tested
      then(done: () => void, failed?: (error: unknown) => void): void {
        job.once('end', done);
        job.once('error', (error) => failed?.(error));
      },
    };
    withSpan('job', () => thenable).then(() => {});
    job.emit('error', new Error('broke'));
    await turn();
    expect(names()).toEqual(['job']);
  });

  test('ends the spans of all calls that gave it, however many', async () => {
    const where = traced((query: Query, condition: string) => query.where(condition), { name: 'where' });
    const query = new Query();
    for (let i = 0; i < 10_000; i++) where(query, 'a');
    expect(names()).toEqual([]);
    await query;
    expect(names()).toHaveLength(10_000);
  });

  test('that nobody awaits ends the span with the turn, and is no part of it later', async () => {
    const query = withSpan('build', () => new Query().where('a'));
    await Promise.resolve();
    expect(names()).toEqual([]);
    await turn();
    expect([query.runs, names()]).toEqual([0, ['build']]);
    expect(await withSpan('again', () => query)).toBe('a');
    expect(names()).toEqual(['build', 'again']);
  });

  test('whose catch does not call then is watched too', async () => {
    const query = withSpan('find', () => new Query().where('wrong'));
    await turn();
    expect(await withSpan('caught', () => query).catch((error: unknown) => String(error))).toBe(
      'RangeError: no such column',
    );
    expect(names()).toEqual(['find', 'caught']);
    expect(finished()[1]?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test.each<[string, object]>([
    // eslint-disable-next-line unicorn/no-thenable -- it is what is tested
    ['throws', { then: () => raise(new Error('then')) }],
    // eslint-disable-next-line unicorn/no-thenable -- as above
    ['throws when it is read', Object.defineProperty({}, 'then', { get: () => raise(new Error('then')) })],
  ])('whose then %s fails the caller alone', async (_how, thenable) => {
    const given = withSpan('bad', () => thenable);
    expect(given).toBe(thenable);
    await expect(async () => given).rejects.toThrow('then');
    await turn();
    expect(names()).toEqual(['bad']);
  });

  test.each([
    ['takes no property', Object.freeze(new Query())],
    ['has a getter that throws', Object.defineProperty(new Query(), 'catch', { get: () => raise(new Error('no')) })],
  ])('that %s ends the span at once', (_how, query) => {
    expect(withSpan('odd', () => query)).toBe(query);
    expect(names()).toEqual(['odd']);
  });
});

class Job<T> extends Promise<T> {
  readonly #id = 3;
  id(): number {
    return this.#id;
  }
}

describe('a promise', () => {
  test.each<[string, (run: Promise<string>) => Promise<string>]>([
    ['with properties of its own', (run) => Object.assign(run, { pid: 7 })],
    ['of a class of its own', (run) => new Job((resolve, reject) => void run.then(resolve, reject))],
  ])('%s is watched whether or not somebody waits for it yet', async (_how, promiseOf) => {
    const [good, bad] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    const given = withSpan('good', () => promiseOf(good.promise));
    const refused = withSpan('outer', () => withSpan('bad', () => promiseOf(bad.promise)));
    await turn();
    expect(names()).toEqual([]);
    const seen = given.then((value) => [value, ...names()]);
    good.resolve('done');
    expect(await seen).toEqual(['done', 'good']);
    bad.reject(new RangeError('refused'));
    expect(await refused.catch((error: unknown) => [String(error), ...names()])).toEqual([
      'RangeError: refused',
      'good',
      'bad',
      'outer',
    ]);
    const { UNSET, ERROR } = SpanStatusCode;
    expect(finished().map(({ status }) => status.code)).toEqual([UNSET, ERROR, ERROR]);
  });

  test('of a class that makes no others of its like ends the span at once', async () => {
    class Single extends Promise<string> {
      constructor() {
        super((resolve) => resolve('done'));
      }
    }
    const single = new Single();
    expect([withSpan('single', () => single) === single, names()]).toEqual([true, ['single']]);
  });

  test('with properties of its own is given back itself', async () => {
    const running = Promise.withResolvers<string>();
    const child = Object.assign(running.promise, { pid: 7 });
    const given = withSpan('run', () => child);
    expect(given).toBe(child);
    expect([given.pid, Object.keys(given)]).toEqual([7, ['pid']]);
    running.resolve('done');
    expect(names()).toEqual([]);
    expect(await given).toBe('done');
    expect(names()).toEqual(['run']);
    expect(Object.getPrototypeOf(given.then(String))).toBe(Promise.prototype);
  });

  test('of a class of its own is given back itself', async () => {
    const job = new Job<string>((resolve) => resolve('done'));
    const given = withSpan('job', () => job);
    expect([given === job, given.id(), await given, names()]).toEqual([true, 3, 'done', ['job']]);
  });

  const refused = new Error('refused');
  test.each<[string, () => Promise<never>, Error[]]>([
    ['plain', () => Promise.reject(refused), [refused]],
    // Whether somebody handles it cannot be known.
    ['with properties', () => Object.assign(Promise.reject(refused), { pid: 7 }), []],
    ['of a class of its own', () => new Job((_resolve, reject) => reject(refused)), []],
  ])('%s: no rejection that somebody handles is reported', async (_how, reject, reports) => {
    const reported: unknown[] = [];
    // Vitest has its own listeners, which would fail the run.
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', (reason) => reported.push(reason));
    try {
      const handled = withSpan('handled', reject);
      await expect(async () => handled).rejects.toThrow('refused');
      const late = withSpan('late', reject);
      for (let i = 0; i < 10; i++) await Promise.resolve();
      expect(await late.catch(String)).toBe('Error: refused');
      await turn();
      expect(reported).toEqual([]);
      const before = reject();
      before.catch(() => {});
      if (reports.length === 0) void withSpan('before', () => before);
      else await withSpan('before', () => before).catch(() => {});
      await turn();
      expect(reported).toEqual([]);
      void withSpan('outer', () => withSpan('unhandled', reject));
      await turn();
      await turn();
      expect(reported).toEqual(reports);
      expect(names()).toEqual(['handled', 'late', 'before', 'unhandled', 'outer']);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of others) process.on('unhandledRejection', listener);
    }
  });
});

function raise(error: Error): never {
  throw error;
}
