import type { SearchParameters } from '@throughline/query/client';

export type TimeRange =
  | { readonly kind: 'since'; readonly since: string }
  | { readonly kind: 'all' }
  /** Epoch milliseconds; either end may be open. */
  | { readonly kind: 'between'; readonly fromMs: number | undefined; readonly toMs: number | undefined };

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
  readonly limit: number;
}

export const TIME_PRESETS: readonly { readonly since: string; readonly label: string }[] = [
  { since: '15m', label: 'Last 15 minutes' },
  { since: '1h', label: 'Last hour' },
  { since: '6h', label: 'Last 6 hours' },
  { since: '24h', label: 'Last 24 hours' },
  { since: '2d', label: 'Last 2 days' },
  { since: '7d', label: 'Last 7 days' },
];

export const LIMITS: readonly number[] = [20, 50, 100, 200, 500, 1000];

export const initialSearch: SearchState = {
  mode: 'form',
  service: '',
  operation: '',
  tags: [],
  minDuration: '',
  maxDuration: '',
  query: '',
  time: { kind: 'since', since: '1h' },
  order: 'newest',
  limit: 100,
};

/** The state in the page's address; what is as at first is left out. */
export function searchToUrl(state: SearchState): string {
  const parameters = new URLSearchParams();
  addFilter(parameters, state);
  if (state.time.kind === 'all') parameters.set('since', 'all');
  else if (state.time.kind === 'between') addWindow(parameters, state.time);
  else if (state.time.since !== '1h') parameters.set('since', state.time.since);
  if (state.order !== initialSearch.order) parameters.set('order', state.order);
  if (state.limit !== initialSearch.limit) parameters.set('limit', String(state.limit));
  const text = parameters.toString();
  return text === '' ? '/search' : `/search?${text}`;
}

/** The same as parameters of `GET /v1/traces`. */
export function searchToParameters(state: SearchState): SearchParameters {
  return {
    ...filterParameters(state),
    ...(state.time.kind === 'since' && { since: state.time.since }),
    ...(state.time.kind === 'between' && windowParameters(state.time)),
    order: state.order,
    limit: state.limit,
  };
}

function filterParameters(state: SearchState): SearchParameters {
  if (state.mode === 'query') return state.query.trim() === '' ? {} : { q: state.query };
  return {
    ...(state.service !== '' && { service: state.service }),
    ...(state.operation !== '' && { operation: state.operation }),
    ...(state.tags.length > 0 && { tags: state.tags.map(({ key, value }) => `${key}=${value}`) }),
    ...(state.minDuration !== '' && { min_duration: state.minDuration }),
    ...(state.maxDuration !== '' && { max_duration: state.maxDuration }),
  };
}

function windowParameters({ fromMs, toMs }: Extract<TimeRange, { kind: 'between' }>): SearchParameters {
  return {
    ...(fromMs !== undefined && { start_time: secondsText(fromMs) }),
    ...(toMs !== undefined && { end_time: secondsText(toMs) }),
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

function addWindow(parameters: URLSearchParams, time: Extract<TimeRange, { kind: 'between' }>): void {
  if (time.fromMs !== undefined) parameters.set('start_time', secondsText(time.fromMs));
  if (time.toMs !== undefined) parameters.set('end_time', secondsText(time.toMs));
}

/** Seconds with as many of the three decimals as are needed, without the noise of a division. */
function secondsText(epochMs: number): string {
  const whole = Math.floor(epochMs / 1000);
  const millis = Math.round(epochMs - whole * 1000);
  return millis === 0 ? String(whole) : `${whole}.${String(millis).padStart(3, '0').replace(/0+$/, '')}`;
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
    time: timeFromUrl(parameters),
    order: parameters.get('order') === 'longest' ? 'longest' : 'newest',
    limit: Number.isInteger(limit) && limit >= 1 && limit <= 10_000 ? limit : initialSearch.limit,
  };
}

function timeFromUrl(parameters: URLSearchParams): TimeRange {
  const since = parameters.get('since');
  if (since === 'all') return { kind: 'all' };
  if (since !== null && since !== '') return { kind: 'since', since };
  const fromMs = millisOf(parameters.get('start_time'));
  const toMs = millisOf(parameters.get('end_time'));
  return fromMs === undefined && toMs === undefined ? initialSearch.time : { kind: 'between', fromMs, toMs };
}

function millisOf(seconds: string | null): number | undefined {
  if (seconds === null || !/^\d+(\.\d+)?$/.test(seconds)) return undefined;
  return Math.round(Number(seconds) * 1000);
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
