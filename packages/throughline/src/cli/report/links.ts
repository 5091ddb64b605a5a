import type { AnalysisWindowAnswer, SpanReferenceAnswer } from '@throughline/query/client';
import type { SpanReference } from './report.ts';

/** Addresses of the server's screens. */
export interface Links {
  /** The search for the query within the window, newest first unless told otherwise. */
  search(query: string, order?: 'newest' | 'longest'): string;
  span(reference: SpanReferenceAnswer): SpanReference;
  trace(traceId: string): string;
}

export function linksTo(serverUrl: string, window: AnalysisWindowAnswer): Links {
  const span = (traceId: string, spanId: string): string =>
    `${serverUrl}/trace/${encodeURIComponent(traceId)}${spanId === '' ? '' : `?span=${encodeURIComponent(spanId)}`}`;
  // The screen counts in milliseconds: outwards, so that nothing of the window is lost.
  const from = milliseconds(BigInt(window.start_time_unix_nano) / 1_000_000n);
  const to = milliseconds((BigInt(window.end_time_unix_nano) + 999_999n) / 1_000_000n);
  return {
    search: (query, order = 'newest') => {
      const parameters = new URLSearchParams({ q: query, start_time: from, end_time: to });
      if (order !== 'newest') parameters.set('order', order);
      return `${serverUrl}/search?${parameters.toString()}`;
    },
    span: ({ trace_id, span_id }) => ({ trace_id, span_id, url: span(trace_id, span_id) }),
    trace: (traceId) => span(traceId, ''),
  };
}

function milliseconds(epochMs: bigint): string {
  return `${epochMs / 1_000n}.${String(epochMs % 1_000n).padStart(3, '0')}`;
}
