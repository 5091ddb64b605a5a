import { normalizeSpanId } from '@throughline/model';

/**
 * The parent's id in JSON, where ids may be short: padded, or `''` where there is no parent (absent, null, empty or
 * zero). Undefined for anything else that is no id: to call such a span a root would be to lose its place in silence.
 */
export function readParentSpanId(value: unknown): string | undefined {
  if (value === undefined || value === null || value === 0) return '';
  if (typeof value !== 'string') return undefined;
  return /^0{0,32}$/.test(value) ? '' : normalizeSpanId(value);
}
