import type {} from '@fastify/swagger';
import type { SpanStore } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import { Gauge, type Registry } from 'prom-client';

/**
 * Adds what the store says of itself to the registry. Returns what brings these figures up to date; call it before the
 * registry is read.
 */
export function registerStoreMetrics(registry: Registry, store: SpanStore): () => Promise<void> {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  const rows = gauge('throughline_store_span_rows', 'Stored span rows; copies that compaction has not removed count.');
  const disk = gauge('throughline_store_disk_bytes', 'Bytes on disk of the store.');
  const memory = gauge('throughline_store_memory_bytes', 'Bytes of memory that the store accounts for.');
  const counters = new Map<string, Gauge>();
  return async () => {
    const status = await store.status();
    rows.set(status.spanRowCount);
    disk.set(status.diskBytes);
    memory.set(status.memoryBytes);
    for (const [name, value] of Object.entries(status.counters)) {
      let counter = counters.get(name);
      if (counter === undefined) {
        counter = gauge(`throughline_store_${name}_total`, `The store's counter ${name}.`);
        counters.set(name, counter);
      }
      counter.set(value);
    }
  };
}

/** The counters by short name: the labelled ones as sums, and by label as `name.label`. */
export async function countersAsJson(registry: Registry): Promise<Record<string, number>> {
  const counters: Record<string, number> = {};
  for (const metric of await registry.getMetricsAsJSON()) {
    if (!metric.name.startsWith('throughline_')) continue;
    const name = metric.name.slice('throughline_'.length).replace(/_total$/, '');
    counters[name] = 0;
    for (const { labels, value } of metric.values) {
      counters[name] = (counters[name] ?? 0) + value;
      const label = Object.values(labels).join('.');
      if (label !== '') counters[`${name}.${label}`] = value;
    }
  }
  return counters;
}

/** `/health`, `/ready` and `/metrics` (Prometheus text, or the counters as JSON for `Accept: application/json`). */
export function healthRoutes(
  scope: FastifyInstance,
  options: {
    readonly registry: Registry;
    readonly store: SpanStore;
    readonly refresh: () => Promise<void>;
    readonly isClosing: () => boolean;
  },
): void {
  const { registry, store, refresh, isClosing } = options;
  scope.get('/health', { schema: { summary: 'Liveness, with the counters', tags: ['status'] } }, async () => {
    // Alive is alive, even where the store cannot answer; that is what /ready says.
    await refresh().catch(() => undefined);
    return { status: 'healthy', metrics: await countersAsJson(registry) };
  });
  scope.get('/ready', { schema: { summary: 'Readiness', tags: ['status'] } }, async (_request, reply) => {
    const state = isClosing() ? { ready: false, reason: 'shutting down' } : await store.ready();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  scope.get('/metrics', { schema: { summary: 'Metrics', tags: ['status'] } }, async (request, reply) => {
    await refresh();
    if (request.headers.accept?.includes('application/json') === true) return countersAsJson(registry);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
