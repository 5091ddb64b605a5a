import { type Attributes, type Context, type Link, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { describe, expect, test } from 'vitest';

import { withDebugRequested } from '../../src/propagation/carried-context.ts';
import { emptyTraceState } from '../../src/propagation/trace-state.ts';
import { alwaysSampler, customSampler, neverSampler } from '../../src/sampling/constant-samplers.ts';
import { perOperationSampler, ruleSampler, type SamplingRule } from '../../src/sampling/rule-sampler.ts';
import { type Sampler, SamplingDecision } from '../../src/sampling/sampler.ts';
import { traceIds } from './trace-ids.ts';

interface Asked {
  readonly context?: Context;
  readonly traceId?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
  readonly links?: Link[];
}

function decide(sampler: Sampler, asked: Asked = {}): SamplingDecision {
  const { context = ROOT_CONTEXT, traceId = 'a'.repeat(32), name = 'op', kind = SpanKind.INTERNAL } = asked;
  return sampler.shouldSample(context, traceId, name, kind, asked.attributes ?? {}, asked.links ?? []).decision;
}

const KEPT = SamplingDecision.RECORD_AND_SAMPLED;
const linkTo = (traceFlags: number): Link => ({
  context: { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), traceFlags },
});

describe('a rule holds if all its conditions do', () => {
  test.each<[Omit<SamplingRule, 'sampler'>, Asked, boolean]>([
    [{}, {}, true],
    [{ attribute: { key: 'vip' } }, { attributes: { vip: false } }, true],
    [{ attribute: { key: 'vip' } }, { attributes: { other: 1 } }, false],
    [{ attribute: { key: 'vip', value: true } }, { attributes: { vip: true } }, true],
    [{ attribute: { key: 'vip', value: true } }, { attributes: { vip: 'true' } }, false],
    [{ attribute: { key: 'url.path', value: '/health*' } }, { attributes: { 'url.path': '/health/live' } }, true],
    [{ attribute: { key: 'url.path', value: '/health*' } }, { attributes: { 'url.path': '/cart/health' } }, false],
    [{ attribute: { key: 'url.path', value: '/health' } }, { attributes: { 'url.path': '/health/live' } }, false],
    [{ attribute: { key: 'size', value: '1*' } }, { attributes: { size: 17 } }, false],
    [{ spanName: 'GET /health' }, { name: 'GET /health' }, true],
    [{ spanName: 'GET /health' }, { name: 'GET /health/live' }, false],
    [{ spanName: 'GET /health*' }, { name: 'GET /health/live' }, true],
    [{ spanName: '*' }, { name: '' }, true],
    [{ spanName: '*/cart*item*' }, { name: 'POST /cart/7/item/1' }, true],
    [{ spanName: '*/cart*item*' }, { name: 'POST /item/cart' }, false],
    [{ spanName: 'a*a' }, { name: 'a' }, false],
    [{ spanName: 'a*b*a' }, { name: 'aba' }, true],
    [{ spanName: 'a.c' }, { name: 'abc' }, false],
    [{ spanName: /^GET .*\/\d+$/ }, { name: 'GET /orders/17' }, true],
    [{ spanName: /^GET .*\/\d+$/ }, { name: 'GET /orders' }, false],
    [{ spanKind: SpanKind.SERVER }, { kind: SpanKind.SERVER }, true],
    [{ spanKind: SpanKind.SERVER }, { kind: SpanKind.CLIENT }, false],
    [{ link: 'any' }, { links: [linkTo(0)] }, true],
    [{ link: 'any' }, {}, false],
    [{ link: 'sampled' }, { links: [linkTo(0), linkTo(1)] }, true],
    [{ link: 'sampled' }, { links: [linkTo(0)] }, false],
    [{ debug: true }, { context: withDebugRequested(ROOT_CONTEXT) }, true],
    [{ debug: true }, {}, false],
    [{ spanName: 'op', spanKind: SpanKind.SERVER }, { kind: SpanKind.INTERNAL }, false],
  ])('%j of %j: %s', (conditions, asked, holds) => {
    const sampler = ruleSampler([{ ...conditions, sampler: alwaysSampler() }], neverSampler());
    expect(decide(sampler, asked)).toBe(holds ? KEPT : SamplingDecision.NOT_RECORD);
  });

  test('the first rule that holds decides', () => {
    const sampler = ruleSampler(
      [
        { spanName: 'GET /health*', sampler: neverSampler() },
        { spanName: 'GET *', sampler: alwaysSampler() },
      ],
      neverSampler(),
    );
    expect(['GET /health', 'GET /cart', 'POST /cart'].map((name) => decide(sampler, { name }))).toEqual([0, KEPT, 0]);
  });

  test('a glob with many stars stays cheap on a long name', () => {
    const sampler = ruleSampler([{ spanName: `${'*a'.repeat(50)}*b`, sampler: alwaysSampler() }], neverSampler());
    expect(decide(sampler, { name: 'a'.repeat(100_000) })).toBe(SamplingDecision.NOT_RECORD);
  });
});

