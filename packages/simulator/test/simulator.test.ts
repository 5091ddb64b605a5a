import { createHash } from 'node:crypto';
import { assembleTrace, serviceName, type Span, SpanKind, StatusCode } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { parseScenario, Simulator, withRate } from '../src/index.ts';
import { durationMs, everySecond, serviceOf, simulate, START } from './simulate.ts';

const shop = {
  duration: '30s',
  network: { latency: { p50: '1ms', p99: '5ms' }, loss: 0.01 },
  hosts: { count: 3, clock_offset: { uniform: ['0ms', '2ms'] }, clock_drift_ppm: 20 },
  services: {
    front: {
      replicas: 2,
      operations: {
        'GET /items/{id}': [
          { work: { p50: '2ms', p99: '9ms' } },
          {
            parallel: [
              { call: 'cart shop.Cart/Get', timeout: '50ms', retry: { attempts: 3 } },
              { call: 'cart shop.Cart/Get' },
            ],
          },
          { publish: 'events', probability: 0.5 },
        ],
      },
    },
    cart: {
      pools: { db: 4 },
      operations: {
        'shop.Cart/Get': {
          steps: [{ query: 'SELECT * FROM carts WHERE id = ?', database: 'db', rows: { uniform: [1, 9] } }],
          error_rate: 0.02,
        },
      },
    },
    audit: { language: 'java', operations: { record: [{ work: '5ms' }] } },
    db: { database: 'postgresql', database_name: 'shop', latency: { p50: '3ms', p99: '60ms' } },
  },
  queues: { events: { consumers: [{ call: 'audit record' }] } },
  workload: [{ calls: [{ call: 'front GET /items/{id}' }], arrivals: { poisson: 20 } }],
  faults: [{ kind: 'cpu_contention', service: 'front', at: '10s', for: '5s' }],
};

function digest(seed: number, input: Readonly<Record<string, unknown>> = shop, batch = 100): string {
  const hash = createHash('sha256');
  const simulator = new Simulator(parseScenario({ name: 'shop', ...input }), {
    seed,
    startUnixNano: START,
    maxBatchSpans: batch,
    onSpans: (spans) => void hash.update(JSON.stringify(spans, plain)),
  });
  simulator.run();
  return hash.digest('hex');
}

/** Maps and integers as JSON has no words for them. */
function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  return typeof value === 'bigint' ? String(value) : value;
}

describe('determinism', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    expect(digest(1)).toBe(digest(1));
    expect(digest(1)).not.toBe(digest(2));
  });

  test('the size of the steps taken makes no difference', () => {
    const spansOf = (advance: (simulator: Simulator) => void): readonly Span[] => {
      const spans: Span[] = [];
      const simulator = new Simulator(parseScenario({ name: 'shop', ...shop }), {
        seed: 7,
        startUnixNano: START,
        onSpans: (batch) => void spans.push(...batch),
      });
      advance(simulator);
      simulator.flush();
      return spans;
    };
    const whole = spansOf((simulator) => simulator.run());
    const small = spansOf((simulator) => {
      for (let untilNano = 0; !simulator.isFinished; untilNano += 1e8)
        while (!simulator.advance(untilNano, 50)) continue;
    });
    expect(small).toEqual(whole);
  });

  test('a service that nobody calls changes nothing of the others but their ids', () => {
    const outline = (spans: readonly Span[]): unknown =>
      spans.map((span) => [span.name, span.startTimeUnixNano, span.endTimeUnixNano]);
    const services = { ...shop.services, lonely: { operations: { 'GET /': [{ work: '1ms' }] } } };
    expect(outline(simulate({ ...shop, services }).spans)).toEqual(outline(simulate(shop).spans));
  });
});

