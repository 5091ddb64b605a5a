import { describe, expect, it } from 'vitest';

import { costOf, formatCost } from '../../../../src/trace/details/gen-ai/cost.ts';
import { modelCallsBelow } from '../../../../src/trace/details/gen-ai/model-calls.ts';
import { createDetailsReader } from '../../../../src/trace/span-details.ts';
import { columnsOf } from '../../columns-of.ts';

const prices = {
  'gpt-5': { input: 1, output: 10, cached_input: 0.1 },
  'gpt-5-mini': { input: 0.5, output: 2 },
};
const usage = { input: 1_000_000, output: 100_000, cachedInput: undefined, reasoning: undefined };

describe('the cost of a call', () => {
  it('is that of its tokens, those from a cache at their own price', () => {
    expect(costOf('gpt-5', usage, prices)).toBeCloseTo(2);
    expect(costOf('gpt-5', { ...usage, cachedInput: 500_000 }, prices)).toBeCloseTo(0.5 + 0.05 + 1);
    expect(costOf('gpt-5-mini', { ...usage, cachedInput: 500_000 }, prices)).toBeCloseTo(0.7);
  });

  it('of a version is that of the longest name', () => {
    expect(costOf('gpt-5-mini-2025-08-07', usage, prices)).toBeCloseTo(0.7);
    expect(costOf('gpt-5-2025-08-07', usage, prices)).toBeCloseTo(2);
    expect(costOf('gpt-5.1', usage, prices)).toBeUndefined();
    expect(costOf('gpt-50', usage, prices)).toBeUndefined();
  });

  it('is not known without a price or without counts', () => {
    expect(costOf('other', usage, prices)).toBeUndefined();
    expect(costOf('', usage, prices)).toBeUndefined();
    expect(costOf('toString', usage, {})).toBeUndefined();
    expect(costOf('gpt-5', { ...usage, input: undefined, output: undefined }, prices)).toBeUndefined();
  });

  it('is written with as many digits as it needs', () => {
    expect([0, 0.000123, 0.05, 12.345].map((cost) => formatCost(cost, 'USD'))).toEqual([
      '$0.00',
      '$0.000123',
      '$0.05',
      '$12.35',
    ]);
  });
});

it('sums the calls below an agent, each once', () => {
  const chat = (model: string, input: number) => ({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': model,
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': 10,
  });
  const columns = columnsOf([
    { startMs: 0, durationMs: 100, attributes: { 'gen_ai.operation.name': 'invoke_agent' } },
    { parent: 0, startMs: 60, durationMs: 10, attributes: chat('gpt-5', 2000) },
    {
      parent: 0,
      startMs: 10,
      durationMs: 40,
      attributes: { ...chat('x', 1), 'gen_ai.operation.name': 'invoke_agent' },
    },
    { parent: 2, startMs: 20, durationMs: 10, attributes: chat('unknown', 500) },
    { parent: 2, startMs: 40, durationMs: 1, attributes: { 'http.route': '/' } },
  ]);
  const below = modelCallsBelow(columns, createDetailsReader(columns), 0, prices);
  expect(below.calls.map(({ call }) => call.model)).toEqual(['unknown', 'gpt-5']);
  expect(below).toMatchObject({ inputTokens: 2500, outputTokens: 20, isCostPartial: true, isCut: false });
  expect(below.cost).toBeCloseTo((2000 + 100) / 1_000_000);
});
