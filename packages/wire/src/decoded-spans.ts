import type { Span, SpanRejection } from '@throughline/model';

/** What a decoder read: the spans in the order of the input, and how many were left out, by reason. */
export interface DecodedSpans {
  readonly spans: readonly Span[];
  readonly rejected: Readonly<Partial<Record<SpanRejection, number>>>;
}
