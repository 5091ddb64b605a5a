import { type Span, SpanKind, StatusCode } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import {
  FAULT_KINDS,
  parseScenario,
  planFault,
  RandomSource,
  rotateFaults,
  Simulator,
  type Truth,
} from '../../src/index.ts';
import { durationMs, everySecond, serviceOf, simulate, START } from '../simulate.ts';

/** A front that calls a cart with a cache, a pool and a database; a request every 100 ms for a minute. */
function system(faults: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    duration: '60s',
    network: { latency: '1ms' },
    hosts: { count: 4 },
    services: {
      front: { operations: { 'GET /cart': [{ work: '2ms' }, { call: 'cart shop.Cart/Get' }] } },
      cart: {
        replicas: 2,
        pools: { db: 2 },
        caches: { items: { keys: 1, ttl: '1h' } },
        operations: {
          'shop.Cart/Get': [
            { work: '10ms' },
            { query: 'SELECT * FROM carts WHERE id = ?', database: 'db' },
            { cache: 'items', miss: [{ query: 'SELECT * FROM items', database: 'db', latency: '20ms' }] },
          ],
        },
      },
      db: { database: 'postgresql', latency: '3ms' },
    },
    workload: everySecond('front GET /cart', '100ms'),
    faults,
  };
}

const WINDOW = { at: '20s', for: '20s' };
const FROM = START + 20_000_000_000n;
const TO = START + 40_000_000_000n;

interface Run {
  readonly spans: readonly Span[];
  readonly truth: Truth;
  /** Spans that the truth names. */
  readonly affected: readonly Span[];
  readonly others: readonly Span[];
}

function run(fault: Readonly<Record<string, unknown>>, change: Readonly<Record<string, unknown>> = {}): Run {
  const { spans, truth } = simulate({ ...system([{ ...WINDOW, ...fault }]), ...change });
  const [record] = truth;
  if (record === undefined) throw new Error('no truth');
  const isAffected = (span: Span): boolean => record.affected.get(span.traceId)?.has(span.spanId) === true;
  return {
    spans,
    truth: record,
    affected: spans.filter(isAffected),
    others: spans.filter((span) => !isAffected(span)),
  };
}

/** What every fault must satisfy: its truth says where and when, and its spans are there, within its window. */
function expectTruth({ truth, affected }: Run, expected: Partial<Truth>): void {
  expect(truth).toMatchObject({ startTimeUnixNano: FROM, endTimeUnixNano: TO, ...expected });
  const named = [...truth.affected.values()].reduce((sum, spans) => sum + spans.size, 0);
  expect(named).toBeGreaterThan(0);
  expect(affected).toHaveLength(named);
  expect(new Set(affected.map(({ traceId }) => traceId)).size).toBe(truth.affected.size);
  for (const span of affected) {
    expect(span.endTimeUnixNano).toBeGreaterThanOrEqual(FROM);
    // Nothing begins to be affected after the window.
    expect(span.startTimeUnixNano).toBeLessThan(TO);
  }
}

const ofCart = (spans: readonly Span[]): readonly Span[] =>
  spans.filter((span) => serviceOf(span) === 'cart' && span.kind === SpanKind.SERVER);
const slowest = (spans: readonly Span[]): number => Math.max(...spans.map(durationMs));
const fastest = (spans: readonly Span[]): number => Math.min(...spans.map(durationMs));

