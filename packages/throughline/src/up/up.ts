import {
  createCollectorMetrics,
  Intake,
  jaegerHttpReceiver,
  otlpHttpReceiver,
  startOtlpGrpcReceiver,
} from '@throughline/collector';
import { jaegerApi, mcpApi, nativeApi, openApi, TailHub } from '@throughline/query';
import { openStore, type SpanStore } from '@throughline/store';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { formatAddress, type ListenAddress, type ListenerName } from '../config/listeners.ts';
import type { Config } from '../config/schema.ts';
import { VERSION } from '../version.ts';
import { answerUnknownAddresses, createHttpServer, listen, listenError } from './http-listener.ts';
import { importRoute } from './import-route.ts';
import { healthRoutes, registerStoreMetrics } from './metrics-routes.ts';
import { uiSettingsRoute } from './ui-settings-route.ts';
import { viewerPage } from './viewer-page.ts';
import { serverStatusOf } from './server-status.ts';
import { webApp } from './web-app.ts';

/** The running product. */
export interface Running {
  /** The bound addresses as URLs, by listener. */
  readonly listen: Readonly<Partial<Record<ListenerName, string>>>;
  /**
   * Takes nothing new, answers what is under way (for at most `limits.shutdown_timeout_ms`), closes the store.
   * Idempotent.
   */
  close(): Promise<void>;
}

/**
 * Starts everything that the configuration names: the store first, then the listeners. If one of them fails, what
 * was started is closed again.
 *
 * @throws CodedError of the store (`store_directory_locked`, ...) or of a listener (`address_in_use`, ...)
 */
export async function up(config: Config, logger: Logger): Promise<Running> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = createCollectorMetrics(registry);
  const store = await openConfiguredStore(config);
  const listeners: { readonly close: () => Promise<unknown>; readonly abort: () => void }[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => {
      const timeout = setTimeout(() => {
        logger.warn({ timeout_ms: config.limits.shutdown_timeout_ms }, 'draining took too long; connections are cut');
        for (const listener of listeners) listener.abort();
      }, config.limits.shutdown_timeout_ms);
      await Promise.allSettled(listeners.map((listener) => listener.close()));
      clearTimeout(timeout);
      await store[Symbol.asyncDispose]();
    })();
    return closing;
  };

  try {
    const refresh = registerStoreMetrics(registry, store);
    const tail = new TailHub({ onDefect: (error) => logger.error({ err: error }, 'following traces failed') });
    const intake = new Intake({
      sink: tail.sinkBefore(store),
      metrics,
      limits: {
        maxBodyBytes: config.limits.max_body_bytes,
        maxInFlightBytes: config.limits.max_in_flight_bytes,
        maxConcurrentInflations: config.limits.max_concurrent_inflations,
      },
    });
    const bound: Partial<Record<ListenerName, string>> = {};
    const serverStatus = serverStatusOf(config, metrics, bound);

    const serve = async (name: ListenerName, mount: (app: FastifyInstance) => Promise<void>): Promise<void> => {
      const address = config.listen[name];
      if (address === 'off') return;
      const app = await createHttpServer({
        logger,
        address,
        allowedHosts: config.allowed_hosts,
        maxBodyBytes: config.limits.max_body_bytes,
        corsAllowedOrigins: config.cors_allowed_origins,
        ...(name === 'http' ? { basePath: config.base_path } : {}),
      });
      listeners.push({ close: () => app.close(), abort: () => app.server.closeAllConnections() });
      await mount(app);
      bound[name] = url(await listen(app, name, address));
    };
    const mountHealth = (app: FastifyInstance): void =>
      healthRoutes(app, { registry, store, refresh, isClosing: () => closing !== undefined });
    const queryLimits = {
      defaultSearchLimit: config.limits.default_search_limit,
      maxSearchLimit: config.limits.max_search_limit,
      maxCandidates: config.limits.max_candidates,
      maxSpansPerAnswer: config.limits.max_spans_per_answer,
      maxSpansPerTrace: config.limits.max_spans_per_trace,
      queryTimeoutMs: config.limits.query_timeout_ms,
    };

    await serve('http', async (app) => {
      await app.register(openApi, { version: VERSION });
      await app.register(nativeApi, { store, limits: queryLimits, version: VERSION, viewerPage, serverStatus, tail });
      await app.register(jaegerApi, { store, limits: queryLimits });
      await app.register(mcpApi, { version: VERSION });
      await app.register(otlpHttpReceiver, { intake });
      mountHealth(app);
      await app.register(importRoute, { intake, maxBytes: config.limits.max_import_bytes });
      await app.register(uiSettingsRoute, { config });
      await app.register(webApp, { basePath: config.base_path, frameAncestors: config.frame_ancestors });
    });
    await serve('otlp-http', async (app) => {
      answerUnknownAddresses(app);
      await app.register(otlpHttpReceiver, { intake });
      mountHealth(app);
    });
    await serve('jaeger-http', async (app) => {
      answerUnknownAddresses(app);
      await app.register(nativeApi, { store, limits: queryLimits, version: VERSION, viewerPage, serverStatus, tail });
      await app.register(otlpHttpReceiver, { intake });
      await app.register(jaegerHttpReceiver, { intake });
      mountHealth(app);
    });

    const grpcAddress = config.listen['otlp-grpc'];
    if (grpcAddress !== 'off') {
      try {
        const grpc = await startOtlpGrpcReceiver({
          intake,
          address: formatAddress(grpcAddress),
          onDefect: (error) => logger.error({ err: error }, 'ingest failed'),
        });
        listeners.push(grpc);
        bound['otlp-grpc'] = url({ host: grpcAddress.host, port: grpc.port });
      } catch (error) {
        throw listenError(error, 'otlp-grpc', grpcAddress);
      }
    }
    return { listen: bound, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openConfiguredStore(config: Config): Promise<SpanStore> {
  const { limits } = config;
  return openStore(config.store ?? `chdb:${config.data_dir}`, {
    chdb: {
      maxServerMemoryBytes: limits.max_memory_bytes,
      maxPendingSpanCount: limits.max_pending_spans,
      maxPendingBytes: limits.max_pending_bytes,
      maxQueuedQueryCount: limits.max_queued_queries,
      maxQueryMemoryBytes: limits.max_query_memory_bytes,
      maxSpansPerTrace: limits.max_spans_per_trace,
      queryTimeoutMs: limits.query_timeout_ms,
    },
    memory: {
      maxSpanCount: limits.max_memory_store_spans,
      maxBytes: limits.max_memory_store_bytes,
      maxSpansPerTrace: limits.max_spans_per_trace,
    },
  });
}

function url(address: ListenAddress): string {
  return `http://${formatAddress(address)}`;
}
