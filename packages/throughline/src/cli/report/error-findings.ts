import type { ErrorGroupAnswer, TraceColumns } from '@throughline/query/client';
import { errorOriginRow, rowOf, spanIdAt } from './error-origin.ts';
import type { Sources } from './gather.ts';
import type { Links } from './links.ts';
import type { ErrorFinding } from './report.ts';

/** Kinds of errors that are followed to where they started. */
const MAX_FOLLOWED = 24;

/** The kinds of errors to look at, new ones first, then the most frequent. */
export function errorsToFollow({ errorGroups, changes }: Sources): readonly ErrorGroupAnswer[] {
  const fresh = new Set(changes?.new_errors.map(({ fingerprint }) => fingerprint));
  const known = new Set(errorGroups.map(({ fingerprint }) => fingerprint));
  const all = [...errorGroups, ...(changes?.new_errors ?? []).filter(({ fingerprint }) => !known.has(fingerprint))];
  return all
    .toSorted((a, b) => Number(fresh.has(b.fingerprint)) - Number(fresh.has(a.fingerprint)) || b.count - a.count)
    .slice(0, MAX_FOLLOWED);
}

/** `traces`: those of the first sample of each group, by id. */
export function errorFindings(
  groups: readonly ErrorGroupAnswer[],
  sources: Sources,
  traces: ReadonlyMap<string, TraceColumns>,
  links: Links,
): readonly ErrorFinding[] {
  const fresh = new Set(sources.changes?.new_errors.map(({ fingerprint }) => fingerprint));
  const seconds = secondsOfData(sources);
  return groups.map((group) => ({
    ...group,
    is_new: fresh.has(group.fingerprint),
    is_burst: isBurst(group, seconds),
    origin: originOf(group, traces, links),
    url: links.search(group.query),
  }));
}

const BURST_PROBABILITY = 0.01;

/**
 * Whether as many cases as there are samples would all lie within so short a part of the time by chance with less than 1 %:
 * the range of n uniform values is at most f with the probability n f^(n-1) - (n-1) f^n. Samples and not the count, which
 * is a sum of weights.
 */
function isBurst({ first_time: first, last_time: last, samples }: ErrorGroupAnswer, seconds: number): boolean {
  const n = samples.length;
  const share = seconds > 0 ? Math.min(1, (last - first) / seconds) : 1;
  return n >= 3 && n * share ** (n - 1) - (n - 1) * share ** n < BURST_PROBABILITY;
}

/** From the first to the last requests of the window. */
function secondsOfData({ services }: Sources): number {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { points, step_seconds: step } of services) {
    first = Math.min(first, points[0]?.start_time ?? first);
    last = Math.max(last, (points.at(-1)?.start_time ?? last) + step);
  }
  return last > first ? last - first : 0;
}

function originOf(
  { samples: [sample] }: ErrorGroupAnswer,
  traces: ReadonlyMap<string, TraceColumns>,
  links: Links,
): ErrorFinding['origin'] {
  const columns = sample === undefined ? undefined : traces.get(sample.trace_id);
  if (columns === undefined || sample === undefined) return null;
  const row = rowOf(columns, sample.span_id);
  if (row < 0) return null;
  const origin = errorOriginRow(columns, row);
  return {
    service: columns.strings[columns.service[origin] ?? 0] ?? '',
    operation: columns.strings[columns.name[origin] ?? 0] ?? '',
    reference: links.span({ trace_id: sample.trace_id, span_id: spanIdAt(columns, origin) }),
  };
}