describe('spans', () => {
  const { spans, traces, statistics } = simulate(shop);
  const byId = new Map(spans.map((span) => [span.spanId, span]));

  test('every trace is whole: one root, no span without its parent', () => {
    const byTrace = Map.groupBy(spans, ({ traceId }) => traceId);
    expect(byTrace.size).toBe(traces.length);
    expect(traces.length).toBeGreaterThan(400);
    for (const [traceId, of] of byTrace) {
      const trace = assembleTrace(of);
      expect(trace.roots).toHaveLength(1);
      expect(trace.copyCount).toBe(0);
      expect(traces.find((record) => record.traceId === traceId)?.spanCount).toBe(of.length);
    }
  });

  test('they come in the order of their ends', () => {
    const { spans: inOrder } = simulate({ ...shop, hosts: { count: 1 } });
    const ends = inOrder.map(({ endTimeUnixNano }) => endTimeUnixNano);
    expect(ends).toEqual(ends.toSorted((a, b) => Number(a - b)));
  });

  test('the counts of the statistics are those of the spans', () => {
    expect(statistics.spansReceived).toBe(spans.length);
    expect(statistics.tracesCompleted).toBe(traces.length);
    for (const { service, spansCreated } of statistics.services) {
      expect(spansCreated).toBe(spans.filter((span) => serviceOf(span) === service).length);
    }
    const cart = statistics.services.find(({ service }) => service === 'cart');
    const failed = spans.filter(
      (span) => serviceOf(span) === 'cart' && span.kind === SpanKind.SERVER && span.status.code === StatusCode.ERROR,
    );
    expect(cart?.failures).toBe(failed.length);
    expect(failed.length).toBeGreaterThan(5);
  });

  test('HTTP, RPC, database and messaging attributes follow the conventions', () => {
    const one = (name: string, kind: SpanKind): Span => {
      const span = spans.find((of) => of.name === name && of.kind === kind && of.status.code !== StatusCode.ERROR);
      if (span === undefined) throw new Error(`no ${name}`);
      return span;
    };
    const http = Object.fromEntries(one('GET /items/{id}', SpanKind.SERVER).attributes);
    expect(http).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/items/{id}',
      'http.response.status_code': 200n,
      'url.scheme': 'http',
    });
    expect(http['url.path']).toMatch(/^\/items\/\d+$/);
    const rpc = one('shop.Cart/Get', SpanKind.CLIENT);
    expect(Object.fromEntries(rpc.attributes)).toMatchObject({
      'rpc.system.name': 'grpc',
      'rpc.method': 'shop.Cart/Get',
      'rpc.response.status_code': 'OK',
      'server.address': 'cart',
    });
    expect(Object.fromEntries(one('SELECT carts', SpanKind.CLIENT).attributes)).toMatchObject({
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.operation.name': 'SELECT',
      'db.collection.name': 'carts',
      'db.query.summary': 'SELECT carts',
      'db.query.text': 'SELECT * FROM carts WHERE id = ?',
      'db.response.returned_rows': expect.any(BigInt),
    });
    const consumed = one('process events', SpanKind.CONSUMER);
    expect(Object.fromEntries(consumed.attributes)).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'events',
      'messaging.operation.type': 'process',
    });
    // One message continues the trace of its producer, and is linked to it.
    expect(byId.get(consumed.parentSpanId)).toMatchObject({ name: 'send events', kind: SpanKind.PRODUCER });
    expect(consumed.links.map(({ spanId }) => spanId)).toEqual([consumed.parentSpanId]);
    expect(consumed.resource.attributes.get('telemetry.sdk.language')).toBe('java');
  });

  test('parents of another service are remote, those of the own are not', () => {
    for (const span of spans) {
      const parent = byId.get(span.parentSpanId);
      const isRemote = parent !== undefined && serviceOf(parent) !== serviceOf(span);
      expect(span.flags).toBe(isRemote ? 0x303 : 0x103);
    }
  });
});

