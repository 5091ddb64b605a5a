import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { alwaysSampler, customSampler } from '../../src/sampling/constant-samplers.ts';
import { parentBasedSampler } from '../../src/sampling/parent-based-sampler.ts';
import { remoteSampler } from '../../src/sampling/remote-sampler.ts';
import { ruleSampler } from '../../src/sampling/rule-sampler.ts';
import { type Sampler, SamplingDecision } from '../../src/sampling/sampler.ts';
import { toldFailures } from '../told-failures.ts';

const TRACE_ID = 'a'.repeat(32);
const BELOW = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: 'b'.repeat(16),
  traceFlags: 1,
  isRemote: true,
});

const throwing = (): Sampler => ({
  shouldSample: () => {
    throw new Error('no');
  },
  decide: () => {
    throw new Error('no');
  },
  toString: () => 'Throwing',
});
const silent = (): Sampler => ({
  // As one in JavaScript may be.
  shouldSample: () => undefined as unknown as ReturnType<Sampler['shouldSample']>,
  toString: () => 'Silent',
});
const rejecting = (): Sampler => ({
  ...silent(),
  shouldSample: (() => Promise.reject(new Error('no'))) as unknown as Sampler['shouldSample'],
});

describe.each<[string, () => Sampler]>([
  ['rejects', rejecting],
  ['throws', throwing],
  ['says nothing', silent],
])('a sampler that %s', (_what, failing) => {
  test.each<[string, (inner: Sampler) => Sampler]>([
    ['the root of a parent-based one', (root) => parentBasedSampler({ root })],
    ['a delegate', (inner) => parentBasedSampler({ root: alwaysSampler(), remoteParentSampled: inner })],
    ['that of a rule', (sampler) => ruleSampler([{ spanName: 'op', sampler }], alwaysSampler())],
    ['that of no rule', (otherwise) => ruleSampler([], otherwise)],
    [
      'that until the first answer',
      (initialSampler) => {
        const remote = remoteSampler({ serviceName: 'shop', initialSampler, fetch: () => new Promise(() => {}) });
        remote.close();
        return remote;
      },
    ],
  ])('as %s counts as "not sampled", and is told once', (place, build) => {
    const told = toldFailures();
    const sampler = build(failing());
    const context = place === 'a delegate' ? BELOW : ROOT_CONTEXT;
    for (let i = 0; i < 3; i++) {
      const { decision } = sampler.shouldSample(context, TRACE_ID, 'op', SpanKind.INTERNAL, {}, []);
      expect(decision).toBe(SamplingDecision.NOT_RECORD);
    }
    expect(told).toEqual([expect.stringContaining('Sampling: a sampler')]);
    expect(told[0]).toMatch(/Throwing|Silent/);
    const parent = place === 'a delegate' ? trace.getSpanContext(context) : undefined;
    expect(sampler.decide?.(parent, { trace2: 0, trace3: 0 })).toBeUndefined();
  });
});

test('what a custom sampler throws is told once for each sampler', () => {
  const told = toldFailures();
  const broken = (description: string): Sampler =>
    customSampler(() => {
      throw new Error('no');
    }, description);
  for (const sampler of [broken('Vip'), broken('Beta')]) {
    for (let i = 0; i < 3; i++) sampler.shouldSample(ROOT_CONTEXT, TRACE_ID, 'op', SpanKind.INTERNAL, {}, []);
  }
  expect(told).toEqual([expect.stringContaining('Vip'), expect.stringContaining('Beta')]);
});
