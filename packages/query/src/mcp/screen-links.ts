import { own, type Value, whole } from './answer.ts';

/** The time of a search that a link shows; as the API's parameters. */
export interface LinkWindow {
  readonly start_time?: string | number | undefined;
  readonly end_time?: string | number | undefined;
  readonly since?: string | undefined;
}

/** Addresses of the web app's screens. */
export interface ScreenLinks {
  trace(traceId: string, spanId?: string): Value;
  /** A search by TraceQL; without a window of everything stored. It holds names from spans, so it is marked like them; too long ones are left out. */
  search(query: string, window: LinkWindow): Value;
}

/** @param baseUrl of the web app, without a slash at the end */
export function screenLinks(baseUrl: string): ScreenLinks {
  return {
    trace: (traceId, spanId) => {
      const span = spanId === undefined ? '' : `?span=${encodeURIComponent(spanId)}`;
      return own(`${baseUrl}/trace/${encodeURIComponent(traceId)}${span}`);
    },
    search: (query, { start_time: start, end_time: end, since }) => {
      const parameters = new URLSearchParams({ q: query });
      if (start !== undefined) parameters.set('start_time', String(start));
      if (end !== undefined) parameters.set('end_time', String(end));
      if (since !== undefined) parameters.set('since', since);
      if (start === undefined && end === undefined && since === undefined) parameters.set('since', 'all');
      return whole(`${baseUrl}/search?${parameters.toString()}`);
    },
  };
}
