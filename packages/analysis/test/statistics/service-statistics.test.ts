import { SpanKind, type Span } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dependencyEdges,
  errorFingerprint,
  healthScore,
  peerOf,
  serviceStatistics,
  transportOf,
} from '../../src/index.ts';
import { EPOCH_UNIX_NANO, MS, span, trace } from '../spans.ts';

const sound = { errorRate: 0, slowTraceShare: 0, errorTraceShare: 0, p95Nano: 0 };

describe('healthScore', () => {
  test('takes off what the formula says', () => {
    expect(healthScore(sound)?.score).toBe(100);
    const errors = [0.01, 0.03, 0.05, 0.06, 0.1, 1].map((errorRate) => healthScore({ ...sound, errorRate })?.score);
    expect(errors).toEqual([100, 95, 90, 85, 65, 65]);
    const p95 = [1, 2, 4, 8, 1_000].map((seconds) => healthScore({ ...sound, p95Nano: seconds * 1e9 })?.score);
    expect(p95).toEqual([100, 90, 80, 70, 70]);
    expect(healthScore({ ...sound, p95Nano: 2e8, p95ObjectiveNano: 1e8 })?.score).toBe(90);
    expect(healthScore({ ...sound, slowTraceShare: 0.1 })?.score).toBe(90);
    expect(healthScore({ errorRate: 1, slowTraceShare: 1, errorTraceShare: 1, p95Nano: 1e12 })).toEqual({
      score: 0,
      deductions: { errorRate: 35, p95: 30, slowTraces: 20, errorTraces: 15 },
    });
    expect(healthScore({ ...sound, p95Nano: Number.NaN })).toBeUndefined();
    expect(healthScore({ ...sound, p95Nano: 1, p95ObjectiveNano: 0 })?.score).toBe(70);
  });

  test('never rises when something gets worse', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const facts = fc.record({ errorRate: share, slowTraceShare: share, errorTraceShare: share, p95Nano: fc.nat() });
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const better = Object.fromEntries(
          Object.entries(a).map(([key, value]) => [key, Math.min(value, b[key as keyof typeof b])]),
        );
        const [worse, best] = [healthScore(a)?.score ?? -1, healthScore({ ...a, ...better })?.score ?? -1];
        expect(worse >= 0 && worse <= best && best <= 100).toBe(true);
      }),
    );
  });
});

describe('errorFingerprint', () => {
  const failed = (message: string, given: Partial<Span> = {}): Span => ({
    ...span(1, 'GET /user/7', 0, 1, { error: message }),
    ...given,
  });

  test('is the same for the same error of other users', () => {
    const a = errorFingerprint(failed('user 17 not found'), 'web');
    const b = errorFingerprint(failed('user 4711 not found', { name: 'GET /user/8' }), 'web');
    expect(a.id).toBe(b.id);
    expect(a.id).toMatch(/^[0-9a-f]{16}$/);
    expect(a).toMatchObject({
      message: 'user 17 not found',
      messageTemplate: 'user ? not found',
      operation: 'GET /user/?',
    });
    expect(errorFingerprint(failed('other'), 'web').id).not.toBe(a.id);
    expect(errorFingerprint(failed('user 17 not found'), 'api').id).not.toBe(a.id);
  });

  test('the exception says more than the status', () => {
    const attributes = new Map([
      ['exception.type', 'TypeError'],
      ['exception.message', 'x is undefined'],
    ]);
    const event = { timeUnixNano: 0n, name: 'exception', attributes, droppedAttributesCount: 0 };
    expect(errorFingerprint(failed('500', { events: [event] }), 'web')).toMatchObject({
      type: 'TypeError',
      message: 'x is undefined',
    });
  });
});