describe('each fault is in its truth and in the spans', () => {
  test('CPU contention: work takes longer on the service', () => {
    const result = run({ kind: 'cpu_contention', service: 'cart', factor: 8 });
    expectTruth(result, { kind: 'cpu_contention', service: 'cart' });
    expect(result.affected.every((span) => serviceOf(span) === 'cart')).toBe(true);
    // 10 ms of work become 80.
    expect(fastest(result.affected)).toBeGreaterThan(80);
    expect(slowest(ofCart(result.others))).toBeLessThan(50);
  });

  test('slow dependency: the database answers late', () => {
    const result = run({ kind: 'slow_dependency', service: 'db', delay: '300ms' });
    expectTruth(result, { kind: 'slow_dependency', service: 'db' });
    expect(result.affected.every(({ attributes }) => attributes.get('db.system.name') === 'postgresql')).toBe(true);
    expect(fastest(result.affected)).toBeGreaterThanOrEqual(300);
  });

  test('network delay: the client waits, the server does not take longer', () => {
    const result = run({ kind: 'network_delay', service: 'front', delay: '200ms' });
    expectTruth(result, { kind: 'network_delay' });
    expect(result.affected.every(({ kind }) => kind === SpanKind.CLIENT)).toBe(true);
    // There and back, but for the one that was under way when it began or ended.
    expect(fastest(result.affected)).toBeGreaterThan(200);
    expect(slowest(result.affected)).toBeGreaterThan(400);
    expect(slowest(ofCart(result.spans))).toBeLessThan(60);
  });

  test('error return: the answer is an error, without an exception', () => {
    const result = run({ kind: 'error_return', service: 'cart', error_rate: 1 });
    expectTruth(result, { kind: 'error_return' });
    for (const span of result.affected) {
      expect(span.status.code).toBe(StatusCode.ERROR);
      expect(span.attributes.get('rpc.response.status_code')).toBe('INTERNAL');
      expect(span.events).toEqual([]);
    }
    expect(result.affected.length).toBeGreaterThanOrEqual(199);
  });

  test('exception: recorded where it was thrown, an error of the callers', () => {
    const result = run({ kind: 'exception', service: 'cart', operation: 'shop.Cart/Get', error_rate: 0.5 });
    expectTruth(result, { kind: 'exception', operation: 'shop.Cart/Get' });
    for (const { events, attributes } of result.affected) {
      expect(events[0]?.name).toBe('exception');
      expect(attributes.get('error.type')).toBe('IllegalStateException');
    }
    const roots = result.spans.filter(
      ({ parentSpanId, status }) => parentSpanId === '' && status.code === StatusCode.ERROR,
    );
    expect(new Set(roots.map(({ traceId }) => traceId))).toEqual(new Set(result.truth.affected.keys()));
  });

  test('memory pause: all work of the replicas stops and goes on', () => {
    // Requests must be at work when a pause begins.
    const result = run(
      { kind: 'memory_pause', service: 'cart', delay: '400ms', every: '1s' },
      { workload: everySecond('front GET /cart', '7ms') },
    );
    expectTruth(result, { kind: 'memory_pause' });
    expect(slowest(result.affected)).toBeGreaterThan(400);
    // What came after a pause may have waited for the database.
    expect(slowest(ofCart(result.others))).toBeLessThan(400);
  });

  test('N+1: one query becomes many', () => {
    const result = run({ kind: 'n_plus_one', service: 'cart', operation: 'shop.Cart/Get', factor: 25 });
    expectTruth(result, { kind: 'n_plus_one' });
    const queries = new Map<string, number>();
    for (const { parentSpanId, name } of result.spans) {
      if (name === 'SELECT carts') queries.set(parentSpanId, (queries.get(parentSpanId) ?? 0) + 1);
    }
    expect(new Set(result.affected.map(({ spanId }) => queries.get(spanId)))).toEqual(new Set([25]));
    expect(new Set(ofCart(result.others).map(({ spanId }) => queries.get(spanId)))).toEqual(new Set([1]));
  });

  test('retry storm: callers come back at once, many times', () => {
    const result = run({ kind: 'retry_storm', service: 'cart', factor: 6, error_rate: 1 });
    expectTruth(result, { kind: 'retry_storm' });
    const attempts = new Map<string, number>();
    for (const span of result.spans) {
      if (serviceOf(span) !== 'front' || span.kind !== SpanKind.CLIENT) continue;
      attempts.set(span.traceId, (attempts.get(span.traceId) ?? 0) + 1);
    }
    expect(Math.max(...attempts.values())).toBe(6);
    expect(Math.min(...attempts.values())).toBe(1);
    expect(result.affected.some(({ kind }) => kind === SpanKind.CLIENT)).toBe(true);
    expect(result.affected.some(({ kind }) => kind === SpanKind.SERVER)).toBe(true);
  });

  test('pool exhaustion: requests wait for a connection', () => {
    const result = run({ kind: 'pool_exhaustion', service: 'cart', resource: 'db', delay: '500ms', every: '2s' });
    expectTruth(result, { kind: 'pool_exhaustion', resource: 'db' });
    expect(slowest(result.affected)).toBeGreaterThan(400);
    expect(slowest(ofCart(result.others))).toBeLessThan(60);
  });

  test('a lock that is held is the same kind', () => {
    const result = run(
      { kind: 'pool_exhaustion', service: 'cart', resource: 'stock', delay: '500ms', every: '2s' },
      {
        services: {
          front: { operations: { 'GET /cart': [{ call: 'cart shop.Cart/Get' }] } },
          cart: { operations: { 'shop.Cart/Get': [{ lock: 'stock', steps: [{ work: '1ms' }] }] } },
        },
      },
    );
    expectTruth(result, { kind: 'pool_exhaustion', resource: 'stock' });
    expect(slowest(result.affected)).toBeGreaterThan(400);
  });

  test('cache stampede: every request asks the database', () => {
    const result = run({ kind: 'cache_stampede', service: 'cart', resource: 'items' });
    expectTruth(result, { kind: 'cache_stampede', resource: 'items' });
    const missed = new Set(
      result.spans.filter(({ name }) => name === 'SELECT items').map(({ parentSpanId }) => parentSpanId),
    );
    expect(result.affected.every(({ spanId }) => missed.has(spanId))).toBe(true);
    // The first request ever misses, too.
    expect(ofCart(result.others).filter(({ spanId }) => missed.has(spanId))).toHaveLength(1);
  });

  test('bad deployment: one version is slow and fails, on a part of the replicas', () => {
    const result = run({ kind: 'bad_deployment', service: 'cart', version: '2.0.0', factor: 10, error_rate: 0.3 });
    expectTruth(result, { kind: 'bad_deployment', version: '2.0.0' });
    const version = (span: Span): unknown => span.resource.attributes.get('service.version');
    const isBad = (span: Span): boolean => version(span) === '2.0.0';
    expect(result.affected.every((span) => serviceOf(span) === 'cart')).toBe(true);
    const bad = ofCart(result.spans).filter(isBad);
    const good = ofCart(result.spans).filter((span) => !isBad(span));
    expect(new Set(bad.map(({ resource }) => resource.attributes.get('service.instance.id'))).size).toBe(1);
    expect(bad.filter(({ status }) => status.code === StatusCode.ERROR).length).toBeGreaterThan(10);
    expect(good.every(({ status }) => status.code !== StatusCode.ERROR)).toBe(true);
    expect(slowest(bad)).toBeGreaterThan(100);
    // Rolled back at the end.
    expect(bad.every(({ startTimeUnixNano }) => startTimeUnixNano >= FROM && startTimeUnixNano < TO)).toBe(true);
  });

  test('bad host: whatever runs on it is slow and fails', () => {
    const result = run({ kind: 'bad_host', host: 'host-2', factor: 10, error_rate: 0.3 });
    expectTruth(result, { kind: 'bad_host', host: 'host-2' });
    const onHost = (span: Span): boolean => span.resource.attributes.get('host.name') === 'host-2';
    expect(result.affected.every(onHost)).toBe(true);
    const failed = ofCart(result.spans).filter(({ status }) => status.code === StatusCode.ERROR);
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.every(onHost)).toBe(true);
  });
});

