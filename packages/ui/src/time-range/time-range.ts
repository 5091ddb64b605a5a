import type { WindowParameters } from '@throughline/query/client';

import { withParameters } from '../navigation/routes.ts';

/** Which time a page is about. In an address: `since=6h`, `since=all`, or `start_time` and `end_time` in seconds. */
export type TimeRange =
  | { readonly kind: 'since'; readonly since: string }
  | { readonly kind: 'all' }
  /** Epoch milliseconds; either end may be open. */
  | { readonly kind: 'between'; readonly fromMs: number | undefined; readonly toMs: number | undefined };

export const TIME_PRESETS: readonly { readonly since: string; readonly label: string }[] = [
  { since: '15m', label: 'Last 15 minutes' },
  { since: '1h', label: 'Last hour' },
  { since: '6h', label: 'Last 6 hours' },
  { since: '24h', label: 'Last 24 hours' },
  { since: '2d', label: 'Last 2 days' },
  { since: '7d', label: 'Last 7 days' },
];

const INITIAL_SINCE = '1h';

/** What is shown where the address says nothing. */
export const INITIAL_TIME_RANGE: TimeRange = { kind: 'since', since: INITIAL_SINCE };

/** The address's parameters of a range, and no other. */
const PARAMETER_NAMES = ['since', 'start_time', 'end_time'] as const;

/** Writes the range into an address's parameters in place of the one they have; what is as at first is left out. */
export function addTimeRange(parameters: URLSearchParams, time: TimeRange): void {
  for (const name of PARAMETER_NAMES) parameters.delete(name);
  if (time.kind === 'all') parameters.set('since', 'all');
  else if (time.kind === 'since') {
    if (time.since !== INITIAL_SINCE) parameters.set('since', time.since);
  } else {
    if (time.fromMs !== undefined) parameters.set('start_time', secondsText(time.fromMs));
    if (time.toMs !== undefined) parameters.set('end_time', secondsText(time.toMs));
  }
}

/** Reads an address; what makes no sense is as at first. */
export function timeRangeFromUrl(parameters: URLSearchParams): TimeRange {
  const since = parameters.get('since');
  if (since === 'all') return { kind: 'all' };
  if (since !== null && since !== '') return { kind: 'since', since };
  const fromMs = millisOf(parameters.get('start_time'));
  const toMs = millisOf(parameters.get('end_time'));
  return fromMs === undefined && toMs === undefined ? INITIAL_TIME_RANGE : { kind: 'between', fromMs, toMs };
}

/** The range as parameters of the API. */
export function timeRangeParameters(time: TimeRange): WindowParameters {
  if (time.kind === 'since') return { since: time.since };
  if (time.kind === 'all') return {};
  return {
    ...(time.fromMs !== undefined && { start_time: secondsText(time.fromMs) }),
    ...(time.toMs !== undefined && { end_time: secondsText(time.toMs) }),
  };
}

/**
 * `/map` with the time that an address's query string asks for, so that another page is about the same time. What else
 * the path has in its query string stays.
 */
export function withTimeOf(path: string, search: string): string {
  const [pathname = '', query = ''] = path.split('?');
  const parameters = new URLSearchParams(query);
  addTimeRange(parameters, timeRangeFromUrl(new URLSearchParams(search)));
  return withParameters(pathname, parameters);
}

/** Seconds with as many of the three decimals as are needed, without the noise of a division. */
function secondsText(epochMs: number): string {
  const whole = Math.floor(epochMs / 1000);
  const millis = Math.round(epochMs - whole * 1000);
  return millis === 0 ? String(whole) : `${whole}.${String(millis).padStart(3, '0').replace(/0+$/, '')}`;
}

function millisOf(seconds: string | null): number | undefined {
  if (seconds === null || !/^\d+(\.\d+)?$/.test(seconds)) return undefined;
  return Math.round(Number(seconds) * 1000);
}
