import { type Context, context, ROOT_CONTEXT, type Span, trace, TraceFlags } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { resolveTracingConfig } from '../../src/config/resolve-config.ts';
import type { SamplerOptions } from '../../src/config/tracing-options.ts';
import { AsyncContextManager } from '../../src/context/async-context-manager.ts';
import { SUPPRESS_TRACING_KEY } from '../../src/context/tracing-context.ts';
import { createTracerProvider } from '../../src/provider.ts';
import {
  type ConfiguredSampler,
  samplerOfConfig,
  type SamplerSurroundings,
} from '../../src/sampling/sampler-of-config.ts';
import { traceIds } from './trace-ids.ts';

beforeAll(() => context.setGlobalContextManager(new AsyncContextManager()));
afterAll(() => context.disable());

/** A configuration, resolved as an application's is. */
function configured(sampler: SamplerOptions, surroundings: Partial<SamplerSurroundings> = {}): ConfiguredSampler {
  const { sampler: config } = resolveTracingConfig({ sampler }, { environment: {} });
  return samplerOfConfig(config, { serviceName: 'shop', ...surroundings });
}

/** Starts spans with the sampler; says of each whether it was sampled. */
function tracerOf(sampler: SamplerOptions, surroundings: Partial<SamplerSurroundings> = {}) {
  const tracer = createTracerProvider({ sampler: configured(sampler, surroundings).sampler }).getTracer('t');
  const start = (name = 's', under: Span | Context = ROOT_CONTEXT, attributes = {}): Span =>
    tracer.startSpan(name, { attributes }, 'getValue' in under ? under : trace.setSpan(ROOT_CONTEXT, under));
  return { start };
}

const isSampled = (span: Span): boolean => (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 1;
const remote = (traceFlags: number): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags, isRemote: true });

test.each([
  [{ type: 'always' }, true, true, true],
  [{ type: 'never' }, false, false, false],
  [{ type: 'probabilistic', rate: 1 }, true, true, true],
  [{ type: 'probabilistic', rate: 0 }, false, false, false],
  [{ type: 'rate_limited', rate: 0 }, false, true, false],
  [{ type: 'parent_based' }, true, true, false],
  [{ type: 'parent_based', rate: 0 }, false, true, false],
  [{ type: 'parent_based', root: { type: 'never' } }, false, true, false],
  [{ type: 'parent_based', remoteParentSampled: { type: 'never' } }, true, false, false],
  [{ type: 'parent_based', remoteParentNotSampled: { type: 'always' } }, true, true, true],
  [{ type: 'adaptive', rate: 100 }, true, true, false],
  [{ type: 'priority', rate: 1 }, true, true, false],
  [{ type: 'priority', rate: 0 }, false, true, false],
] as const)(
  '%j: a root %s, below a sampled remote parent %s, below another %s',
  (sampler, root, sampled, unsampled) => {
    const { start } = tracerOf(sampler);
    expect([start(), start('s', remote(1)), start('s', remote(0))].map(isSampled)).toEqual([root, sampled, unsampled]);
  },
);

test('local parents have delegates of their own', () => {
  const { start } = tracerOf({ type: 'parent_based', localParentSampled: { type: 'never' } });
  const root = start();
  expect([isSampled(root), isSampled(start('child', root)), isSampled(start('child', remote(1)))]).toEqual([
    true,
    false,
    true,
  ]);
});

test('priority: a trace that is kept is whole, whatever its other spans say', () => {
  const { start } = tracerOf({ type: 'priority', rate: 0 });
  const root = start('root', ROOT_CONTEXT, { priority: 'high' });
  const child = start('child', root);
  expect([root, child, start('grandchild', child)].map(isSampled)).toEqual([true, true, true]);

  const low = start('root', ROOT_CONTEXT, { priority: 'low' });
  const high = start('child', low, { priority: 'high' });
  expect([low, start('child', low), high, start('grandchild', high)].map(isSampled)).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(isSampled(start('child', remote(0), { priority: 'high' }))).toBe(true);
});

