import type { ModelPrice } from '../../../settings/ui-settings.ts';
import type { TokenUsage } from './gen-ai-call.ts';

/**
 * What the tokens of a call cost; undefined without a price of its model, or without counts. A model's dated versions
 * have the price of the longest name in the table that they begin with (`gpt-5-mini` for `gpt-5-mini-2025-08-07`).
 */
export function costOf(
  model: string,
  usage: TokenUsage,
  prices: Readonly<Record<string, ModelPrice>>,
): number | undefined {
  const price = priceOf(model, prices);
  if (price === undefined || (usage.input === undefined && usage.output === undefined)) return undefined;
  const input = usage.input ?? 0;
  const cached = Math.min(usage.cachedInput ?? 0, input);
  const perMillion =
    (input - cached) * price.input + cached * (price.cached_input ?? price.input) + (usage.output ?? 0) * price.output;
  return perMillion / 1_000_000;
}

function priceOf(model: string, prices: Readonly<Record<string, ModelPrice>>): ModelPrice | undefined {
  if (model === '') return undefined;
  let best = '';
  for (const name of Object.keys(prices)) {
    const isVersion = model === name || /^[-@:]/.test(model.slice(name.length));
    if (model.startsWith(name) && isVersion && name.length > best.length) best = name;
  }
  return Object.hasOwn(prices, best) ? prices[best] : undefined;
}

/** `$0.0123`: with as many digits as a small sum needs. */
export function formatCost(cost: number, currency: string): string {
  const digits = cost === 0 || cost >= 1 ? 2 : Math.min(6, 2 - Math.floor(Math.log10(cost)));
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    maximumFractionDigits: Math.max(2, digits),
  }).format(cost);
}
