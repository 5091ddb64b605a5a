import type { ReferenceParameters, WindowParameters } from '@throughline/query/client';

import { withParameters } from '../navigation/routes.ts';
import { initialSearch, searchToUrl } from '../search/search-state.ts';
import { addTimeRange, type TimeRange, timeRangeFromUrl, timeRangeParameters } from '../time-range/time-range.ts';

/** What the window is held against. */
export type Reference =
  /** Whichever of the two below shows a cause more clearly. */
  | { readonly kind: 'auto' }
  /** As much time before it. */
  | { readonly kind: 'previous' }
  /** Itself, divided by time. */
  | { readonly kind: 'within' }
  /** Epoch milliseconds. */
  | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

/** What causes are ranked. */
export type CauseLevel = 'services' | 'operations' | 'instances' | 'attributes';

export interface InsightsState {
  /** Undefined: the server's default, the last hour of data. */
  readonly time: TimeRange | undefined;
  readonly against: Reference;
  readonly level: CauseLevel;
}

/** The window that all sections are about, as the server resolved it. */
export interface ResolvedWindow {
  readonly fromUnixNano: bigint;
  readonly toUnixNano: bigint;
}

export function insightsFromUrl(search: string): InsightsState {
  const parameters = new URLSearchParams(search);
  const hasTime = ['since', 'start_time', 'end_time'].some((name) => parameters.has(name));
  const level = parameters.get('rank');
  return {
    time: hasTime ? timeRangeFromUrl(parameters) : undefined,
    against: referenceFrom(parameters),
    level: level === 'operations' || level === 'instances' || level === 'attributes' ? level : 'services',
  };
}

function referenceFrom(parameters: URLSearchParams): Reference {
  const against = parameters.get('against');
  if (against === 'within' || against === 'previous') return { kind: against };
  const [from, to] = ['reference_start_time', 'reference_end_time'].map((name) => Number(parameters.get(name) ?? 'x'));
  if (from === undefined || to === undefined || !(to > from)) return { kind: 'auto' };
  return { kind: 'between', fromMs: Math.round(from * 1000), toMs: Math.round(to * 1000) };
}

export function insightsToUrl({ time, against, level }: InsightsState): string {
  const parameters = new URLSearchParams();
  // The last hour is written out: here the absence of a time means that the server chooses.
  if (time?.kind === 'since') parameters.set('since', time.since);
  else if (time !== undefined) addTimeRange(parameters, time);
  if (against.kind === 'within' || against.kind === 'previous') parameters.set('against', against.kind);
  if (against.kind === 'between') {
    parameters.set('reference_start_time', String(against.fromMs / 1000));
    parameters.set('reference_end_time', String(against.toMs / 1000));
  }
  if (level !== 'services') parameters.set('rank', level);
  return withParameters('/insights', parameters);
}

/** The window as the API takes it. */
export function windowParametersOf(time: TimeRange | undefined): WindowParameters {
  return time === undefined ? {} : timeRangeParameters(time);
}

const SECOND_NANO = 1_000_000_000n;

/** Seconds since the epoch, exactly. */
export function exactSeconds(unixNano: bigint): string {
  const fraction = (unixNano % SECOND_NANO).toString().padStart(9, '0').replace(/0+$/, '');
  const whole = (unixNano / SECOND_NANO).toString();
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

export function exactWindow({ fromUnixNano, toUnixNano }: ResolvedWindow): WindowParameters {
  return { start_time: exactSeconds(fromUnixNano), end_time: exactSeconds(toUnixNano) };
}

/** The reference as the API takes it; nothing for a window that is divided. */
export function referenceParametersOf(
  { fromUnixNano, toUnixNano }: ResolvedWindow,
  against: Exclude<Reference, { kind: 'auto' }>,
): Pick<ReferenceParameters, 'reference_start_time' | 'reference_end_time'> {
  if (against.kind === 'within') return {};
  if (against.kind === 'between') {
    return {
      reference_start_time: String(against.fromMs / 1000),
      reference_end_time: String(against.toMs / 1000),
    };
  }
  const before = fromUnixNano - (toUnixNano - fromUnixNano);
  return {
    reference_start_time: exactSeconds(before < 0n ? 0n : before),
    reference_end_time: exactSeconds(fromUnixNano),
  };
}

/** A search for the query's traces in the window. */
export function searchFor(
  query: string,
  { fromUnixNano, toUnixNano }: ResolvedWindow,
  order: 'newest' | 'longest' = 'newest',
): string {
  return searchToUrl({
    ...initialSearch,
    mode: 'query',
    query,
    order,
    // Outwards to whole milliseconds, so that no trace at an edge is left out.
    time: {
      kind: 'between',
      fromMs: Number(fromUnixNano / 1_000_000n),
      toMs: Number((toUnixNano + 999_999n) / 1_000_000n),
    },
  });
}
