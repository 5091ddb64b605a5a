import type { GapAnswer, TraceAnalysisAnswer } from '@throughline/query/client';

import { countOf } from '../format/count.ts';
import { formatDuration } from '../format/duration.ts';
import { formatShare } from '../format/share.ts';

/** What one trace's analysis says, in plain words. */

type Analysed = Pick<TraceAnalysisAnswer, 'duration_nano' | 'operations' | 'critical_path'>;

/** `79 % of the 914 ms is mailer POST; 4 % is time in which no span ran.` */
export function whereTimeWent({ duration_nano: duration, operations, critical_path: path }: Analysed): string {
  if (duration === 0) return 'The trace takes no time.';
  const [first, second] = operations.filter(({ critical_nano: nano }) => nano > 0);
  const share = (nano: number): string => formatShare(nano / duration);
  const parts = [
    first === undefined
      ? 'No span is on the critical path'
      : `${share(first.critical_nano)} of the ${formatDuration(duration)} is ${first.service} ${first.operation ?? ''}`,
  ];
  if (second !== undefined) parts.push(`${share(second.critical_nano)} is ${second.service} ${second.operation ?? ''}`);
  if (path.gap_nano > 0) parts.push(`in ${share(path.gap_nano)} no span ran`);
  return `${parts.join('; ')}.`;
}

/** What a gap is; the names of its neighbours come from the path's segments where these name them. */
export function gapInWords({ kind, duration_nano: duration }: GapAnswer): string {
  return kind === 'within_span'
    ? `${formatDuration(duration)} within a span in which none of its children ran`
    : `${formatDuration(duration)} between two spans in which nothing ran`;
}

/** Why the analysis may be wrong about the trace: what is missing or odd, the gravest first. */
export function doubtsInWords(quality: TraceAnalysisAnswer['quality']): readonly string[] {
  const doubts: readonly (readonly [count: number, words: (count: number) => string])[] = [
    [quality.missing_parent_count, (n) => `${countOf(n, 'parent is', 'parents are')} not stored`],
    [quality.orphan_count, (n) => `${countOf(n, 'span hangs', 'spans hang')} under none that is stored`],
    [quality.cycle_count, (n) => `${countOf(n, 'cycle')} of parents cut`],
    [quality.conflicting_count, (n) => `${countOf(n, 'span id')} used more than once`],
    [
      quality.outside_parent_count,
      (n) =>
        `${countOf(n, 'span lies', 'spans lie')} outside the parent’s time: asynchronous work, or clocks that differ`,
    ],
    [quality.negative_duration_count, (n) => `${countOf(n, 'span ends', 'spans end')} before the start`],
    [quality.unknown_service_count, (n) => `${countOf(n, 'span names', 'spans name')} no service`],
    [
      quality.client_without_server_count,
      (n) =>
        `${countOf(n, 'call has', 'calls have')} no span of the called side: it is not traced, or its spans are lost`,
    ],
    [quality.truncated_count, (n) => `${countOf(n, 'span', 'spans')} with attributes, events or links dropped`],
  ];
  const found = doubts.flatMap(([count, words]) => (count > 0 ? [words(count)] : []));
  return quality.root_count === 0 ? ['the root span is not stored', ...found] : found;
}

/** The longest stretch of the critical path that an operation has, by `service operation`. */
export function longestSegments(
  segments: TraceAnalysisAnswer['critical_path']['segments'],
): ReadonlyMap<string, string> {
  const longest = new Map<string, { spanId: string; nano: number }>();
  for (const { kind, service, operation, span_id: spanId, duration_nano: nano } of segments) {
    if (kind !== 'span') continue;
    const key = `${service} ${operation}`;
    if (nano > (longest.get(key)?.nano ?? -1)) longest.set(key, { spanId, nano });
  }
  return new Map([...longest].map(([key, { spanId }]) => [key, spanId]));
}
