import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { afterAll, describe, expect, test } from 'vitest';
import { service, traced } from '../../src/index.ts';
import { moduleOfStack } from '../../src/helpers/calling-module.ts';
import { useOfficialProvider } from './official-provider.ts';

const finished = useOfficialProvider();
const names = (): string[] => finished().map((span) => span.name);

describe('traced(fn)', () => {
  test('a span per call, with the function, its module and the number of arguments', () => {
    const add = traced(function add(a: number, b: number): number {
      return a + b;
    });
    expect(add(1, 2)).toBe(3);
    expect([add.name, add.length]).toEqual(['add', 2]);
    expect(names()).toEqual(['add']);
    expect(finished()[0]?.attributes).toEqual({
      'function.name': 'add',
      'function.module': 'packages/sdk/test/helpers/traced.test.ts',
      'function.args.count': 2,
    });
  });

  test('keeps the receiver, takes a name, and passes on rejections', async () => {
    const account = {
      owner: 'Ada',
      pay: traced(
        async function pay(this: { owner: string }): Promise<never> {
          await Promise.resolve();
          throw new Error(`${this.owner} has no money`);
        },
        { name: 'account pay', module: 'accounts', attributes: { team: 'x' } },
      ),
    };
    await expect(account.pay()).rejects.toThrow('Ada has no money');
    const [span] = finished();
    expect(span?.name).toBe('account pay');
    expect(span?.status.code).toBe(SpanStatusCode.ERROR);
    expect(span?.attributes).toMatchObject({ team: 'x', 'function.name': 'pay', 'function.module': 'accounts' });
  });

  test('a generator: one span from the first step to the last, active in its body only', () => {
    const count = traced(function* count(to: number): Generator<number, string> {
      for (let i = 0; i < to; i++) {
        expect(trace.getActiveSpan()).toBeDefined();
        yield i;
      }
      return 'end';
    });
    const numbers = count(3);
    const seen: number[] = [];
    for (const number of numbers) {
      expect(trace.getActiveSpan()).toBeUndefined();
      expect(finished()).toHaveLength(0);
      seen.push(number);
    }
    expect(seen).toEqual([0, 1, 2]);
    expect(names()).toEqual(['count']);
    numbers.next();
    expect(finished()).toHaveLength(1);
  });

  test('a generator that is left early, fails, or is never begun', () => {
    const endless = traced(function* endless(): Generator<number> {
      for (let i = 0; ; i++) yield i;
    });
    for (const number of endless()) if (number === 2) break;
    expect(names()).toEqual(['endless']);
    const failing = traced(function* failing(): Generator<number> {
      yield 1;
      throw new Error('no more');
    });
    expect(() => [...failing()]).toThrow('no more');
    expect(finished()[1]?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no more' });
    endless();
    expect(finished()).toHaveLength(2);
  });

  test('an asynchronous generator', async () => {
    const pages = traced(async function* pages(): AsyncGenerator<string> {
      yield await Promise.resolve('a');
      expect(trace.getActiveSpan()).toBeDefined();
      yield 'b';
    });
    const seen: string[] = [];
    for await (const page of pages()) seen.push(page);
    expect(seen).toEqual(['a', 'b']);
    expect(names()).toEqual(['pages']);
  });
});

describe('traced(fn) is what the function is', () => {
  test('with its properties', () => {
    const counted = Object.assign(async () => Promise.resolve(counted.calls++), { calls: 0, prefetch: () => 'early' });
    const wrapped = traced(counted);
    void wrapped();
    wrapped.calls++;
    expect([counted.calls, wrapped.calls, wrapped.prefetch()]).toEqual([2, 2, 'early']);
    expect(Object.prototype.toString.call(wrapped)).toBe('[object AsyncFunction]');
  });

  test('with what it constructs, in a span', () => {
    class Account {
      readonly #owner: string;
      readonly active = trace.getActiveSpan() !== undefined;
      constructor(owner: string) {
        this.#owner = owner;
      }
      owner(): string {
        return this.#owner;
      }
      static of(owner: string): Account {
        return new this(owner);
      }
    }
    const Traced = traced(Account as never) as typeof Account;
    class Savings extends Traced {}
    for (const account of [new Traced('Ada'), new Savings('Ada'), Traced.of('Ada')]) {
      expect([account.owner(), account.active, account instanceof Account]).toEqual(['Ada', true, true]);
      expect(account).toBeInstanceOf(Traced);
    }
    expect(new Savings('Ada')).toBeInstanceOf(Savings);
    expect(names()).toEqual(['Account', 'Account', 'Account', 'Account']);
  });

  test('also where functions are constructors', () => {
    function Old(this: { name: string }, name: string): void {
      this.name = name;
    }
    Old.prototype.shout = function (this: { name: string }) {
      return this.name.toUpperCase();
    };
    const Traced = traced(Old as never) as new (name: string) => { shout(): string };
    expect(new Traced('ada').shout()).toBe('ADA');
    expect(new Traced('ada')).toBeInstanceOf(Old);
    expect(() => new (traced((() => {}) as never) as new () => object)()).toThrow('is not a constructor');
  });
});

describe('captured arguments', () => {
  const attributesOf = (call: () => unknown): Record<string, unknown> => {
    call();
    const all = finished().at(-1)?.attributes ?? {};
    return Object.fromEntries(Object.entries(all).filter(([key]) => /^function\.args\.(?!count)/.test(key)));
  };

  test('none unless asked for', () => {
    expect(attributesOf(() => traced((a: string) => a)('x'))).toEqual({});
  });

  test('by position, without what looks secret, at any depth', () => {
    const login = traced((..._args: unknown[]) => {}, {
      captureArguments: ['user', 'userPassword', 'options', 'apiKey', 'retries'],
    });
    const options = {
      sessionToken: 't',
      deep: { clientSecret: 's', city: 'Bern' },
      when: new Date(0),
      list: [1, 'two', null],
    };
    expect(attributesOf(() => login('ada', 'hunter2', options, 'k', 3))).toEqual({
      'function.args.user': 'ada',
      'function.args.options': '{"deep":{"city":"Bern"},"when":1970-01-01T00:00:00.000Z,"list":[1,"two",null]}',
      'function.args.retries': 3,
    });
  });

  test('true: the entries of plain objects only', () => {
    const order = traced((..._args: unknown[]) => {}, { captureArguments: true });
    expect(
      attributesOf(() => order('a password, perhaps', { orderId: 'o1', paid: true, PASSWORD: 'p' }, new Map())),
    ).toEqual({
      'function.args.orderId': 'o1',
      'function.args.paid': true,
    });
  });

  test.each([
    [2, 2],
    [3, 2],
  ])('of %d arguments with a limit of 2, %d are recorded', (given, recorded) => {
    const fn = traced((_values: object) => {}, { captureArguments: true, argumentLimits: { maxArguments: 2 } });
    const values = Object.fromEntries(Array.from({ length: given }, (_, index) => [`a${index}`, index]));
    expect(Object.keys(attributesOf(() => fn(values)))).toHaveLength(recorded);
  });

  test('values are cut at the limit', () => {
    const fn = traced((..._values: unknown[]) => {}, {
      captureArguments: ['a', 'b', 'c'],
      argumentLimits: { maxValueLength: 5 },
    });
    expect(attributesOf(() => fn('12345', '123456', { some: { thing: 'x'.repeat(1e6) } }))).toEqual({
      'function.args.a': '12345',
      'function.args.b': '1234…',
      'function.args.c': '{"so…',
    });
  });

  test('neither getters, nor cycles, nor proxies disturb the call', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    const fn = traced((..._values: unknown[]) => 'done', { captureArguments: ['circle', 'hostile'] });
    const getter = {
      get value(): string {
        throw new Error('getter');
      },
    };
    expect(fn(circle, hostile, getter)).toBe('done');
    expect(attributesOf(() => fn(circle, getter))['function.args.circle']).toMatch(/^\{"name":"circle","self":\{/);
  });
});

describe('decorators, compiled by TypeScript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-decorators-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  // Node strips types and leaves decorators, which V8 does not know; tsc lowers them.
  const compiled = async (): Promise<typeof import('./fixtures/decorated.ts')> => {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
    const source = fileURLToPath(new URL('fixtures/decorated.ts', import.meta.url));
    const options = [
      '--target',
      'es2022',
      '--module',
      'esnext',
      '--noCheck',
      '--noResolve',
      '--ignoreConfig',
      '--outDir',
      folder,
    ];
    execFileSync(process.execPath, [tsc, source, ...options], { stdio: 'pipe' });
    return import(pathToFileURL(join(folder, 'decorated.js')).href);
  };

  test('@traced, @traced({...}) and @service({...})', async () => {
    const { decoratedClasses } = await compiled();
    const { Shop, Stock, Untouched } = decoratedClasses(traced, service);

    const shop = new Shop('corner');
    expect(await shop.order('o1', 2)).toBe('corner: o1 x 2');
    expect(Shop.open()).toBe('Shop');
    expect(shop.discount(10)).toBe(9);
    expect(names()).toEqual(['Shop.order', 'Shop.open', 'priced']);
    expect(finished()[0]?.attributes).toMatchObject({ 'function.name': 'Shop.order', 'function.args.count': 2 });
    expect(finished()[0]?.attributes['function.module']).toMatch(/decorated\.js$/);
    expect(finished()[2]?.attributes).toMatchObject({ 'function.args.price': 10 });

    const stock = new Stock();
    expect([stock.take(2), stock.left, Stock.create().left, stock.reserve()]).toEqual([8, 8, 10, 'reserved']);
    expect(names().slice(3)).toEqual(['Stock.take', 'Stock.create', 'reserving']);

    expect(new Untouched().work()).toBe('work');
    expect(finished()).toHaveLength(6);
  });

  // What compilers call the decorators with.
  const standard = (kind: string): never => ({ kind, name: 'x', addInitializer: () => {} }) as never;
  class Whole {
    readonly part = 1;
  }
  const accessor = { get: () => 1, set: () => {} };

  test.each([
    ['@traced class', () => traced(Whole as never, standard('class')), 'for a class use @service'],
    [
      '@traced field',
      () => traced(undefined as never, standard('field')),
      '@traced decorates methods, not the field x',
    ],
    ['@traced accessor x', () => traced(accessor as never, standard('accessor')), 'not the accessor x'],
    ['@traced get x', () => traced(accessor.get, standard('getter')), 'not the getter x'],
    ['@traced({}) field', () => traced({})(undefined as never, standard('field')), 'not the field x'],
    ['@traced({}) class', () => traced({})(Whole as never, standard('class')), 'for a class use @service'],
    ['@traced, legacy', () => traced({} as never, 'x' as never), 'without experimentalDecorators'],
    ['@traced static, legacy', () => traced(Whole as never, 'x' as never), 'without experimentalDecorators'],
    ['@traced({}), legacy', () => traced({})({} as never, 'x' as never), 'without experimentalDecorators'],
    ['traced(undefined)', () => traced(undefined as never), 'traced(fn): fn is not a function'],
    ['@service class', () => service(Whole as never), '@service() has parentheses'],
    ['@service() method', () => service()(accessor.get as never, standard('method')), 'for a method use @traced'],
    ['@service() static, legacy', () => service()(Whole as never, 'x' as never), 'for a method use @traced'],
    ['@service() method, legacy', () => service()({} as never, 'x' as never), 'for a method use @traced'],
  ])('%s says what to use', (_use, decorate, message) => {
    const mistake = expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(message) });
    expect(decorate).toThrow(mistake);
  });

  test('@service() of a class in the legacy way traces its methods', () => {
    class Stock {
      left(): number {
        return 1;
      }
    }
    service()(Stock, undefined as never);
    expect([new Stock().left(), names()]).toEqual([1, ['Stock.left']]);
  });
});

test.each([
  ['at Object.<anonymous> (/app/src/orders.ts:10:5)', 'src/orders.ts'],
  ['at async file:///app/src/a%20b.js:1:2', 'src/a b.js'],
  ['at f (/elsewhere/x.js:1:2)', '/elsewhere/x.js'],
  ['at f (node:internal/modules:1:2)\n at g (/app/node_modules/tslib/tslib.js:1:2)\n at h (/app/y.js:3:4)', 'y.js'],
  ['at eval (<anonymous>)', undefined],
  [undefined, undefined],
])('the module of a stack: %s', (stack, module) => {
  expect(moduleOfStack(stack, '/app')).toBe(module);
});
