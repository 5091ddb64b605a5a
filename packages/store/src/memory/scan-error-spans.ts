import { isErrorSpan, type Span } from '@throughline/model';
import { newestFirst } from '../search/read-error-spans.ts';
import type { ErrorScan, ErrorSpans } from '../span-store.ts';
import type { ScannedTrace } from './scan-attributes.ts';
import { isSelected } from './select-spans.ts';

/** The newest of the error spans, each once; `maxSpanCount` counts copies. */
export function scanErrorSpans(traces: Iterable<ScannedTrace>, scan: ErrorScan): ErrorSpans {
  const isMeant = (span: Span): boolean => isErrorSpan(span) && isSelected(span, scan);
  const stored: Span[] = [];
  const distinct: Span[] = [];
  for (const trace of traces) {
    stored.push(...trace.stored.filter(isMeant));
    distinct.push(...trace.assembled.spans.filter(isMeant));
  }
  const tooOld = stored.sort(newestFirst)[scan.maxSpanCount];
  const spans =
    tooOld === undefined ? distinct : distinct.filter((span) => span.startTimeUnixNano > tooOld.startTimeUnixNano);
  return { spans: spans.sort(newestFirst), scanLimited: tooOld !== undefined };
}