test('priority keeps its part of 20,000 other traces', () => {
  const { sampler } = configured({ type: 'priority', rate: 0.1 });
  const kept = traceIds(11, 20_000).filter(
    (id) => sampler.shouldSample(ROOT_CONTEXT, id, 's', 0, {}, []).decision === 2,
  ).length;
  // Five standard deviations of a binomial; the seed is fixed.
  expect(Math.abs(kept - 2000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
});

test('per operation: by the name of the first span', () => {
  const { start } = tracerOf({ type: 'per_operation', operations: { health: 0 }, rate: 1 });
  const [health, checkout] = [start('health'), start('checkout')];
  expect([health, start('any', health), checkout, start('health', checkout)].map(isSampled)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test('rules: the first that holds, with samplers of any kind in them', () => {
  const { start } = tracerOf({
    type: 'parent_based',
    root: {
      type: 'rules',
      rules: [
        { spanName: 'GET /health*', sampler: { type: 'never' } },
        { attribute: { key: 'vip', value: true }, spanKind: 'internal', sampler: { type: 'always' } },
        { spanKind: 'server', sampler: { type: 'always' } },
      ],
      otherwise: { type: 'rate_limited', rate: 1 },
    },
  });
  const spans = [
    start('GET /health/live', ROOT_CONTEXT, { vip: true }),
    start('pay', ROOT_CONTEXT, { vip: true }),
    start('pay'),
    start('pay'),
  ];
  expect(spans.map(isSampled)).toEqual([false, true, true, false]);
});

test('by the first 64 bits of the trace id, on request', () => {
  const id = `${'f'.repeat(16)}${'0'.repeat(15)}1`;
  const decide = (sampler: SamplerOptions) =>
    configured(sampler).sampler.shouldSample(ROOT_CONTEXT, id, 's', 0, {}, []).decision;
  expect(decide({ type: 'probabilistic', rate: 0.5 })).toBe(0);
  expect(decide({ type: 'probabilistic', rate: 0.5, first64: true })).toBe(2);
});

test('rate-limited: so many traces a second, whole ones', () => {
  let now = 0;
  const { start } = tracerOf({ type: 'rate_limited', rate: 2 }, { nowMs: () => now });
  const roots = [start(), start(), start()];
  expect(roots.map(isSampled)).toEqual([true, true, false]);
  expect(roots.map((root) => isSampled(start('child', root)))).toEqual([true, true, false]);
  now = 1000;
  expect(isSampled(start())).toBe(true);
});

test('adaptive: comes down to about its traces a second', () => {
  let now = 0;
  const { sampler } = configured({ type: 'adaptive', rate: 10 }, { nowMs: () => now });
  let kept = 0;
  for (const id of traceIds(5, 30_000)) {
    now += 1;
    const sampled = sampler.shouldSample(ROOT_CONTEXT, id, 's', 0, {}, []).decision === 2;
    if (now > 10_000 && sampled) kept++;
  }
  // 10 a second for 20 seconds, within five standard deviations; the seed is fixed.
  expect(Math.abs(kept - 200)).toBeLessThan(5 * Math.sqrt(200));
});

test('remote: asks for the service with tracing suppressed, follows the answer, and no more after close', async () => {
  const asked: { url: string; suppressed: unknown }[] = [];
  const waits: { again: () => void; cancelled: boolean }[] = [];
  const answered = Promise.withResolvers<void>();
  const { sampler, close } = configured(
    { type: 'parent_based', root: { type: 'remote', endpoint: 'http://jaeger:5778/sampling', initialRate: 0 } },
    {
      fetch: async (url) => {
        asked.push({ url, suppressed: context.active().getValue(SUPPRESS_TRACING_KEY) });
        return Response.json({ probabilisticSampling: { samplingRate: 1 } });
      },
      schedule: (again) => {
        const wait = { again, cancelled: false };
        waits.push(wait);
        answered.resolve();
        return () => {
          wait.cancelled = true;
        };
      },
    },
  );
  const decide = () => sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 's', 0, {}, []).decision;
  expect(decide()).toBe(0);
  await answered.promise;
  expect(asked).toEqual([{ url: 'http://jaeger:5778/sampling?service=shop', suppressed: true }]);
  expect(decide()).toBe(2);
  close();
  close();
  expect(waits.map(({ cancelled }) => cancelled)).toEqual([true]);
  waits[0]?.again();
  expect(asked.length).toBe(1);
});
