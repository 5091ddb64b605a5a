import type { FilterParameters, SearchParameters, WindowParameters } from '@throughline/query/client';

import {
  addTimeRange,
  INITIAL_TIME_RANGE,
  type TimeRange,
  timeRangeFromUrl,
  timeRangeParameters,
} from '../time-range/time-range.ts';
import { parseSort, type Sort, sortText } from './result-sort.ts';
import { addRegion, type Region, regionFromUrl } from './region.ts';

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A search as the form has it. `query` counts in mode `query`, the fields before it in mode `form`. */
export interface SearchState {
  readonly mode: 'form' | 'query';
  readonly service: string;
  readonly operation: string;
  readonly tags: readonly Tag[];
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly query: string;
  readonly time: TimeRange;
  readonly order: 'newest' | 'longest';
  /** Traces of a page. */
  readonly limit: number;
  /** Only what the heat map's part holds. */
  readonly region: Region | undefined;
  readonly plot: 'heat-map' | 'traces';
  /** Of the traces that are loaded; undefined leaves them in the server's order. */
  readonly sort: Sort | undefined;
  /** Whether traces are listed as they arrive. */
  readonly live: boolean;
}

export const initialSearch: SearchState = {
  mode: 'form',
  service: '',
  operation: '',
  tags: [],
  minDuration: '',
  maxDuration: '',
  query: '',
  time: INITIAL_TIME_RANGE,
  order: 'newest',
  limit: 100,
  region: undefined,
  plot: 'heat-map',
  sort: undefined,
  live: false,
};

/** The state in the page's address; what is as at first is left out. */
export function searchToUrl(state: SearchState): string {
  const parameters = new URLSearchParams();
  addFilter(parameters, state);
  addTimeRange(parameters, state.time);
  if (state.order !== initialSearch.order) parameters.set('order', state.order);
  if (state.limit !== initialSearch.limit) parameters.set('limit', String(state.limit));
  addRegion(parameters, state.region);
  if (state.plot === 'traces') parameters.set('plot', 'traces');
  if (state.sort !== undefined) parameters.set('sort', sortText(state.sort));
  if (state.live) parameters.set('live', '1');
  const text = parameters.toString();
  return text === '' ? '/search' : `/search?${text}`;
}

/** The same as parameters of `GET /v1/traces`. */
export function searchToParameters(state: SearchState): SearchParameters {
  const { region, order, limit } = state;
  if (region !== undefined) {
    return { q: region.query, start_time: region.startTime, end_time: region.endTime, order, limit };
  }
  return { ...filterParameters(state), ...timeRangeParameters(state.time), order, limit };
}

/** What the search asks of spans and traces, and when, whichever of them are selected. */
export function populationParameters(state: SearchState): FilterParameters & WindowParameters {
  return { ...filterParameters(state), ...timeRangeParameters(state.time) };
}

/** The same of what is selected, if something is. */
export function selectionParameters(state: SearchState): FilterParameters & WindowParameters {
  const { order: _, limit: __, ...parameters } = searchToParameters(state);
  return parameters;
}

/** Whether both ask for the same spans and traces of the same time. */
export function sameSearch(a: SearchState, b: SearchState): boolean {
  return JSON.stringify(populationParameters(a)) === JSON.stringify(populationParameters(b));
}

/** What the search asks of spans and traces, whenever they were. */
export function filterParameters(state: SearchState): FilterParameters {
  if (state.mode === 'query') return state.query.trim() === '' ? {} : { q: state.query };
  return {
    ...(state.service !== '' && { service: state.service }),
    ...(state.operation !== '' && { operation: state.operation }),
    ...(state.tags.length > 0 && { tags: state.tags.map(({ key, value }) => `${key}=${value}`) }),
    ...(state.minDuration !== '' && { min_duration: state.minDuration }),
    ...(state.maxDuration !== '' && { max_duration: state.maxDuration }),
  };
}

function addFilter(parameters: URLSearchParams, state: SearchState): void {
  if (state.mode === 'query') {
    parameters.set('q', state.query);
    return;
  }
  if (state.service !== '') parameters.set('service', state.service);
  if (state.operation !== '') parameters.set('operation', state.operation);
  for (const { key, value } of state.tags) parameters.append('tags', `${key}=${value}`);
  if (state.minDuration !== '') parameters.set('min_duration', state.minDuration);
  if (state.maxDuration !== '') parameters.set('max_duration', state.maxDuration);
}

/** Reads an address; what makes no sense is as at first. */
export function searchFromUrl(search: string): SearchState {
  const parameters = new URLSearchParams(search);
  const query = parameters.get('q');
  const limit = Number(parameters.get('limit') ?? initialSearch.limit);
  return {
    mode: query === null ? 'form' : 'query',
    service: query === null ? (parameters.get('service') ?? '') : '',
    operation: query === null ? (parameters.get('operation') ?? '') : '',
    tags: query === null ? parameters.getAll('tags').flatMap(parseTag) : [],
    minDuration: query === null ? (parameters.get('min_duration') ?? '') : '',
    maxDuration: query === null ? (parameters.get('max_duration') ?? '') : '',
    query: query ?? '',
    time: timeRangeFromUrl(parameters),
    order: parameters.get('order') === 'longest' ? 'longest' : 'newest',
    limit: Number.isInteger(limit) && limit >= 1 && limit <= 10_000 ? limit : initialSearch.limit,
    region: regionFromUrl(parameters),
    plot: parameters.get('plot') === 'traces' ? 'traces' : 'heat-map',
    sort: parseSort(parameters.get('sort')),
    live: parameters.get('live') === '1',
  };
}

/** `key=value`; the value may be empty and may contain `=`. A tag without a key is none. */
export function parseTag(text: string): readonly Tag[] {
  const separator = text.indexOf('=');
  const key = (separator < 0 ? text : text.slice(0, separator)).trim();
  return key === '' ? [] : [{ key, value: separator < 0 ? '' : text.slice(separator + 1).trim() }];
}

/** Several tags in one line: blanks separate them, double quotes hold a value with blanks together. */
export function parseTagLine(text: string): readonly Tag[] {
  const words = text.match(/(?:[^\s"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return words.filter((word) => word.includes('=')).flatMap((word) => parseTag(unquote(word)));
}

function unquote(word: string): string {
  return word.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1'));
}

/** A duration as the API takes it: with a unit and no blank. A bare number is milliseconds. */
export function normalizeDuration(text: string): string {
  const compact = text.replaceAll(/\s+/g, '');
  return /^\d+(\.\d+)?$/.test(compact) && Number(compact) !== 0 ? `${compact}ms` : compact;
}
