import { randomInt } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type SpanBatch } from '@throughline/model';
import type {
  AttributeNames,
  AttributeScan,
  AttributeValues,
  AttributeValueScan,
} from '../attributes/attribute-types.ts';
import { readAttributeNames, readAttributeValues } from '../attributes/read-attributes.ts';
import { readOperations, readServices } from '../catalog/read-catalog.ts';
import { exactRows } from '../counting/exact-rows.ts';
import type { FacetName, FacetNameScan } from '../counting/facet-names.ts';
import type { Facets, FacetScan } from '../counting/facets.ts';
import type { HeatCell, HeatMapScan } from '../counting/heat-map.ts';
import { readFacetNames } from '../counting/read-facet-names.ts';
import { readFacets } from '../counting/read-facets.ts';
import { readHeatCells } from '../counting/read-heat-cells.ts';
import type { BackLinks, BackLinkScan } from '../links/back-links.ts';
import { readBackLinks } from '../links/read-back-links.ts';
import { readNativeBlocks } from '../native/native-reader.ts';
import { column, numberAt } from '../native/native-values.ts';
import type {
  DependencyEdge,
  ErrorScan,
  ErrorSpans,
  ReadOptions,
  RedPoint,
  RequestFilter,
  ServiceOperation,
  ServiceRequests,
  SpanDetail,
  SpanStore,
  StoreStatus,
  StoredTrace,
  StoredTraceColumns,
  TimeWindow,
  TraceCandidate,
  TraceSample,
  TraceSampling,
  TraceSearch,
  TraceSummary,
} from '../span-store.ts';
import { readRequestGroups } from '../requests/read-request-groups.ts';
import type { RequestGroup, RequestGroupScan } from '../requests/request-groups.ts';
import { readRequests } from '../requests/read-requests.ts';
import { readDependencies } from '../rollup/read-dependencies.ts';
import { readRed } from '../rollup/read-red.ts';
import { Roller } from '../rollup/roller.ts';
import type { RunQuery } from '../rollup/rolled-minutes.ts';
import { IN_ORDER } from '../sql/distinct-spans.ts';
import { findTraces } from '../search/find-traces.ts';
import { readErrorSpans } from '../search/read-error-spans.ts';
import { readTraceColumns } from '../search/read-trace-columns.ts';
import { readTraces } from '../search/read-traces.ts';
import { readTraceSample } from '../search/read-trace-sample.ts';
import { readServiceVersions } from '../versions/read-service-versions.ts';
import type { ServiceVersions, VersionScan } from '../versions/service-versions.ts';
import { BackgroundLoop } from './background-loop.ts';
import { blockInserter } from './block-inserter.ts';
import { ChdbEngine } from './chdb-engine.ts';
import { codedEngineError } from './chdb-errors.ts';
import { type ChdbStoreOptions, chdbDefaults } from './chdb-options.ts';
import { type DirectoryLock, lockDirectory, lockedError } from './directory-lock.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate, readMigrations } from './migrations.ts';
import { readStoredData } from './read-stored-data.ts';
import { summarizeTraces } from './summarize-traces.ts';

/**
 * Opens the store in a directory; everything a crash may have left is put right.
 *
 * @throws CodedError `store_directory_locked`, `store_newer_version`, `disk_full`, `store_damaged`
 */
