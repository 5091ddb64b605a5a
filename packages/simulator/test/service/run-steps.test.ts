import { type Span, SpanKind, StatusCode } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { durationMs, everySecond, serviceOf, simulate } from '../simulate.ts';

const quiet = { duration: '1000s', network: { latency: '0ms' } };

/** What an operation of these steps does in a thousand requests; `b work` takes 5 ms. */
function run(steps: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): readonly Span[] {
  return simulate({
    ...quiet,
    services: {
      a: { operations: { 'GET /': steps } },
      b: { operations: { work: [{ work: '5ms' }], break: { error_rate: 1 } } },
    },
    workload: everySecond('a GET /'),
    ...more,
  }).spans;
}

function named(spans: readonly Span[], name: string): readonly Span[] {
  return spans.filter((span) => span.name === name);
}

describe('choose', () => {
  test('takes one of the alternatives, by weight', () => {
    const spans = run([
      {
        choose: [
          { weight: 3, steps: [{ span: 'often', steps: [{ work: '1ms' }] }] },
          { weight: 1, steps: [{ span: 'seldom' }] },
          { weight: 0, steps: [{ span: 'never' }] },
        ],
      },
    ]);
    const [often, seldom] = [named(spans, 'often').length, named(spans, 'seldom').length];
    expect(often + seldom).toBe(999);
    // Three standard deviations of a binomial share.
    expect(Math.abs(often / 999 - 0.75)).toBeLessThan(0.041);
    expect(named(spans, 'never')).toEqual([]);
  });
});

describe('background', () => {
  test('is not waited for, belongs to the span that began it, and its failure is nobody’s', () => {
    const spans = run([{ background: [{ work: '100ms' }, { call: 'b break' }] }, { work: '1ms' }]);
    const roots = named(spans, 'GET /');
    expect(roots.map(durationMs)).toEqual(roots.map(() => 1));
    expect(roots.every(({ status }) => status.code === StatusCode.UNSET)).toBe(true);
    const late = named(spans, 'break').filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(late).toHaveLength(roots.length);
    const rootOf = new Map(roots.map((root) => [root.traceId, root]));
    for (const span of late) {
      expect(span.parentSpanId).toBe(rootOf.get(span.traceId)?.spanId);
      expect(span.startTimeUnixNano - (rootOf.get(span.traceId)?.startTimeUnixNano ?? 0n)).toBe(100_000_000n);
    }
  });
});

describe('parallel', () => {
  test('has as many copies of each step as its distribution says, all at once', () => {
    const spans = run([{ parallel: [{ call: 'b work' }, { span: 'own' }], copies: { uniform: [2, 4] } }]);
    const counts = new Map<number, number>();
    for (const trace of Map.groupBy(spans, ({ traceId }) => traceId).values()) {
      const calls = named(trace, 'work').filter(({ kind }) => kind === SpanKind.SERVER);
      expect(named(trace, 'own')).toHaveLength(calls.length);
      counts.set(calls.length, (counts.get(calls.length) ?? 0) + 1);
      expect(new Set(calls.map(({ startTimeUnixNano }) => startTimeUnixNano)).size).toBe(1);
    }
    expect(new Set(counts.keys())).toEqual(new Set([2, 3, 4]));
  });
});

describe('the client of a call', () => {
  test('has a span of the given name and kind, with time of its own around the request', () => {
    const client = { name: 'HTTP POST', kind: 'internal', before: '2ms', after: '3ms' };
    const spans = run([{ call: 'b work', client }]);
    const clients = named(spans, 'HTTP POST');
    expect(clients).toHaveLength(999);
    for (const span of clients.slice(0, 10)) {
      expect([span.kind, durationMs(span)]).toEqual([SpanKind.INTERNAL, 10]);
      const server = spans.find(({ parentSpanId }) => parentSpanId === span.spanId);
      expect((server?.startTimeUnixNano ?? 0n) - span.startTimeUnixNano).toBe(2_000_000n);
    }
  });

  test('makes no span where it is told so: the server’s is a child of the caller’s', () => {
    const spans = run([{ call: 'b work', client: 'none' }]);
    expect(new Set(spans.map(({ kind }) => kind))).toEqual(new Set([SpanKind.SERVER]));
    const callers = new Map(named(spans, 'GET /').map((span) => [span.spanId, serviceOf(span)]));
    expect(named(spans, 'work').every(({ parentSpanId }) => callers.get(parentSpanId) === 'a')).toBe(true);
  });
});

describe('names and kinds', () => {
  const services = {
    'a shop': {
      operations: { 'GET /': { kind: 'internal', steps: [{ publish: 'orders', name: 'put order' }] } },
    },
    b: { operations: { take: [{ query: 'SELECT * FROM t', database: 'db', name: 'find' }] } },
    db: { database: 'mysql' },
  };
  const scenario = {
    ...quiet,
    duration: '10s',
    services,
    queues: { orders: { latency: '1ms', delay: '40ms', consumers: [{ call: 'b take', name: 'take order' }] } },
    workload: [{ calls: [{ call: { service: 'a shop', operation: 'GET /' } }], arrivals: { interval: '1s' } }],
  };

  test('are those of the scenario', () => {
    const { spans } = simulate(scenario);
    expect(new Set(spans.map((span) => `${serviceOf(span)}: ${span.name} ${span.kind}`))).toEqual(
      new Set([
        `a shop: GET / ${SpanKind.INTERNAL}`,
        `a shop: put order ${SpanKind.PRODUCER}`,
        `b: take order ${SpanKind.CONSUMER}`,
        `b: find ${SpanKind.CLIENT}`,
      ]),
    );
    for (const taken of named(spans, 'take order')) {
      const sent = spans.find(({ spanId }) => spanId === taken.parentSpanId);
      expect(taken.startTimeUnixNano - (sent?.endTimeUnixNano ?? 0n)).toBe(40_000_000n);
    }
  });

  test('a message that finds the queue full when its delay is over is counted as refused', () => {
    const { statistics } = simulate({
      ...scenario,
      services: {
        ...services,
        b: { workers: 1, operations: { take: [{ work: '60s' }] } },
      },
      queues: { orders: { capacity: 1, delay: '40ms', consumers: [{ call: 'b take' }] } },
    });
    const consumer = statistics.services.find(({ service }) => service === 'b');
    // One is being worked on, and one waits; the others came too late.
    expect([consumer?.handled, consumer?.refused]).toEqual([2, 7]);
    expect(statistics.tracesCompleted).toBe(9);
  });
});