test('per operation: each part of 20,000 traces, and the rest', () => {
  const sampler = perOperationSampler({ checkout: 0.5, health: 0 }, 0.1);
  const kept = (name: string) =>
    traceIds(13, 20_000).filter((traceId) => decide(sampler, { traceId, name }) === KEPT).length;
  const deviation = (part: number) => Math.sqrt(20_000 * part * (1 - part));
  // Five standard deviations of a binomial; the seed is fixed.
  expect(Math.abs(kept('checkout') - 10_000)).toBeLessThan(5 * deviation(0.5));
  expect(Math.abs(kept('other') - 2000)).toBeLessThan(5 * deviation(0.1));
  expect(kept('health')).toBe(0);
});

test('per operation: a trace that is kept is whole', () => {
  const sampler = perOperationSampler({ health: 0 }, 1);
  const below = (traceFlags: number) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags });
  expect(decide(sampler, { name: 'health', context: below(1) })).toBe(KEPT);
  expect(decide(sampler, { name: 'checkout', context: below(0) })).toBe(SamplingDecision.NOT_RECORD);
});

test('per operation: a request that is served is also known by method and path', () => {
  const sampler = perOperationSampler({ 'GET /health': 0, POST: 0 }, 1);
  const asked = (name: string, path: string, kind = SpanKind.SERVER): SamplingDecision =>
    decide(sampler, { name, kind, attributes: { 'url.path': path } });
  expect(asked('GET', '/health')).toBe(SamplingDecision.NOT_RECORD);
  expect(asked('GET', '/cart')).toBe(KEPT);
  expect(asked('POST', '/cart')).toBe(SamplingDecision.NOT_RECORD);
  expect(asked('GET', '/health', SpanKind.CLIENT)).toBe(KEPT);
  const old = { name: 'GET', kind: SpanKind.SERVER, attributes: { 'http.target': '/health?full=1' } };
  expect(decide(sampler, old)).toBe(SamplingDecision.NOT_RECORD);
});

test('constant samplers erase a threshold that is not theirs, and keep the rest', () => {
  const traceState = emptyTraceState.set('ot', 'th:8;rv:1234567890abcd').set('vendor', '1');
  const context = trace.setSpanContext(ROOT_CONTEXT, {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags: 1,
    traceState,
  });
  for (const sampler of [alwaysSampler(), neverSampler()]) {
    const result = sampler.shouldSample(context, 'a'.repeat(32), 'op', SpanKind.INTERNAL, {}, []);
    expect(result.traceState?.serialize()).toBe('ot=rv:1234567890abcd,vendor=1');
  }
});

test('a custom sampler decides all by itself; what it throws counts as not sampled', () => {
  const attributes = { reason: 'vip' };
  const sampler = customSampler((_context, _traceId, name) => {
    if (name === 'broken') throw new Error('no');
    return { decision: SamplingDecision.RECORD, attributes };
  }, 'Vip');
  expect(sampler.shouldSample(ROOT_CONTEXT, 'a'.repeat(32), 'op', SpanKind.INTERNAL, {}, [])).toEqual({
    decision: SamplingDecision.RECORD,
    attributes,
  });
  expect([decide(sampler, { name: 'broken' }), sampler.toString()]).toEqual([SamplingDecision.NOT_RECORD, 'Vip']);
});