describe('behaviour', () => {
  const two = (call: object, target: object, more: object = {}): Readonly<Record<string, unknown>> => ({
    duration: '20s',
    network: { latency: '1ms' },
    services: {
      a: { operations: { 'GET /a': [{ call: 'b GET /b', ...call }] } },
      b: { operations: { 'GET /b': target } },
    },
    workload: everySecond('a GET /a'),
    ...more,
  });
  const of = (spans: readonly Span[], service: string, kind: SpanKind): readonly Span[] =>
    spans.filter((span) => serviceName(span.resource) === service && span.kind === kind);

  test('a timeout ends the client, not the server', () => {
    const { spans } = simulate(two({ timeout: '100ms' }, [{ work: '300ms' }]));
    const [client] = of(spans, 'a', SpanKind.CLIENT);
    const [server] = of(spans, 'b', SpanKind.SERVER);
    expect(client?.attributes.get('error.type')).toBe('timeout');
    expect(client === undefined ? 0 : durationMs(client)).toBe(100);
    expect(server === undefined ? 0 : durationMs(server)).toBe(300);
    expect(of(spans, 'a', SpanKind.SERVER)[0]?.attributes.get('http.response.status_code')).toBe(504n);
  });

  test('retries wait, are numbered, and end with the last failure', () => {
    const { spans, statistics } = simulate(
      two({ retry: { attempts: 3, backoff: '100ms', jitter: 0 } }, [{ fail: '503', status: 503 }]),
    );
    const clients = of(spans, 'a', SpanKind.CLIENT).slice(0, 3);
    expect(clients.map(({ attributes }) => attributes.get('http.request.resend_count'))).toEqual([undefined, 1n, 2n]);
    const gaps = clients
      .slice(1)
      .map((span, i) => Number(span.startTimeUnixNano - (clients[i]?.endTimeUnixNano ?? 0n)) / 1e6);
    expect(gaps).toEqual([100, 200]);
    expect(statistics.services.find(({ service }) => service === 'a')).toMatchObject({
      retries: 38,
      initiated: 57,
      failures: 19,
    });
  });

  test("a client's mistake is not tried again, and is no error of the server", () => {
    const { spans } = simulate(two({ retry: { attempts: 3 } }, [{ fail: '404', status: 404 }]));
    expect(of(spans, 'a', SpanKind.CLIENT)).toHaveLength(19);
    expect(of(spans, 'b', SpanKind.SERVER)[0]?.status.code).toBe(StatusCode.UNSET);
    expect(of(spans, 'a', SpanKind.CLIENT)[0]?.status.code).toBe(StatusCode.ERROR);
  });

  test('an open circuit breaker sends nothing', () => {
    const { spans } = simulate(two({ breaker: { failures: 3, open: '5500ms' } }, [{ fail: '500', status: 500 }]));
    // Three in a row, then one try after each 5.5 s: after 9, 15 s.
    expect(
      of(spans, 'b', SpanKind.SERVER).map((span) => Math.floor(Number(span.startTimeUnixNano - START) / 1e9)),
    ).toEqual([1, 2, 3, 9, 15]);
    expect(of(spans, 'a', SpanKind.SERVER)).toHaveLength(19);
  });

  test('an optional call may fail', () => {
    const { spans } = simulate(two({ optional: true }, [{ fail: '500', status: 500 }]));
    expect(of(spans, 'a', SpanKind.SERVER).every(({ status }) => status.code === StatusCode.UNSET)).toBe(true);
    expect(of(spans, 'a', SpanKind.CLIENT).every(({ status }) => status.code === StatusCode.ERROR)).toBe(true);
  });

  test('a request waits for a worker; beyond the queue it is refused', () => {
    const { spans, statistics } = simulate({
      duration: '10s',
      services: { a: { workers: 1, queue: 1, operations: { 'GET /a': [{ work: '1s' }] } } },
      workload: [{ calls: [{ call: 'a GET /a' }], arrivals: { once: 3 } }],
    });
    expect(spans.map((span) => Number(span.startTimeUnixNano - START) / 1e9)).toEqual([0, 1]);
    expect(statistics.services[0]).toMatchObject({ handled: 2, refused: 1, maxQueueWaitNano: 1e9, utilisation: 0.2 });
  });

  test('queueing through services is that of the theory, too: M/M/1 at 70 %', () => {
    const { statistics } = simulate(
      {
        duration: '15000s',
        sample_rate: 0,
        services: { a: { workers: 1, operations: { 'GET /a': [{ work: { exponential: '100ms' } }] } } },
        workload: [{ calls: [{ call: 'a GET /a' }], arrivals: { poisson: 7 } }],
      },
      3,
    );
    const [service] = statistics.services;
    // Wq = load / (served a second - arrivals a second), within 6 %.
    expect(Math.abs((service?.meanQueueWaitNano ?? 0) / 1e9 / (0.7 / 3) - 1)).toBeLessThan(0.06);
    expect(Math.abs((service?.utilisation ?? 0) / 0.7 - 1)).toBeLessThan(0.01);
  });

  test('a batch of messages is a trace of its own with a link to each', () => {
    const { spans } = simulate({
      duration: '10s',
      services: {
        a: { operations: { 'POST /a': [{ publish: 'q' }] } },
        b: { operations: { store: [{ work: '1ms' }] } },
      },
      queues: { q: { system: 'rabbitmq', consumers: [{ call: 'b store', batch: 4, batch_wait: '5s' }] } },
      workload: everySecond('a POST /a'),
    });
    const consumers = of(spans, 'b', SpanKind.CONSUMER);
    expect(consumers.map(({ links }) => links.length)).toEqual([4, 4, 1]);
    expect(consumers[0]).toMatchObject({ parentSpanId: '' });
    expect(consumers[0]?.attributes.get('messaging.batch.message_count')).toBe(4n);
    const producers = of(spans, 'a', SpanKind.PRODUCER).map(({ spanId }) => spanId);
    expect(consumers.flatMap(({ links }) => links.map(({ spanId }) => spanId))).toEqual(producers);
  });

  test('a cache asks its database first, and fills after a miss', () => {
    const { spans } = simulate({
      duration: '4s',
      services: {
        a: {
          caches: { c: { keys: 1, ttl: '1h', database: 'redis' } },
          operations: { 'GET /a': [{ cache: 'c', miss: [{ work: '50ms' }] }] },
        },
        redis: { database: 'redis' },
      },
      workload: everySecond('a GET /a'),
    });
    expect(spans.map(({ name }) => name)).toEqual(['GET', 'SET', 'GET /a', 'GET', 'GET /a', 'GET', 'GET /a']);
  });

  test('head sampling keeps whole traces and says with which probability', () => {
    const { spans, statistics, traces } = simulate({ ...shop, sample_rate: 0.25 }, 2);
    const share = statistics.tracesSampled / statistics.tracesStarted;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.06);
    expect(new Set(spans.map(({ weight }) => weight))).toEqual(new Set([4]));
    expect(new Set(spans.map(({ traceState }) => traceState))).toEqual(new Set(['ot=th:c']));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(traces.filter(({ isSampled }) => isSampled).length);
  });

  test('lost spans are counted', () => {
    const { spans, statistics } = simulate({ ...shop, span_loss: 0.1 });
    expect(statistics.spansLost).toBeGreaterThan(100);
    expect(statistics.spansReceived).toBe(spans.length);
    expect(statistics.spansCreated).toBe(spans.length + statistics.spansLost);
  });

  test('a clock that is off shifts the spans of its host', () => {
    const input = (offset: string): Readonly<Record<string, unknown>> =>
      two({}, [{ work: '1ms' }], { hosts: { count: 2, clock_offset: offset } });
    const [right, off] = [simulate(input('0ms')), simulate(input('70ms'))];
    const shifts = off.spans.map((span, i) =>
      Math.abs(Number(span.startTimeUnixNano - (right.spans[i]?.startTimeUnixNano ?? 0n))),
    );
    expect(new Set(shifts)).toEqual(new Set([70e6]));
  });

  test('a deployment changes the version of what starts after it', () => {
    const { spans } = simulate({
      duration: '10s',
      services: {
        a: { version: '1.0.0', deployments: [{ version: '1.1.0', at: '5500ms' }], operations: { 'GET /a': [] } },
      },
      workload: everySecond('a GET /a'),
    });
    expect(spans.map(({ resource }) => resource.attributes.get('service.version'))).toEqual([
      ...Array.from({ length: 5 }, () => '1.0.0'),
      ...Array.from({ length: 4 }, () => '1.1.0'),
    ]);
  });

  test('users wait for the answer before they think', () => {
    const { traces } = simulate({
      duration: '100s',
      services: { a: { operations: { 'GET /a': [{ work: '2s' }] } } },
      workload: [{ calls: [{ call: 'a GET /a' }], arrivals: { users: { count: 3, think: '3s' } } }],
    });
    expect(traces).toHaveLength(3 * 20);
  });

  test('bursts come in their time, and the rate can be set', () => {
    const input = {
      duration: '100s',
      services: { a: { operations: { 'GET /a': [] } } },
      workload: [
        { calls: [{ call: 'a GET /a' }], arrivals: { bursts: { base: 1, burst: 50, every: '20s', for: '2s' } } },
      ],
    };
    const { traces } = simulate(input);
    const inBurst = traces.filter(({ startNano }) => startNano % 20e9 < 2e9).length;
    expect(inBurst).toBeGreaterThan(400);
    expect(traces.length - inBurst).toBeLessThan(130);
    const scaled = withRate(parseScenario({ name: 'bursts', ...input }), 59);
    expect(Math.abs(simulate(scaled).traces.length / 5_900 - 1)).toBeLessThan(0.1);
  });

  test('one trace may have very many spans', () => {
    const { spans, statistics } = simulate({
      services: { job: { operations: { run: [{ span: 'row', repeat: 20_000, steps: [{ work: '1ms' }] }] } } },
      workload: [{ calls: [{ call: 'job run' }], arrivals: { once: 1 } }],
    });
    expect(spans).toHaveLength(20_001);
    expect(statistics.tracesCompleted).toBe(1);
  });
});