describe('peers and transports', () => {
  const of = (attributes: Record<string, string>, kind: SpanKind = SpanKind.CLIENT, name = 'call'): Span =>
    span(1, name, 0, 1, { kind, attributes });

  test('what a span says of whom it calls', () => {
    expect(peerOf(of({ 'peer.service': 'stripe', 'server.address': 'api.stripe.com' }))).toEqual({
      name: 'stripe',
      kind: 'service',
    });
    expect(peerOf(of({ 'external.service': 'maps' }, SpanKind.INTERNAL))).toEqual({ name: 'maps', kind: 'service' });
    expect(peerOf(of({}, SpanKind.INTERNAL, 'external.mail.send'))).toEqual({ name: 'mail', kind: 'external' });
    expect(peerOf(of({ 'db.system': 'postgresql', 'db.name': 'shop' }))).toEqual({
      name: 'postgresql/shop',
      kind: 'database',
    });
    expect(peerOf(of({ 'db.system.name': 'redis' }, SpanKind.INTERNAL))).toEqual({ name: 'redis', kind: 'database' });
    expect(peerOf(of({ 'messaging.destination.name': 'orders' }, SpanKind.PRODUCER))).toEqual({
      name: 'orders',
      kind: 'queue',
    });
    expect(peerOf(of({ 'server.address': 'example.com' }))).toEqual({ name: 'example.com', kind: 'external' });
    // A server's address is its own.
    expect(peerOf(of({ 'server.address': 'example.com' }, SpanKind.SERVER))).toBeUndefined();
    expect(peerOf(of({}))).toBeUndefined();
  });

  test('by which way', () => {
    expect(transportOf(of({ 'http.request.method': 'GET' }))).toBe('http');
    expect(transportOf(of({ 'http.request.method': 'POST', 'db.system': 'elasticsearch' }))).toBe('database');
    expect(transportOf(of({ 'rpc.system': 'grpc' }))).toBe('rpc');
    expect(transportOf(of({}, SpanKind.CONSUMER))).toBe('messaging');
    expect(transportOf(of({}))).toBe('unknown');
  });
});

const traces = [
  trace(
    span(1, 'GET /', 0, 1_500, { service: 'web' }),
    span(2, 'GET', 10, 100, {
      parent: 1,
      service: 'web',
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': 'GET' },
    }),
    span(3, 'serve', 20, 90, { parent: 2, service: 'cart', kind: SpanKind.SERVER, weight: 2, error: 'item 7 is gone' }),
    span(4, 'SELECT', 30, 80, {
      parent: 3,
      service: 'cart',
      kind: SpanKind.CLIENT,
      attributes: { 'db.system': 'postgresql' },
    }),
  ),
  trace(span(1, 'GET /', 5_000, 5_100, { trace: 2, service: 'web' })),
];

test('dependencyEdges: between services whatever their kinds, and to what has no spans', () => {
  const [toDatabase, toCart, ...others] = dependencyEdges(traces);
  expect(others).toEqual([]);
  expect(toDatabase).toMatchObject({
    caller: 'cart',
    callee: 'postgresql',
    calleeKind: 'database',
    callCount: 1,
    errorCount: 0,
    transports: ['database'],
  });
  expect(toCart).toMatchObject({
    caller: 'web',
    callee: 'cart',
    calleeKind: 'instrumented',
    callCount: 2,
    errorCount: 2,
    operations: [{ name: 'serve', callCount: 2 }],
    // The server's span says nothing; the client's does.
    transports: ['http'],
  });
  expect(toCart?.durations.average).toBe(70 * MS);
});

test('serviceStatistics: requests are entry spans, counts are weights', () => {
  const [cart, web, ...others] = serviceStatistics(traces);
  expect(others).toEqual([]);
  expect(cart).toMatchObject({
    service: 'cart',
    requestCount: 2,
    errorCount: 2,
    errorRate: 1,
    traceCount: 1,
    errorTraceCount: 1,
  });
  expect(cart?.errors).toMatchObject([
    {
      messageTemplate: 'item ? is gone',
      count: 2,
      firstUnixNano: EPOCH_UNIX_NANO + BigInt(20 * MS),
      samples: [{ traceId: traces[0]?.traceId, spanId: '0000000000000003', message: 'item 7 is gone' }],
    },
  ]);
  expect(web).toMatchObject({ service: 'web', requestCount: 2, errorCount: 0, traceCount: 2, slowTraceCount: 1 });
  expect(web?.operations).toMatchObject([{ operation: 'GET /', requestCount: 2 }]);
  expect(web?.slowTraces).toMatchObject([{ spanId: '0000000000000001', durationNano: 1_500 * MS }]);
  expect(web?.health?.deductions).toMatchObject({ errorRate: 0, slowTraces: 20, errorTraces: 0 });
  expect(serviceStatistics([])).toEqual([]);
  expect(serviceStatistics(traces, { slowNano: 1_500 * MS })[1]?.slowTraceCount).toBe(0);
});

test('of many slow traces the longest are listed, and all are counted', () => {
  const many = Array.from({ length: 400 }, (_, i) =>
    trace(span(1, 'GET /', 0, 2_000 + ((i * 7) % 400), { trace: i + 1 })),
  );
  const [shop] = serviceStatistics(many, { maxSlowTraces: 3 });
  expect(shop?.slowTraceCount).toBe(400);
  expect(shop?.slowTraces.map(({ durationNano }) => durationNano / MS)).toEqual([2_399, 2_398, 2_397]);
});
