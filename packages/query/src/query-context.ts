import type { SpanStore } from '@throughline/store';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from './limits.ts';
import type { ServerStatus } from './server-status.ts';
import type { TailHub } from './tail/tail-hub.ts';

/** What the HTTP dialects are mounted with. */
export interface QueryApiOptions {
  readonly store: SpanStore;
  /** Shown by `/v1/status`. */
  readonly version?: string;
  readonly limits?: Partial<QueryLimits>;
  /** The page that shows a trace without a server, as the web app's build makes it; undefined if it is not built. */
  readonly viewerPage?: () => Promise<string | undefined>;
  /** What arrives, for `/v1/tail`, which is not available without it. */
  readonly tail?: TailHub | undefined;
  /** What `/v1/status` tells of the server; nothing without it. */
  readonly serverStatus?: (() => Promise<ServerStatus>) | undefined;
  /** The clock that relative windows count from. */
  readonly nowUnixNano?: () => bigint;
}

/** The options with their defaults filled in. */
export interface QueryContext {
  readonly store: SpanStore;
  readonly version: string;
  readonly limits: QueryLimits;
  readonly viewerPage: () => Promise<string | undefined>;
  readonly tail: TailHub | undefined;
  readonly serverStatus: (() => Promise<ServerStatus>) | undefined;
  readonly nowUnixNano: () => bigint;
}

export function queryContext(options: QueryApiOptions): QueryContext {
  return {
    store: options.store,
    version: options.version ?? 'unknown',
    limits: { ...DEFAULT_QUERY_LIMITS, ...options.limits },
    viewerPage: options.viewerPage ?? (() => Promise.resolve(undefined)),
    tail: options.tail,
    serverStatus: options.serverStatus,
    nowUnixNano: options.nowUnixNano ?? (() => BigInt(Date.now()) * 1_000_000n),
  };
}
