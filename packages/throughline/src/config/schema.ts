import { z } from 'zod';
import { type ListenAddress, type ListenerName, LISTENERS, listenerKey, parseListenAddress } from './listeners.ts';
import { basePath, frameAncestors, genAiCurrency, genAiPrices, logsLink, type ModelPrice } from './web-settings.ts';

const MIB = 1024 * 1024;

function listener(defaultPort: number | undefined, available: boolean, what: string): z.ZodType<ListenAddress | 'off'> {
  const fallback = available && defaultPort !== undefined ? String(defaultPort) : 'off';
  return z
    .union([z.string(), z.int()])
    .transform(String)
    .default(fallback)
    .transform((value, context): ListenAddress | 'off' => {
      const address = parseListenAddress(value);
      if (address === undefined) {
        context.addIssue({ code: 'custom', message: 'must be HOST:PORT, PORT, 0 (any free port) or off' });
        return z.NEVER;
      }
      if (!available && address !== 'off') {
        context.addIssue({ code: 'custom', message: 'is not available in this release; only off is accepted' });
        return z.NEVER;
      }
      return address;
    })
    .describe(`${what}. HOST:PORT, PORT, 0 (any free port) or off.`);
}

const count = z.coerce.number().int().positive();

/**
 * The one configuration schema. The file, the environment (`THROUGHLINE_*`, nested keys joined by `_`) and the flags
 * (`--log-format`, `--set limits.max_body_bytes=1000000`) all fill the same keys.
 */
const settings = z.strictObject({
  data_dir: z.string().min(1).default('./throughline-data').describe('Where the embedded store keeps its files.'),
  store: z
    .string()
    .optional()
    .describe('chdb:DIR, memory: (bounded, gone at exit) or clickhouse://...; by default chdb in data_dir.'),
  log_format: z.enum(['json', 'pretty']).optional().describe('By default pretty on a terminal and json elsewhere.'),
  log_level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .describe('Least severe level logged.'),
  cors_allowed_origins: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(',').map((origin) => origin.trim()))])
    .default([])
    .describe('Origins whose pages may send spans and read the API, besides those on localhost; * allows all.'),
  allowed_hosts: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(',').map((host) => host.trim()))])
    .default([])
    .describe('Names that a server on a loopback address answers to, besides localhost and loopback addresses.'),
  base_path: basePath,
  frame_ancestors: frameAncestors,
  logs_link: logsLink,
  gen_ai_prices: genAiPrices,
  gen_ai_currency: genAiCurrency,
  limits: z
    .strictObject({
      max_body_bytes: count.default(64 * MIB).describe('Largest ingest request, before and after inflation.'),
      max_import_bytes: count
        .default(256 * MIB)
        .describe('Largest file taken by POST /v1/import, before and after inflation.'),
      max_in_flight_bytes: count
        .default(256 * MIB)
        .describe('Bytes of all ingest requests being worked on; beyond it requests are refused as retryable.'),
      max_memory_bytes: count.default(900 * MIB).describe("The embedded engine's memory."),
      max_pending_spans: count
        .default(200_000)
        .describe('Spans that may wait for an insert; beyond it requests are refused as retryable.'),
      max_memory_store_spans: count.default(200_000).describe('Spans kept by --store memory: before the oldest go.'),
      max_spans_per_trace: count
        .default(1_000_000)
        .describe('Spans read of one trace; more make the answer incomplete.'),
      max_search_limit: count.default(10_000).describe('Largest limit of a search.'),
      max_concurrent_inflations: count.default(4).describe('Request bodies inflated at the same time.'),
      max_pending_bytes: count
        .default(96 * MIB)
        .describe('Bytes that may wait for an insert; beyond it requests are refused as retryable.'),
      max_memory_store_bytes: count
        .default(128 * MIB)
        .describe('Encoded bytes kept by --store memory: before the oldest go.'),
      default_search_limit: count.default(100).describe('Limit of a search that names none.'),
      max_candidates: count.default(20_000).describe('Traces that one search may read and check.'),
      max_spans_per_answer: count.default(200_000).describe('Spans in one answer that holds whole traces.'),
      max_queued_queries: count
        .default(64)
        .describe('Queries that wait for a session; beyond it they are refused as retryable.'),
      max_query_memory_bytes: count.default(400_000_000).describe('Memory of one query in the engine.'),
      query_timeout_ms: count.default(30_000).describe('Longest time a query may take.'),
      shutdown_timeout_ms: count.default(15_000).describe('Longest time to drain on SIGTERM.'),
    })
    .prefault({}),
});

