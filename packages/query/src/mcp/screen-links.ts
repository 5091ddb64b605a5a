import { own, type Value, whole } from './answer.ts';

/** The time of a search that a link shows; as the API's parameters. */
export interface LinkWindow {
  readonly start_time?: string | number | undefined;
  readonly end_time?: string | number | undefined;
  readonly since?: string | undefined;
}

/** What the search form holds; as the API's parameters. */
export interface LinkForm extends LinkWindow {
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly min_duration?: string | undefined;
  readonly max_duration?: string | undefined;
}

/**
 * Addresses of the web app's screens. Those of searches hold names from spans, so they are marked like them; too long ones
 * are left out. A search without a window is one of everything stored.
 */
export interface ScreenLinks {
  /** The search form. */
  readonly form: Value;
  trace(traceId: string, spanId?: string): Value;
  /** A search by TraceQL. */
  search(query: string, window: LinkWindow): Value;
  /** A search by the form. */
  filledForm(form: LinkForm): Value;
}

const FORM_FIELDS = ['service', 'operation', 'min_duration', 'max_duration'] as const;
const WINDOW_FIELDS = ['start_time', 'end_time', 'since'] as const;

/** @param baseUrl of the web app, without a slash at the end */
export function screenLinks(baseUrl: string): ScreenLinks {
  const searchLink = (parameters: URLSearchParams, window: LinkWindow): Value => {
    for (const name of WINDOW_FIELDS) if (window[name] !== undefined) parameters.set(name, String(window[name]));
    if (WINDOW_FIELDS.every((name) => window[name] === undefined)) parameters.set('since', 'all');
    return whole(`${baseUrl}/search?${parameters.toString()}`);
  };
  return {
    form: own(`${baseUrl}/search`),
    trace: (traceId, spanId) => {
      const span = spanId === undefined ? '' : `?span=${encodeURIComponent(spanId)}`;
      return own(`${baseUrl}/trace/${encodeURIComponent(traceId)}${span}`);
    },
    search: (query, window) => searchLink(new URLSearchParams({ q: query }), window),
    filledForm: (form) => {
      const parameters = new URLSearchParams();
      for (const name of FORM_FIELDS) if (form[name] !== undefined) parameters.set(name, form[name]);
      for (const tag of form.tags ?? []) parameters.append('tags', tag);
      return searchLink(parameters, form);
    },
  };
}
