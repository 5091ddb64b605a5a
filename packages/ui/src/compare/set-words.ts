import { parseQuery, printQuery, type Query } from '@throughline/traceql';

import { formatDateTime } from '../format/instant.ts';
import { initialSearch, searchToUrl } from '../search/search-state.ts';
import type { OwnWindow } from './compare-state.ts';

/** `Nov 26, 2026, 14:00:00 to Nov 26, 2026, 15:00:00` */
export function ownWindowInWords({ start, end }: OwnWindow): string {
  return `${formatDateTime(Number(start) * 1000)} to ${formatDateTime(Number(end) * 1000)}`;
}

/** Cohen's bounds for his h: how large a difference of two shares is. */
export function effectInWords(effectSize: number): string {
  const size = Math.abs(effectSize);
  if (size >= 0.8) return 'large';
  if (size >= 0.5) return 'medium';
  if (size >= 0.2) return 'small';
  return 'slight';
}

/** Bounds for Cliff's delta after Romano et al. (2006). */
export function dominanceInWords(effectSize: number): string {
  const size = Math.abs(effectSize);
  if (size >= 0.474) return 'large';
  if (size >= 0.33) return 'medium';
  if (size >= 0.147) return 'small';
  return 'slight';
}

/** `p < 0.001`, `p = 0.03`. */
export function chanceInWords(pValue: number): string {
  return pValue < 0.001 ? 'p < 0.001' : `p = ${pValue.toPrecision(1)}`;
}

/**
 * The set's traces that have the feature too: each query with spans of its own, so that what is asked of one span is not
 * asked of another. Undefined where a text cannot be read.
 */
export function queryWithin(setText: string, featureText: string): string | undefined {
  const [set, feature] = [parseQuery(setText).query, parseQuery(featureText).query];
  if (set === undefined || feature === undefined) return undefined;
  const query: Query = { kind: 'query', spanset: { kind: 'spansetAnd', operands: [set.spanset, feature.spanset] } };
  return printQuery(query);
}

/** A search for the traces within the window of a set. */
export function searchWithin(
  query: string,
  {
    start_time_unix_nano: start,
    end_time_unix_nano: end,
  }: { readonly start_time_unix_nano: string; readonly end_time_unix_nano: string },
): string {
  return searchToUrl({
    ...initialSearch,
    mode: 'query',
    query,
    time: {
      kind: 'between',
      fromMs: Number(BigInt(start) / 1_000_000n),
      toMs: Number((BigInt(end) + 999_999n) / 1_000_000n),
    },
  });
}
