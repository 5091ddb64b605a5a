import type { Span } from '@throughline/model';
import { serviceName } from '@throughline/model';

export interface BackLinkScan {
  readonly traceId: string;
  /** Spans in the answer, at most. */
  readonly limit: number;
}

/** A span of another trace that links to a span of this one. */
export interface BackLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly startTimeUnixNano: bigint;
  /** Of the span that is linked to; may be one that is not stored. */
  readonly linkedSpanId: string;
}

export interface BackLinks {
  /** Newest first, then by trace, span and linked span; each once. */
  readonly links: readonly BackLink[];
  /** Whether there are older spans that link to the trace. */
  readonly more: boolean;
}

/** The links to the trace of distinct spans that have some. */
export function backLinksOf(spans: readonly Span[], { traceId, limit }: BackLinkScan): BackLinks {
  const linking = spans
    .filter((span) => span.traceId !== traceId && span.links.some((link) => link.traceId === traceId))
    .toSorted(newestFirst);
  const links = linking.slice(0, limit).flatMap((span) => {
    const ids = span.links.filter((link) => link.traceId === traceId).map(({ spanId }) => spanId);
    return [...new Set(ids)].toSorted().map((linkedSpanId) => ({
      traceId: span.traceId,
      spanId: span.spanId,
      service: serviceName(span.resource),
      name: span.name,
      startTimeUnixNano: span.startTimeUnixNano,
      linkedSpanId,
    }));
  });
  return { links, more: linking.length > limit };
}

function newestFirst(a: Span, b: Span): number {
  if (a.startTimeUnixNano !== b.startTimeUnixNano) return a.startTimeUnixNano > b.startTimeUnixNano ? -1 : 1;
  if (a.traceId !== b.traceId) return a.traceId < b.traceId ? -1 : 1;
  return a.spanId < b.spanId ? -1 : 1;
}
