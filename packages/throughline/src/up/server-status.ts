import { type CollectorMetrics, readIngestion } from '@throughline/collector';
import type { ServerStatus } from '@throughline/query';
import { formatAddress } from '../config/listeners.ts';
import type { Config } from '../config/schema.ts';
import { VERSION } from '../version.ts';

/** What the running server tells of itself. `listeners` may still grow. */
export function serverStatusOf(
  config: Config,
  metrics: CollectorMetrics,
  listeners: Readonly<Record<string, string>>,
): () => Promise<ServerStatus> {
  const startedUnixMs = Date.now();
  const startedMs = performance.now();
  return async () => ({
    startedUnixMs,
    uptimeMs: performance.now() - startedMs,
    ingestion: await readIngestion(metrics),
    versions: { throughline: VERSION, node: process.versions.node },
    listeners: { ...listeners },
    configuration: shownSettings(config),
  });
}

/**
 * The settings that anyone who can read the API may see, named one by one: what is added to the configuration is not
 * shown until it is added here.
 */
export function shownSettings(config: Config): ServerStatus['configuration'] {
  const { limits } = config;
  return [
    { name: 'store', value: config.store === undefined ? null : withoutCredentials(config.store) },
    { name: 'data_dir', value: config.data_dir },
    { name: 'log_level', value: config.log_level },
    { name: 'log_format', value: config.log_format ?? null },
    { name: 'cors_allowed_origins', value: config.cors_allowed_origins },
    { name: 'allowed_hosts', value: config.allowed_hosts },
    ...Object.entries(config.listen).map(([name, address]) => ({
      name: name.replaceAll('-', '_'),
      value: address === 'off' ? 'off' : formatAddress(address),
    })),
    ...Object.entries(limits).map(([name, value]: [string, number]) => ({ name: `limits.${name}`, value })),
  ];
}

/** A URL without user, password and parameters; of what is none only the scheme. */
function withoutCredentials(store: string): string {
  if (/^(?:chdb|memory):/.test(store)) return store;
  const url = store.includes('://') ? URL.parse(store) : null;
  return url === null ? store.replace(/:.*$/s, ':') : `${url.protocol}//${url.host}${url.pathname}`;
}
