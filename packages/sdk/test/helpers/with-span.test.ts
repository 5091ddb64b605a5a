import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';
import { addBusinessContext, markAsError, traceDatabase, traceExternalCall, withSpan } from '../../src/index.ts';
import { useOfficialProvider } from './official-provider.ts';

const finished = useOfficialProvider();

describe('withSpan', () => {
  test('gives the result, and the span is active inside and ended after', () => {
    const result = withSpan('sum', (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      return 1 + 2;
    });
    expect(result).toBe(3);
    expect(finished().map((span) => span.name)).toEqual(['sum']);
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  test('a promise ends the span when it settles, before the caller goes on', async () => {
    let release = (): void => {};
    const waiting = withSpan('wait', () => new Promise<string>((resolve) => (release = () => resolve('done'))));
    expect(finished()).toHaveLength(0);
    release();
    expect(await waiting).toBe('done');
    expect(finished()).toHaveLength(1);
  });

  test('nested spans are parent and child across an await', async () => {
    await withSpan('outer', async () => {
      await Promise.resolve();
      withSpan('inner', { kind: SpanKind.CLIENT, attributes: { a: 1 } }, () => {});
    });
    const [inner, outer] = finished();
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(inner?.kind).toBe(SpanKind.CLIENT);
    expect(inner?.attributes).toEqual({ a: 1 });
  });

  test.each([
    [
      'thrown',
      () =>
        withSpan('fail', () => {
          throw new RangeError('too far');
        }),
    ],
    ['rejected', () => withSpan('fail', async () => Promise.reject(new RangeError('too far')))],
  ])('an error %s is recorded and passed on', async (_how, run) => {
    await expect(async () => run()).rejects.toThrow(new RangeError('too far'));
    const [span] = finished();
    expect(span?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'too far' });
    expect(span?.attributes['error.type']).toBe('RangeError');
    expect(span?.events.map((event) => event.name)).toEqual(['exception']);
  });

  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const unreadable = (key: string): Error =>
    Object.defineProperty(new Error('broke'), key, {
      get: () => {
        throw new Error('not this one');
      },
    });
  test.each<[string, unknown]>([
    ['an error whose code throws', unreadable('code')],
    ['an error whose name throws', unreadable('name')],
    ['an error whose message throws', unreadable('message')],
    ['an error whose stack throws', unreadable('stack')],
    ['a revoked proxy', revoked.proxy],
  ])('%s is passed on as it is, and the span ends', async (_, given) => {
    const caught = (error: unknown): boolean => error === given;
    const fail = (): never => {
      throw given;
    };
    let isSame = false;
    try {
      withSpan('fail', fail);
    } catch (error) {
      isSame = caught(error);
    }
    expect(isSame).toBe(true);
    expect(await withSpan('fail', async () => fail()).then(() => false, caught)).toBe(true);
    expect(finished().map(({ status }) => status.code)).toEqual([SpanStatusCode.ERROR, SpanStatusCode.ERROR]);
  });

  test('what is no promise because it cannot be read is given back, and the span ends', () => {
    const result = revoked.proxy;
    expect(withSpan('odd', () => result)).toBe(result);
    expect(finished()).toHaveLength(1);
  });

  test('anything can be thrown', () => {
    const strange = Object.create(null) as object;
    let thrown: unknown;
    try {
      withSpan('fail', () => {
        // eslint-disable-next-line no-throw-literal, typescript/only-throw-error -- other libraries do
        throw strange;
      });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBe(strange);
    expect(finished()[0]?.attributes['error.type']).toBe('_OTHER');
  });
});

describe('markAsError', () => {
  test('takes a message, keeps the code of an error as its type, and ignores the absence of a span', () => {
    markAsError(new Error('nobody listens'));
    withSpan('a', () => markAsError('out of stock'));
    withSpan('b', () =>
      markAsError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), undefined, { tries: 2 }),
    );
    const [a, b] = finished();
    expect(a?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'out of stock' });
    expect(a?.events).toHaveLength(0);
    expect(b?.attributes).toEqual({ 'error.type': 'ECONNREFUSED', tries: 2 });
  });
});

test('traceDatabase: a CLIENT span with the stable attributes', async () => {
  const rows = await traceDatabase(
    { system: 'postgresql', statement: ' select * from orders where id = $1', collection: 'orders', namespace: 'shop' },
    async () => Promise.resolve([1]),
  );
  expect(rows).toEqual([1]);
  const [span] = finished();
  expect([span?.name, span?.kind]).toEqual(['database.query', SpanKind.CLIENT]);
  expect(span?.attributes).toEqual({
    'db.system.name': 'postgresql',
    'db.query.text': ' select * from orders where id = $1',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'orders',
    'db.namespace': 'shop',
  });
});

test.each([4096, 4097])('traceDatabase: a statement of %d characters', (length) => {
  traceDatabase('x'.repeat(length), () => {});
  expect(finished()[0]?.attributes['db.query.text']).toHaveLength(4096);
});

test('traceExternalCall: a CLIENT span named after service and operation', () => {
  expect(traceExternalCall('billing', 'charge', () => 7, { currency: 'EUR' })).toBe(7);
  const [span] = finished();
  expect([span?.name, span?.kind]).toEqual(['external.billing.charge', SpanKind.CLIENT]);
  expect(span?.attributes).toEqual({ 'peer.service': 'billing', currency: 'EUR' });
});

test('addBusinessContext: known names and business.*', () => {
  addBusinessContext({ userId: 'nobody' });
  withSpan('order', () => {
    addBusinessContext({ userId: 'u1', sessionId: 's1', tenantId: 't1', plan: 'gold', seats: 3, empty: undefined });
  });
  expect(finished()[0]?.attributes).toEqual({
    'user.id': 'u1',
    'session.id': 's1',
    'tenant.id': 't1',
    'business.plan': 'gold',
    'business.seats': 3,
  });
});
