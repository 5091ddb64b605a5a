import { CodedError } from '@throughline/model';
import { checkUrl, type Server, serverOf } from '../../client/client-options.ts';
import { type Window, windowOf } from '../../client/time-options.ts';

export interface LearnOptions {
  readonly from?: readonly string[];
  readonly out?: string;
  readonly query?: string;
  readonly since?: string;
  readonly limit: number;
  readonly maxSpans: number;
  readonly compare: boolean;
  readonly tenant?: string;
  readonly seed: number;
}

export type LearnSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'server'; readonly server: Server };

/** What to learn from, and how. */
export interface LearnRequest {
  readonly sources: readonly LearnSource[];
  readonly out: string;
  readonly query: string | undefined;
  readonly window: Window;
  readonly limit: number;
  readonly maxSpans: number;
  readonly isCompared: boolean;
  /** Of the simulation that is compared. */
  readonly seed: number;
}

/** @throws CodedError `invalid_usage` */
export function learnRequestOf(scenario: string | undefined, options: LearnOptions, nowUnixNano: bigint): LearnRequest {
  const { from = [], out, query, since } = options;
  if (scenario !== undefined) {
    throw new CodedError(
      'invalid_usage',
      `--learn makes a scenario; it takes none, such as ${JSON.stringify(scenario)}`,
    );
  }
  if (from.length === 0) throw new CodedError('invalid_usage', '--learn needs --from: the URL of a server, or a file');
  if (out === undefined) throw new CodedError('invalid_usage', '--learn needs --out: the scenario file to write');
  const sources = from.map((source) => sourceOf(source, options.tenant));
  const serverOnly = query === undefined ? (since === undefined ? undefined : 'since') : 'query';
  if (serverOnly !== undefined && sources.some(({ kind }) => kind === 'file')) {
    throw new CodedError('invalid_usage', `--${serverOnly} selects traces of a server; files are read whole`);
  }
  return {
    sources,
    out,
    query,
    window: windowOf(since === undefined ? {} : { since }, nowUnixNano),
    limit: options.limit,
    maxSpans: options.maxSpans,
    isCompared: options.compare,
    seed: options.seed,
  };
}

function sourceOf(source: string, tenant: string | undefined): LearnSource {
  if (!/^https?:\/\//.test(source)) return { kind: 'file', path: source };
  const url = checkUrl('--from', source);
  return { kind: 'server', server: serverOf({ url, timeout: '60s', ...(tenant === undefined ? {} : { tenant }) }) };
}
