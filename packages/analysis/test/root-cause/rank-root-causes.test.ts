import { SpanKind, type Trace } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { rankRootCauses, rankWithinWindow } from '../../src/index.ts';
import { span, trace } from '../spans.ts';
import { type Fault, randomSystem } from './random-system.ts';

const SYSTEMS = 10;
const TRACES = 50;
const KINDS: readonly Fault['kind'][] = ['slow_process', 'slow_network', 'failing', 'stops_early', 'repeats'];

/** For each random system one fault of the kind, in a service that can have it. */
function faultsOf(kind: Fault['kind']): readonly { readonly seed: number; readonly fault: Fault }[] {
  return Array.from({ length: SYSTEMS }, (_, i) => {
    const system = randomSystem(i + 1);
    const isOfCallers = kind === 'stops_early' || kind === 'repeats';
    const able = kind === 'slow_network' ? system.callees : isOfCallers ? system.callers : system.services;
    return { seed: i + 1, fault: { service: able[i % able.length] ?? '', kind } };
  });
}

describe('rankRootCauses on random systems', () => {
  test.each(KINDS)('%s: the right service first in nine of ten', (kind) => {
    let right = 0;
    const faults = faultsOf(kind);
    for (const { seed, fault } of faults) {
      const system = randomSystem(seed);
      const { services } = rankRootCauses(system.traces(TRACES, 1), system.traces(TRACES, 2, fault));
      if (services[0]?.name === fault.service) right++;
    }
    expect(right).toBeGreaterThanOrEqual(0.9 * faults.length);
  });

  test('two samples of one sound system show nothing strong', () => {
    for (let seed = 1; seed <= SYSTEMS; seed++) {
      const system = randomSystem(seed);
      const { services } = rankRootCauses(system.traces(TRACES, 1), system.traces(TRACES, 2));
      expect(services[0]?.score ?? 0).toBeLessThan(0.1);
    }
  });

  test('a window against itself shows nothing', () => {
    const traces = randomSystem(1).traces(TRACES, 1);
    expect(rankRootCauses(traces, traces)).toEqual({ services: [], operations: [], instances: [], attributes: [] });
  });

  test('a window alone, troubled in its second half', () => {
    let right = 0;
    for (const { seed, fault } of faultsOf('slow_process')) {
      const system = randomSystem(seed);
      const after = system.traces(2 * TRACES, 2, fault).slice(TRACES);
      const { ranking, split } = rankWithinWindow([...system.traces(TRACES, 1), ...after]);
      if (ranking.services[0]?.name === fault.service && split?.reference === 'before') right++;
    }
    expect(right).toBeGreaterThanOrEqual(0.9 * SYSTEMS);
  });
});

describe('a clock that drifts', () => {
  /** The callee's clock goes ahead of the caller's as time goes on; `slowMs` is the payment's. */
  const order = (id: number, slowMs: number): Trace => {
    const at = id * 1_000;
    const drifted = at + id * 0.3;
    const variedMs = (id * 7) % 5;
    return trace(
      span(1, 'POST /order', at, at + 60 + slowMs, { trace: id, service: 'web', kind: SpanKind.SERVER }),
      span(2, 'GET', at + 2, at + 22, { trace: id, parent: 1, service: 'web', kind: SpanKind.CLIENT }),
      span(3, 'GET /', drifted + 4, drifted + 14 + variedMs, {
        trace: id,
        parent: 2,
        service: 'recommendations',
        kind: SpanKind.SERVER,
      }),
      span(4, 'pay', at + 24, at + 34 + variedMs + slowMs, { trace: id, parent: 1, service: 'payment' }),
    );
  };

  test('is no cause', () => {
    const sound = Array.from({ length: 400 }, (_, i) => order(i + 1, 0));
    expect(rankWithinWindow(sound).ranking.services).toEqual([]);
  });

  test('does not hide one that is there for a sixth of the time', () => {
    const troubled = Array.from({ length: 400 }, (_, i) => order(i + 1, i >= 270 && i < 335 && i % 3 === 0 ? 15 : 0));
    expect(rankWithinWindow(troubled).ranking.services[0]?.name).toBe('payment');
  });
});

describe('what comes with a cause', () => {
  const request = (id: number, slowMs: number, pod: string): Trace =>
    trace(
      span(1, 'GET /', id * 1_000, id * 1_000 + 60 + slowMs, { trace: id, service: 'web' }),
      span(2, 'query', id * 1_000 + 10, id * 1_000 + 50 + slowMs, {
        trace: id,
        parent: 1,
        service: 'db',
        resource: { 'k8s.pod.name': pod },
      }),
    );
  const usual = Array.from({ length: 50 }, (_, i) => request(i + 1, i / 50, i % 2 === 0 ? 'db-0' : 'db-1'));
  const slow = Array.from({ length: 50 }, (_, i) =>
    request(i + 101, i % 2 === 0 ? 500 : 0, i % 2 === 0 ? 'db-0' : 'db-1'),
  );
  const ranking = rankRootCauses(usual, slow);

  test('the operation, the pod and the spans that show it', () => {
    expect(ranking.services.map(({ name }) => name)).toEqual(['db']);
    expect(ranking.operations[0]?.name).toBe('db query');
    expect(ranking.instances.map(({ name }) => name)).toEqual(['db-0']);
    const [evidence] = ranking.services[0]?.evidence ?? [];
    expect(evidence).toMatchObject({ kind: 'slower', affectedCount: 25, observationCount: 50, operation: 'query' });
    expect(evidence?.samples).toHaveLength(5);
    expect(evidence?.samples[0]).toEqual({ traceId: slow[0]?.traceId, spanId: '0000000000000002' });
  });

  test('the attribute values that go with it, and traces that have them', () => {
    expect(ranking.attributes).toMatchObject([
      {
        feature: { kind: 'attribute', service: 'db', scope: 'resource', key: 'k8s.pod.name', value: 'db-0' },
        beforeShare: 0,
        afterShare: 1,
        sampleTraceIds: [0, 2, 4, 6, 8].map((i) => slow[i]?.traceId),
      },
    ]);
  });

  test('of nothing, or without a reference, there is none', () => {
    const none = { services: [], operations: [], instances: [], attributes: [] };
    expect(rankRootCauses([], [])).toEqual(none);
    expect(rankRootCauses([], slow)).toEqual(none);
    expect(rankRootCauses(usual, [])).toEqual(none);
    expect(rankWithinWindow([])).toEqual({ ranking: none, split: undefined });
    expect(rankWithinWindow(usual.slice(0, 1)).ranking).toEqual(none);
  });
});
