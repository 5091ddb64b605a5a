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
  { changes }: Sources,
  traces: ReadonlyMap<string, TraceColumns>,
  links: Links,
): readonly ErrorFinding[] {
  const fresh = new Set(changes?.new_errors.map(({ fingerprint }) => fingerprint));
  return groups.map((group) => ({
    ...group,
    is_new: fresh.has(group.fingerprint),
    origin: originOf(group, traces, links),
    url: links.search(group.query),
  }));
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