describe('truth', () => {
  test('what happens in a service without spans is seen in the span of its client', () => {
    const { services } = system([]) as { readonly services: Readonly<Record<string, object>> }; // As it stands above.
    const result = run(
      { kind: 'slow_dependency', service: 'cart', delay: '300ms' },
      { services: { ...services, cart: { ...services['cart'], traced: false } } },
    );
    expectTruth(result, { kind: 'slow_dependency' });
    expect(result.affected.every((span) => serviceOf(span) === 'front' && span.kind === SpanKind.CLIENT)).toBe(true);
  });

  test('what is not recorded is counted', () => {
    const { truth, affected } = run({ kind: 'cpu_contention', service: 'cart' }, { sample_rate: 0.1 });
    expect(truth.unrecordedCount).toBeGreaterThan(150);
    expect(affected.length).toBeGreaterThan(0);
  });

  test('without a fault there is no truth', () => {
    expect(simulate(system([])).truth).toEqual([]);
  });

  test('two faults at once each have their own', () => {
    const { truth } = simulate(
      system([
        { ...WINDOW, kind: 'cpu_contention', service: 'front' },
        { ...WINDOW, kind: 'slow_dependency', service: 'db' },
      ]),
    );
    expect(truth.map(({ kind }) => kind)).toEqual(['cpu_contention', 'slow_dependency']);
    expect(truth.every(({ affected }) => affected.size > 150)).toBe(true);
  });
});

describe('planned faults', () => {
  const scenario = parseScenario({ name: 'planned', ...system([]) });

  test.each(FAULT_KINDS)('%s gets a place where it acts', (kind) => {
    const fault = planFault(scenario, kind, { atNano: 5e9, lengthNano: 30e9 }, new RandomSource(2).stream('plan'));
    if (fault === undefined) throw new Error('no place');
    const simulator = new Simulator(
      { ...scenario, faults: [fault] },
      { seed: 1, startUnixNano: START, onSpans: () => {} },
    );
    simulator.run();
    expect(simulator.truth()[0]?.affected.size).toBeGreaterThan(0);
  });

  test('rotation goes through every kind, one at a time', () => {
    const faults = rotateFaults(scenario, {
      durationNano: 1_000e9,
      lengthNano: 20e9,
      random: new RandomSource(2).stream('rotation'),
    });
    expect(faults.slice(0, 12).map(({ kind }) => kind)).toEqual(FAULT_KINDS);
    for (const [i, fault] of faults.entries()) {
      const before = faults[i - 1];
      if (before !== undefined) expect(fault.atNano).toBeGreaterThanOrEqual(before.atNano + before.lengthNano);
    }
  });
});
