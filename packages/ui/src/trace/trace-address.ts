import { formatDuration, parseDuration } from '@throughline/model';

import { TRACE_VIEWS, type TraceViewName } from '../navigation/routes.ts';
import type { ColourBy } from './colouring.ts';
import { nothingFiltered, type SpanFilter } from './span-filter.ts';

/** What of the trace page stands in its address, besides the trace. Rows are span ids there. */
export interface TraceAddress {
  readonly tab: TraceViewName;
  readonly span: string | undefined;
  /** The span shown as root. */
  readonly root: string | undefined;
  readonly filter: SpanFilter;
  readonly colourBy: ColourBy;
  readonly showsPath: boolean;
  readonly foldsRepeats: boolean;
  readonly corrected: boolean;
  readonly find: string;
  /** What a view of its own has: order of the table, groups of the statistics, merged flames. */
  readonly sort: string | undefined;
  readonly by: string | undefined;
  readonly merged: boolean;
  /** The trace graph's boxes are operations, not services. */
  readonly operations: boolean;
  /** The time shown, in nanoseconds from the trace's start; undefined for all of it. */
  readonly time: { readonly startNano: number; readonly endNano: number } | undefined;
}

export const plainAddress: TraceAddress = {
  tab: 'waterfall',
  span: undefined,
  root: undefined,
  filter: nothingFiltered,
  colourBy: { kind: 'service' },
  showsPath: true,
  foldsRepeats: true,
  corrected: false,
  find: '',
  sort: undefined,
  by: undefined,
  merged: false,
  operations: false,
  time: undefined,
};

/** Parameters that this page reads and writes; all others stay as they are. */
const OWN = [
  'view',
  'span',
  'root',
  'hide',
  'hide_kind',
  'min',
  'only',
  'colour',
  'path',
  'repeats',
  'clocks',
  'find',
  'sort',
  'by',
  'merged',
  'graph',
  'time',
] as const;

/** Reads a query string; what makes no sense is as if it was not there. */
export function parseTraceAddress(search: string): TraceAddress {
  const parameters = new URLSearchParams(search);
  const text = (name: (typeof OWN)[number]): string | undefined => parameters.get(name) || undefined;
  const minNano = parseDuration(text('min') ?? '');
  return {
    tab: TRACE_VIEWS.find((tab) => tab === text('view')) ?? 'waterfall',
    span: text('span'),
    root: text('root'),
    filter: {
      services: parameters.getAll('hide'),
      kinds: parameters.getAll('hide_kind'),
      minDurationNano: minNano === undefined ? 0 : Number(minNano),
      onlyMatches: text('only') === 'matches',
    },
    colourBy: parseColourBy(text('colour')),
    showsPath: text('path') !== 'off',
    foldsRepeats: text('repeats') !== 'all',
    corrected: text('clocks') === 'corrected',
    find: text('find') ?? '',
    sort: text('sort'),
    by: text('by'),
    merged: text('merged') === '1',
    operations: text('graph') === 'operations',
    time: parseTime(text('time')),
  };
}

/** The query string, `?` included, with the parameters of `search` that are not this page's; `''` if there is none. */
export function printTraceAddress(address: TraceAddress, search: string): string {
  const parameters = new URLSearchParams(search);
  for (const name of OWN) parameters.delete(name);
  const set = (name: (typeof OWN)[number], value: string | undefined): void => {
    if (value !== undefined && value !== '') parameters.append(name, value);
  };
  set('view', address.tab === 'waterfall' ? undefined : address.tab);
  set('span', address.span);
  set('root', address.root);
  for (const service of address.filter.services) set('hide', service);
  for (const kind of address.filter.kinds) set('hide_kind', kind);
  const { minDurationNano } = address.filter;
  set('min', minDurationNano > 0 ? formatDuration(minDurationNano).replaceAll(' ', '') : undefined);
  set('only', address.filter.onlyMatches ? 'matches' : undefined);
  set('colour', printColourBy(address.colourBy));
  set('path', address.showsPath ? undefined : 'off');
  set('repeats', address.foldsRepeats ? undefined : 'all');
  set('clocks', address.corrected ? 'corrected' : undefined);
  set('find', address.find);
  set('sort', address.sort);
  set('by', address.by);
  set('merged', address.merged ? '1' : undefined);
  set('graph', address.operations ? 'operations' : undefined);
  const { time } = address;
  set('time', time === undefined ? undefined : `${Math.round(time.startNano)}-${Math.round(time.endNano)}`);
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}

/** `service`, `kind`, `error`, `self`, or `attribute:NAME`. */
export function parseColourBy(text: string | undefined): ColourBy {
  if (text?.startsWith('attribute:') === true && text.length > 10) return { kind: 'attribute', name: text.slice(10) };
  if (text === 'kind' || text === 'error' || text === 'self') return { kind: text };
  return { kind: 'service' };
}

export function printColourBy(by: ColourBy): string | undefined {
  if (by.kind === 'service') return undefined;
  return by.kind === 'attribute' ? `attribute:${by.name}` : by.kind;
}

function parseTime(text: string | undefined): TraceAddress['time'] {
  const match = /^(\d{1,16})-(\d{1,16})$/.exec(text ?? '');
  const [startNano, endNano] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && endNano > startNano ? { startNano, endNano } : undefined;
}
