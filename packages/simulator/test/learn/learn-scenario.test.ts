import { SpanKind } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { compareLearnt, parseScenario } from '../../src/index.ts';
import { simulate } from '../simulate.ts';
import { learn, span } from './spans.ts';

/** Of everything that a scenario can have, some. */
const original = {
  name: 'original',
  duration: '120s',
  environment: 'test',
  network: { latency: { uniform: ['1ms', '3ms'] } },
  hosts: { count: 4 },
  services: {
    web: {
      namespace: 'shop',
      language: 'java',
      version: '2.1.0',
      replicas: 3,
      operations: {
        'GET /': [
          { work: { p50: '4ms', p99: '20ms' } },
          {
            choose: [
              { weight: 3, steps: [{ call: 'stock shop.Stock/List' }] },
              { weight: 1, steps: [{ parallel: [{ call: 'price quote' }], copies: { uniform: [2, 5] } }] },
            ],
          },
        ],
        'POST /orders': [
          { span: 'validate', steps: [{ work: '1ms' }] },
          { call: 'stock shop.Stock/Take', repeat: { uniform: [1, 4] } },
          { background: [{ work: '30ms' }, { call: 'price quote' }] },
          { publish: 'orders' },
        ],
      },
    },
    stock: {
      replicas: 2,
      operations: {
        'shop.Stock/List': [{ query: 'SELECT * FROM stock', database: 'db' }],
        'shop.Stock/Take': { steps: [{ query: 'UPDATE stock SET n = n - ?', database: 'db' }], error_rate: 0.1 },
      },
    },
    price: { operations: { quote: [{ work: { p50: '3ms', p99: '9ms' } }] } },
    mail: { operations: { send: [{ work: { p50: '10ms', p99: '60ms' } }] } },
    audit: { operations: { write: [{ work: '5ms' }] } },
    db: { database: 'postgresql', latency: { p50: '2ms', p99: '12ms' } },
  },
  queues: {
    orders: { consumers: [{ call: 'mail send' }, { call: 'audit write', batch: 20, batch_wait: '5s', linked: true }] },
  },
  workload: [
    {
      calls: [
        { call: 'web GET /', weight: 3 },
        { call: 'web POST /orders', weight: 1 },
      ],
      arrivals: { poisson: 20 },
    },
  ],
};

describe('a simulated system', () => {
  const learnt = learn(simulate(original).spans);
  const scenario = parseScenario(learnt.data);

  test('is learnt with its services, replicas, hosts, databases and queues', () => {
    expect([...scenario.services.keys()].toSorted()).toEqual(
      ['audit', 'db', 'mail', 'price', 'stock', 'web'].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    expect(scenario.services.get('web')).toMatchObject({
      namespace: 'shop',
      language: 'java',
      version: '2.1.0',
      replicas: 3,
    });
    expect(scenario.services.get('db')?.database).toBe('postgresql');
    expect(scenario).toMatchObject({ environment: 'test', hosts: { count: 4 } });
    expect(scenario.queues.get('orders')?.consumers).toMatchObject([
      { service: 'mail', name: 'process orders', isLinked: false, probability: 1 },
      { service: 'audit', name: 'process orders', isLinked: true },
    ]);
  });

  test('gets as many requests, to the same operations', () => {
    const [workload] = scenario.workload;
    expect(workload?.arrivals.kind === 'poisson' ? workload.arrivals.perSecond : 0).toBeCloseTo(20, -1);
    expect(workload?.targets.map(({ target }) => target.operation)).toEqual(
      expect.arrayContaining(['GET /', 'POST /orders']),
    );
    expect(scenario.durationNano / 1e9).toBeCloseTo(120, -1);
  });

  test('has the same call graph, latencies and errors when it is simulated', () => {
    const comparison = compareLearnt(scenario, learnt.views, 1);
    expect(comparison).toMatchObject({ hasSameGraph: true, hasSameLatencies: true, isCutShort: false });
    expect(comparison.services.edgeCount).toBe(3);
    const orders = comparison.latencies.find(({ operation }) => operation === 'POST /orders');
    expect(orders?.originalErrorRate).toBeGreaterThan(0.1);
    expect(Math.abs((orders?.learntErrorRate ?? 0) - (orders?.originalErrorRate ?? 1))).toBeLessThan(0.08);
  });

  test('the same spans in another order give the same scenario', () => {
    const { spans } = simulate({ ...original, duration: '5s' });
    const shuffled = spans.toSorted((a, b) => (a.spanId < b.spanId ? -1 : 1));
    const { services } = learn(spans).data;
    const other = learn(shuffled).data;
    expect(JSON.stringify(sorted(other['services']))).toBe(JSON.stringify(sorted(services)));
  });
});

/** With the keys of all maps in order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

describe('what is missing or strange', () => {
  test('a trace whose first span is missing is learnt from, and counted', () => {
    const { data, report } = learn([
      span({ id: 2, parent: 99, name: 'work', startMs: 0, endMs: 5 }),
      span({ id: 3, parent: 2, name: 'called', service: 'other', startMs: 1, endMs: 2 }),
    ]);
    expect(report).toMatchObject({ tracesWithoutRequest: 1, requests: 1, serviceCount: 2 });
    expect(data['workload']).toEqual([{ calls: [{ call: 'shop work' }], arrivals: { once: 1 } }]);
  });

  test('names without end are put together beyond a limit', () => {
    const spans = Array.from({ length: 502 }, (_, i) =>
      span({ trace: i + 1, id: 1, name: `GET /users/${i}`, kind: SpanKind.SERVER, startMs: 0, endMs: 1 }),
    );
    expect(learn(spans.slice(0, 500)).report).toMatchObject({ foldedNames: 0, operationCount: 500 });
    expect(learn(spans).report).toMatchObject({ foldedNames: 2, operationCount: 501 });
  });

  test('a service and its database of the same name are two', () => {
    const attributes = { 'db.system.name': 'redis', 'server.address': 'cart' };
    const { data } = learn([
      span({ id: 1, name: 'get', service: 'cart', startMs: 0, endMs: 5 }),
      span({ id: 2, parent: 1, name: 'GET', service: 'cart', kind: SpanKind.CLIENT, startMs: 0, endMs: 5, attributes }),
    ]);
    const { services } = parseScenario(data);
    expect([...services.keys()]).toEqual(['cart', 'cart-redis']);
    expect(services.get('cart')?.operations.get('get')?.steps).toMatchObject([{ action: { database: 'cart-redis' } }]);
  });

  test('nothing is an error that says so', () => {
    expect(() => learn([])).toThrow(expect.objectContaining({ code: 'nothing_to_learn' }));
  });
});