/** What each bound means stands in the schema. */
export interface ConfigLimits {
  readonly max_body_bytes: number;
  readonly max_import_bytes: number;
  readonly max_in_flight_bytes: number;
  readonly max_memory_bytes: number;
  readonly max_pending_spans: number;
  readonly max_memory_store_spans: number;
  readonly max_spans_per_trace: number;
  readonly max_search_limit: number;
  readonly max_concurrent_inflations: number;
  readonly max_pending_bytes: number;
  readonly max_memory_store_bytes: number;
  readonly default_search_limit: number;
  readonly max_candidates: number;
  readonly max_spans_per_answer: number;
  readonly max_queued_queries: number;
  readonly max_query_memory_bytes: number;
  readonly query_timeout_ms: number;
  readonly shutdown_timeout_ms: number;
}

const configSchema = z.strictObject({
  ...settings.shape,
  ...(Object.fromEntries(
    LISTENERS.map(({ name, defaultPort, available, what }) => [
      listenerKey(name),
      listener(defaultPort, available, what),
    ]),
  ) as Record<never, never>), // oxlint-disable-line typescript/no-generated-empty-object-type -- typed by `Config.listen`; as a record it would make every key a listener
});

/** The effective configuration. Keys of the file, in its spelling; listeners by name under `listen`. */
export interface Config {
  readonly listen: Readonly<Record<ListenerName, ListenAddress | 'off'>>;
  readonly data_dir: string;
  readonly store: string | undefined;
  readonly log_format: 'json' | 'pretty' | undefined;
  readonly log_level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly cors_allowed_origins: readonly string[];
  readonly allowed_hosts: readonly string[];
  readonly base_path: string;
  readonly frame_ancestors: readonly string[];
  readonly logs_link: string | undefined;
  readonly gen_ai_prices: Readonly<Record<string, ModelPrice>>;
  readonly gen_ai_currency: string;
  readonly limits: ConfigLimits;
}

/** A mistake in the configuration; `unknownKeys` are meant relative to `path`. */
export interface ConfigIssue {
  readonly path: string;
  readonly message: string;
  readonly unknownKeys: readonly string[];
}

/** Checks the merged tree of all sources. */
export function parseConfig(tree: unknown): { readonly config: Config } | { readonly issues: readonly ConfigIssue[] } {
  const result = configSchema.safeParse(tree);
  if (!result.success) {
    return {
      issues: result.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        message: issue.message,
        unknownKeys: issue.code === 'unrecognized_keys' ? issue.keys : [],
      })),
    };
  }
  const { limits, ...rest } = result.data;
  const values: Readonly<Record<string, unknown>> = result.data;
  const listen = Object.fromEntries(LISTENERS.map(({ name }) => [name, values[listenerKey(name)]]));
  return {
    config: {
      data_dir: rest.data_dir,
      store: rest.store,
      log_format: rest.log_format,
      log_level: rest.log_level,
      cors_allowed_origins: rest.cors_allowed_origins,
      allowed_hosts: rest.allowed_hosts,
      base_path: rest.base_path,
      frame_ancestors: rest.frame_ancestors,
      logs_link: rest.logs_link,
      gen_ai_prices: rest.gen_ai_prices,
      gen_ai_currency: rest.gen_ai_currency,
      limits,
      // Each of these keys was parsed by `listener` above.
      listen: listen as Config['listen'],
    },
  };
}

export interface ConfigKey {
  /** Nested keys are dotted. */
  readonly key: string;
  readonly description: string;
  /** As one would write it; undefined where leaving it out means something of its own. */
  readonly defaultValue: string | undefined;
}

/** Every key with its meaning and default. */
export function configKeys(): readonly ConfigKey[] {
  const keyOf = (key: string, schema: z.ZodType): ConfigKey => ({
    key,
    description: schema.description ?? '',
    defaultValue: written(schema.parse(undefined)),
  });
  const keys = Object.entries(configSchema.shape as Record<string, z.ZodType>).flatMap(([key, schema]) =>
    key === 'limits' ? [] : [keyOf(key, schema)],
  );
  const limits: Record<string, z.ZodType> = settings.shape.limits.unwrap().shape;
  return [...keys, ...Object.entries(limits).map(([key, schema]) => keyOf(`limits.${key}`, schema))];
}

function written(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'host' in value && 'port' in value) {
    return `${String(value.host)}:${String(value.port)}`;
  }
  return JSON.stringify(value);
}