export async function openChdbStore(options: ChdbStoreOptions): Promise<SpanStore> {
  const settings = { ...chdbDefaults, ...options };
  await mkdir(settings.directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(settings.directory);
  let engine: ChdbEngine | undefined;
  try {
    const incoming = join(settings.directory, 'incoming');
    await rm(incoming, { recursive: true, force: true });
    await mkdir(incoming, { mode: 0o700 });
    engine = openEngine(settings);
    const opened = engine;
    await migrate(
      {
        execute: async (sql) => void (await opened.control(sql)),
        appliedVersions: async () =>
          readNativeBlocks(await opened.control('SELECT version FROM schema_migrations')).flatMap((block) =>
            Array.from({ length: block.rowCount }, (_, row) => numberAt(column(block, 'version'), row)),
          ),
      },
      await readMigrations(),
    );
    return new ChdbStore(engine, lock, settings, incoming);
  } catch (error) {
    await engine?.close();
    await lock.release();
    const coded = codedEngineError(error);
    if (coded.code !== 'storage_failed') throw coded;
    throw new CodedError(
      'store_damaged',
      `the data directory ${settings.directory} cannot be opened: ${coded.message}`,
      {
        cause: error,
      },
    );
  }
}

type Settings = Required<ChdbStoreOptions>;

function openEngine(settings: Settings): ChdbEngine {
  try {
    return new ChdbEngine({ ...settings, directory: join(settings.directory, 'engine') });
  } catch (error) {
    // Another container's process is none of the process list here; the engine's own lock still tells.
    if (error instanceof Error && /lock|in use|another|one data directory/i.test(error.message)) {
      throw new CodedError('store_directory_locked', lockedError(settings.directory, undefined).message, {
        cause: error,
      });
    }
    throw error;
  }
}

class ChdbStore implements SpanStore {
  readonly #engine: ChdbEngine;
  readonly #lock: DirectoryLock;
  readonly #settings: Settings;
  readonly #commit: GroupCommit;
  readonly #counters: Record<string, number> = {
    spans_written: 0,
    inserts: 0,
    insert_retries: 0,
    insert_failures: 0,
    writes_refused: 0,
    queries_cancelled: 0,
    minutes_rolled_up: 0,
    rollup_failures: 0,
  };
  #lastInsertError: CodedError | undefined;
  #closing: Promise<void> | undefined;
  readonly #rollups: BackgroundLoop;

  constructor(engine: ChdbEngine, lock: DirectoryLock, settings: Settings, incoming: string) {
    this.#engine = engine;
    this.#lock = lock;
    this.#settings = settings;
    const insert = blockInserter({
      directory: incoming,
      execute: (sql) => engine.insert(sql),
      onRetry: () => this.#count('insert_retries', 1),
    });
    this.#commit = new GroupCommit({
      maxPendingRowCount: settings.maxPendingSpanCount,
      maxPendingBytes: settings.maxPendingBytes,
      ampleRowCount: settings.ampleInsertSpanCount,
      insertBurst: settings.insertBurst,
      insertIntervalMs: settings.insertIntervalMs,
      hashSeed: randomInt(2 ** 32),
      insert: async (block) => {
        const { rowCount } = block;
        try {
          await insert(block);
          this.#lastInsertError = undefined;
          this.#count('inserts', 1);
          this.#count('spans_written', rowCount);
        } catch (error) {
          this.#lastInsertError = codedEngineError(error);
          this.#count('insert_failures', 1);
          throw error;
        }
      },
    });
    this.#rollups = this.#rollUpInBackground();
  }

  #rollUpInBackground(): BackgroundLoop {
    const roller = new Roller({
      run: (sql, parameters) => this.#engine.background(sql, parameters, { settings: [IN_ORDER] }),
      now: this.#settings.now,
      writtenCount: () => this.#counters['spans_written'] ?? 0,
      onRolled: () => this.#count('minutes_rolled_up', 1),
    });
    return new BackgroundLoop(this.#settings.rollupIntervalMs, async (signal) => {
      try {
        return (await roller.rollUp(signal)) > 0;
      } catch {
        // What is not rolled up is answered from the spans.
        this.#count('rollup_failures', 1);
        return false;
      }
    });
  }

  #count(name: string, by: number): void {
    this.#counters[name] = (this.#counters[name] ?? 0) + by;
  }

  // Not `async`: the batch's bytes need not live as long as its insert takes.
  write(batch: SpanBatch): Promise<void> {
    return this.#commit.write(batch).catch((error: unknown) => {
      if (error instanceof CodedError && error.code === 'overloaded') this.#count('writes_refused', 1);
      throw error;
    });
  }

  findTraces(search: TraceSearch, options: ReadOptions = {}): AsyncIterable<readonly TraceCandidate[]> {
    return findTraces(this.#engine, search, options.signal);
  }

  async summarizeTraces(
    tenant: string,
    candidates: readonly Pick<TraceCandidate, 'traceId'>[],
    options: ReadOptions = {},
  ): Promise<readonly TraceSummary[]> {
    const ids = candidates.map(({ traceId }) => traceId);
    return summarizeTraces(this.#engine, tenant, ids, options.signal);
  }

  async readTraces(
    tenant: string,
    traceIds: readonly string[],
    options: ReadOptions & { readonly maxSpansPerTrace?: number; readonly detail?: SpanDetail } = {},
  ): Promise<ReadonlyMap<string, StoredTrace>> {
    const maxSpansPerTrace = options.maxSpansPerTrace ?? this.#settings.maxSpansPerTrace;
    return readTraces(this.#engine, tenant, traceIds, { ...options, maxSpansPerTrace });
  }

  readTraceColumns(
    tenant: string,
    traceId: string,
    options: ReadOptions & { readonly maxSpansPerTrace?: number } = {},
  ): Promise<StoredTraceColumns | undefined> {
    const maxSpansPerTrace = options.maxSpansPerTrace ?? this.#settings.maxSpansPerTrace;
    return readTraceColumns(this.#engine, tenant, traceId, { ...options, maxSpansPerTrace });
  }

  services(tenant: string, window?: TimeWindow, options: ReadOptions = {}): Promise<readonly string[]> {
    return readServices(this.#runner(options), tenant, window);
  }

  operations(
    tenant: string,
    service: string,
    window?: TimeWindow,
    options: ReadOptions = {},
  ): Promise<readonly ServiceOperation[]> {
    return readOperations(this.#runner(options), tenant, service, window);
  }

  dependencies(tenant: string, window?: TimeWindow, options: ReadOptions = {}): Promise<readonly DependencyEdge[]> {
    return readDependencies(this.#runner(options), tenant, window);
  }

  red(
    tenant: string,
    filter: { readonly service?: string; readonly window: TimeWindow },
    options: ReadOptions = {},
  ): Promise<readonly RedPoint[]> {
    return readRed(this.#runner(options), tenant, filter.service, filter.window);
  }

  requests(tenant: string, filter: RequestFilter, options: ReadOptions = {}): Promise<ServiceRequests> {
    return readRequests(this.#runner(options), tenant, filter);
  }

  requestGroups(tenant: string, scan: RequestGroupScan, options: ReadOptions = {}): Promise<readonly RequestGroup[]> {
    return readRequestGroups(this.#runner(options), tenant, scan);
  }

  async heatCells(
    tenant: string,
    scan: HeatMapScan,
    options: ReadOptions = {},
  ): Promise<readonly HeatCell[] | undefined> {
    const rows = await exactRows(this.#engine, tenant, scan, options.signal);
    return rows === undefined ? undefined : readHeatCells(this.#runner(options), rows, scan);
  }

  async facets(tenant: string, scan: FacetScan, options: ReadOptions = {}): Promise<Facets | undefined> {
    const rows = await exactRows(this.#engine, tenant, scan, options.signal);
    return rows === undefined ? undefined : readFacets(this.#runner(options), rows, scan);
  }

  async facetNames(
    tenant: string,
    scan: FacetNameScan,
    options: ReadOptions = {},
  ): Promise<readonly FacetName[] | undefined> {
    const rows = await exactRows(this.#engine, tenant, scan, options.signal);
    return rows === undefined ? undefined : readFacetNames(this.#runner(options), rows, scan);
  }

  backLinks(tenant: string, scan: BackLinkScan, options: ReadOptions = {}): Promise<BackLinks> {
    return readBackLinks(this.#runner(options), tenant, scan);
  }

  serviceVersions(tenant: string, scan: VersionScan, options: ReadOptions = {}): Promise<ServiceVersions> {
    return readServiceVersions(this.#runner(options), tenant, scan);
  }

  errorSpans(tenant: string, scan: ErrorScan, options: ReadOptions = {}): Promise<ErrorSpans> {
    return readErrorSpans(this.#runner(options), tenant, scan);
  }

  sampleTraces(tenant: string, sampling: TraceSampling, options: ReadOptions = {}): Promise<TraceSample> {
    return readTraceSample(this.#runner(options), tenant, sampling);
  }

  attributeNames(tenant: string, scan: AttributeScan, options: ReadOptions = {}): Promise<AttributeNames> {
    return readAttributeNames(this.#runner(options), tenant, scan);
  }

  attributeValues(
    tenant: string,
    name: string,
    scan: AttributeValueScan,
    options: ReadOptions = {},
  ): Promise<AttributeValues> {
    return readAttributeValues(this.#runner(options), tenant, name, scan);
  }

  #runner({ signal }: ReadOptions): RunQuery {
    return (sql, parameters, settings = []) =>
      this.#engine.query(sql, parameters, { signal, settings: [IN_ORDER, ...settings] });
  }

  async status(tenant?: string): Promise<StoreStatus> {
    return {
      ...(await readStoredData(this.#runner({}), tenant)),
      engine: 'chdb',
      memoryBytes: process.memoryUsage.rss(),
      counters: { ...this.#counters, queries_cancelled: this.#engine.queriesCancelled },
    };
  }

  async ready(): Promise<{ readonly ready: boolean; readonly reason?: string }> {
    if (this.#closing !== undefined) return { ready: false, reason: 'the store is closed' };
    if (this.#lastInsertError !== undefined) return { ready: false, reason: this.#lastInsertError.message };
    try {
      await this.#engine.control('SELECT 1');
      return { ready: true };
    } catch (error) {
      return { ready: false, reason: codedEngineError(error).message };
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= (async () => {
      await this.#rollups.stop();
      await this.#commit.close();
      await this.#engine.close();
      await this.#lock.release();
    })();
    return this.#closing;
  }
}
