import { normalizeTraceId } from '@throughline/model';

import { withParameters } from '../navigation/routes.ts';
import { addTimeRange, type TimeRange, timeRangeFromUrl } from '../time-range/time-range.ts';
import type { RowOrder } from './compare-rows.ts';

export interface TwoTracesState {
  readonly kind: 'traces';
  /** 32 hexadecimal digits; undefined until chosen. */
  readonly a: string | undefined;
  readonly b: string | undefined;
  readonly order: RowOrder;
  readonly onlyDifferences: boolean;
  /** The selected node by a span's id: B's, or A's where B has none. */
  readonly spanId: string | undefined;
}

export interface TwoSetsState {
  readonly kind: 'sets';
  /** TraceQL. */
  readonly a: string;
  readonly b: string;
  readonly time: TimeRange;
  /** Windows of their own; undefined: {@link time}. */
  readonly aTime: OwnWindow | undefined;
  readonly bTime: OwnWindow | undefined;
}

/** Seconds since the epoch, as the API takes them. */
export interface OwnWindow {
  readonly start: string;
  readonly end: string;
}

export type CompareState = TwoTracesState | TwoSetsState;

export function compareFromUrl(search: string): CompareState {
  const parameters = new URLSearchParams(search);
  if (parameters.has('qa') || parameters.has('qb')) {
    return {
      kind: 'sets',
      a: parameters.get('qa') ?? '',
      b: parameters.get('qb') ?? '',
      time: timeRangeFromUrl(parameters),
      aTime: ownWindow(parameters, 'a'),
      bTime: ownWindow(parameters, 'b'),
    };
  }
  return {
    kind: 'traces',
    a: normalizeTraceId(parameters.get('a') ?? ''),
    b: normalizeTraceId(parameters.get('b') ?? ''),
    order: parameters.get('order') === 'contribution' ? 'contribution' : 'time',
    onlyDifferences: parameters.get('show') === 'differences',
    spanId: parameters.get('span') ?? undefined,
  };
}

export function compareToUrl(state: CompareState): string {
  const parameters = new URLSearchParams();
  if (state.kind === 'sets') {
    parameters.set('qa', state.a);
    parameters.set('qb', state.b);
    addTimeRange(parameters, state.time);
    addOwnWindow(parameters, 'a', state.aTime);
    addOwnWindow(parameters, 'b', state.bTime);
  } else {
    if (state.a !== undefined) parameters.set('a', state.a);
    if (state.b !== undefined) parameters.set('b', state.b);
    if (state.order !== 'time') parameters.set('order', state.order);
    if (state.onlyDifferences) parameters.set('show', 'differences');
    if (state.spanId !== undefined) parameters.set('span', state.spanId);
  }
  return withParameters('/compare', parameters);
}

/** The other way round: what was added is now removed. */
export function swapped<S extends CompareState>(state: S): S {
  return state.kind === 'sets'
    ? { ...state, a: state.b, b: state.a, aTime: state.bTime, bTime: state.aTime }
    : { ...state, a: state.b, b: state.a };
}

function ownWindow(parameters: URLSearchParams, side: 'a' | 'b'): OwnWindow | undefined {
  const [start, end] = [parameters.get(`${side}_start_time`), parameters.get(`${side}_end_time`)];
  return start === null || end === null ? undefined : { start, end };
}

function addOwnWindow(parameters: URLSearchParams, side: 'a' | 'b', window: OwnWindow | undefined): void {
  if (window === undefined) return;
  parameters.set(`${side}_start_time`, window.start);
  parameters.set(`${side}_end_time`, window.end);
}
