import { formatDuration } from '@throughline/model';
import type { CauseEvidenceAnswer, OperationChangeAnswer } from '@throughline/query/client';
import { counted, formatCount } from '../terminal/count.ts';
import type { Links } from './links.ts';
import { spansText } from './queries.ts';
import type { ErrorFinding, Evidence, Trouble } from './report.ts';
import { listed, percent, short, utcClock } from './words.ts';

/** Evidence with when it shows, if it says. */
export interface DatedEvidence {
  readonly evidence: Evidence;
  readonly trouble: Trouble | null;
}

/** What a root cause's deviation says of `suspect`, which is the caller or the callee of the operation. */
export function causeEvidence(
  found: CauseEvidenceAnswer,
  suspect: string,
  trouble: Trouble | null,
  links: Links,
): DatedEvidence {
  const evidence: Evidence = {
    kind: 'root_cause',
    text: causeText(found, suspect),
    weight: found.weight,
    query: found.query,
    url: links.search(found.query),
    base_query: found.kind === 'work_missing' ? null : spansText(found.service, found.operation),
    samples: found.samples.map((sample) => links.span(sample)),
  };
  return { evidence, trouble };
}

function causeText(found: CauseEvidenceAnswer, suspect: string): string {
  const { kind, service, operation, callee, affected_count: affected, observation_count: all } = found;
  const calls =
    callee === null
      ? short(operation)
      : callee === suspect
        ? `calls of ${service} to ${callee} (${short(operation, 60)})`
        : `${short(operation, 60)}, calling ${callee}`;
  const often = `in ${formatCount(affected)} of ${formatCount(all)} cases`;
  switch (kind) {
    case 'slower':
      return (
        `${calls}: ${formatDuration(Math.round(found.excess_nano))} above the usual ` +
        `${formatDuration(Math.round(found.usual_nano))} ${often}`
      );
    case 'failing':
      return `${calls}: fails by itself ${often}, more often than before`;
    case 'work_missing':
      return `${calls}: does less than usual ${often}; steps that otherwise follow are missing`;
    case 'work_repeated':
      return `${calls}: makes many more calls than usual ${often}, for ${formatDuration(Math.round(found.excess_nano))}`;
    case 'callee_missing':
      return `${calls}: no span of the called side ${often}; calls arrive nowhere`;
  }
}

/** By how much p95 has to rise for a weight of 1; it gets no more than the half of it, as a victim is slower as well. */
const SLOWER_WEIGHT_NANO = 2e9;
const MAX_SLOWER_WEIGHT = 0.5;

/** A change for the worse. */
export function changeEvidence(change: OperationChangeAnswer, windowEnd: number, links: Links): DatedEvidence {
  const { kind, operation, before, after, since_time: since, until_time: until } = change;
  const isTime = kind === 'slower' || kind === 'faster';
  const level = isTime ? (value: number) => formatDuration(Math.round(value)) : percent;
  const span = until === null ? `since ${utcClock(since)}` : `from ${utcClock(since)} to ${utcClock(until)}`;
  return {
    evidence: {
      kind: 'change',
      text: `${short(operation)}: ${isTime ? 'p95' : 'error rate'} rose from ${level(before)} to ${level(after)} ${span}`,
      weight: isTime
        ? Math.min(MAX_SLOWER_WEIGHT, Math.max(0, after - before) / SLOWER_WEIGHT_NANO)
        : Math.max(0, after - before),
      query: change.query,
      url: links.search(change.query),
      base_query: spansText(change.service, operation),
      samples: [],
    },
    trouble: { start_time: since, end_time: until ?? windowEnd },
  };
}

/** What a new kind of error counts at most, and how many cases make half of it. */
const NEW_ERROR_WEIGHT = 0.6;
const NEW_ERROR_HALF_COUNT = 2;
const KNOWN_ERROR_WEIGHT = 0.5;

/** New, or there for a while only. */
export function isSudden({ is_new: isNew, is_burst: isBurst }: ErrorFinding): boolean {
  return isNew || isBurst;
}

/**
 * Kinds of errors that started in the same operation. A new kind, or a burst, counts by how often it was seen; a known one by its share
 * of the service's requests.
 */
export function errorEvidence(
  findings: readonly [ErrorFinding, ...ErrorFinding[]],
  originService: string,
  requestCount: number,
): DatedEvidence {
  const own = findings.filter(({ service }) => service === originService);
  // What its callers saw of it is the same error.
  const [first] = findings;
  const main = own.toSorted((a, b) => Number(isSudden(b)) - Number(isSudden(a)) || b.count - a.count)[0] ?? first;
  const victims = [...new Set(findings.map(({ service }) => service))].filter((name) => name !== originService);
  const what =
    [main.type, short(main.message, 120)].filter((text) => text !== '').join(': ') || 'error without a message';
  const spread = victims.length === 0 ? '' : `; it spread to ${listed(victims)}`;
  const which = main.is_new ? 'A new error' : 'A burst of errors';
  const fresh = isSudden(main) ? `${which}, ${utcClock(main.first_time)} to ${utcClock(main.last_time)}: ` : '';
  const where = main.origin?.operation ?? main.operation;
  return {
    evidence: {
      kind: 'error',
      text: `${fresh}${counted(main.count, 'time')} ${what} in ${short(where)}${spread}`,
      weight: isSudden(main)
        ? (NEW_ERROR_WEIGHT * main.count) / (main.count + NEW_ERROR_HALF_COUNT)
        : KNOWN_ERROR_WEIGHT * Math.min(1, main.count / Math.max(1, requestCount, main.count)),
      query: main.query,
      url: main.url,
      base_query: spansText(main.service, main.operation.includes('?') ? undefined : main.operation),
      samples: main.origin === null ? [] : [main.origin.reference],
    },
    trouble: isSudden(main) ? { start_time: main.first_time, end_time: main.last_time } : null,
  };
}
