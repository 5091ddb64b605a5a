import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { CodedError } from '@throughline/model';
import { drainPending, Session } from 'chdb';
import { type NativeBlock, readNativeBlocks } from '../native/native-reader.ts';
import { SqlParameters } from '../sql/sql-parameters.ts';
import { codedEngineError } from './chdb-errors.ts';

export interface ChdbEngineOptions {
  readonly directory: string;
  readonly querySessionCount: number;
  /** Queries that wait for a session; one more is refused with `too_many_queries`. */
  readonly maxQueuedQueryCount: number;
  readonly queryTimeoutMs: number;
  readonly maxQueryMemoryBytes: number;
  readonly maxServerMemoryBytes: number;
  readonly markCacheBytes: number;
  readonly mergeThreadCount: number;
}

export interface QueryOptions {
  readonly signal?: AbortSignal | undefined;
  /** More `name = value` settings. */
  readonly settings?: readonly string[];
}

const KILL_INTERVAL_MS = 20;
const MAX_SETTLE_ATTEMPTS = 8;

interface Waiting {
  readonly run: (session: Session) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The embedded engine over one directory: a pool of query sessions (each runs one query at a time) with a bounded
 * queue, and sessions of their own for inserts, background work and control. One engine lives in a process.
 */
export class ChdbEngine {
  readonly #options: ChdbEngineOptions;
  readonly #idle: Session[] = [];
  readonly #all: Session[] = [];
  readonly #waiting: Waiting[] = [];
  readonly #insertSession: Session;
  readonly #controlSession: Session;
  readonly #backgroundSession: Session;
  #controlTail: Promise<unknown> = Promise.resolve();
  #backgroundTail: Promise<unknown> = Promise.resolve();
  #runningCount = 0;
  #closed = false;
  queriesCancelled = 0;

  constructor(options: ChdbEngineOptions) {
    this.#options = options;
    const connectionArgs = [
      `--max_server_memory_usage=${options.maxServerMemoryBytes}`,
      `--mark_cache_size=${options.markCacheBytes}`,
      `--index_mark_cache_size=${options.markCacheBytes}`,
      `--background_pool_size=${options.mergeThreadCount}`,
    ];
    const open = (): Session => {
      const session = new Session(options.directory, { connectionArgs });
      this.#all.push(session);
      return session;
    };
    try {
      this.#insertSession = open();
      this.#controlSession = open();
      this.#backgroundSession = open();
      for (let i = 0; i < options.querySessionCount; i++) this.#idle.push(open());
    } catch (error) {
      for (const session of this.#all) session.close();
      throw error;
    }
  }

  /** Runs a SELECT on a free query session and reads its result. */
  async query(sql: string, parameters: SqlParameters, options: QueryOptions = {}): Promise<NativeBlock[]> {
    options.signal?.throwIfAborted();
    const session = await this.#acquire(options.signal);
    try {
      return await this.#run(session, sql, parameters, options);
    } finally {
      this.#release(session);
    }
  }

  /** Runs a statement that changes something, one after the other, on the insert session. */
  async insert(sql: string): Promise<void> {
    await this.#insertSession.queryAsync(sql, { format: 'Null' });
  }

  /**
   * Runs a statement, one after the other, on the session for background work, with the limits of a query. Gives the
   * rows of a SELECT.
   */
  background(sql: string, parameters: SqlParameters, options: QueryOptions = {}): Promise<NativeBlock[]> {
    if (this.#closed) return Promise.reject(closedError());
    const run = (): Promise<NativeBlock[]> => this.#run(this.#backgroundSession, sql, parameters, options);
    const result = this.#backgroundTail.then(run, run);
    this.#backgroundTail = result.catch(() => undefined);
    return result;
  }

  /** Runs statements on the control session, one call after the other. */
  control(sql: string): Promise<Uint8Array> {
    const run = async (): Promise<Uint8Array> =>
      (await this.#controlSession.queryAsync(sql, { format: 'Native' })).bytes();
    const result = this.#controlTail.then(run, run);
    this.#controlTail = result.catch(() => undefined);
    return result;
  }

  /** Refuses new queries, fails those that wait, lets those that run finish, and closes every session. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) waiting.fail(closedError());
    await this.#backgroundTail;
    await this.#controlTail;
    await drainPending();
    for (const session of this.#all) session.close();
  }

  async #run(
    session: Session,
    sql: string,
    parameters: SqlParameters,
    { signal, settings = [] }: QueryOptions,
  ): Promise<NativeBlock[]> {
    const tag = randomBytes(12).toString('hex');
    const { queryTimeoutMs, maxQueryMemoryBytes } = this.#options;
    const all = [
      'max_threads = 1',
      `max_execution_time = ${queryTimeoutMs / 1000}`,
      `max_memory_usage = ${maxQueryMemoryBytes}`,
      `log_comment = '${tag}'`,
      ...settings,
    ];
    const statement = `${parameters.setStatement()}${sql} SETTINGS ${all.join(', ')}`;
    let isOver = false;
    const cancel = async (): Promise<void> => {
      this.queriesCancelled++;
      // The engine may not have begun yet, and then finds nothing to kill.
      // oxlint-disable-next-line no-unmodified-loop-condition -- the query's end, below, sets it
      while (!isOver) {
        await this.control(`KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC`).catch(() => undefined);
        if (!isOver) await delay(KILL_INTERVAL_MS);
      }
    };
    let cancelling: Promise<void> | undefined;
    const onAbort = (): void => {
      cancelling = cancel();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const result = await session.queryAsync(statement, { format: 'Native' });
      signal?.throwIfAborted();
      return readNativeBlocks(result.bytes());
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw codedEngineError(error);
    } finally {
      isOver = true;
      signal?.removeEventListener('abort', onAbort);
      if (cancelling !== undefined) {
        await cancelling;
        await settle(session);
      }
    }
  }

  #acquire(signal: AbortSignal | undefined): Promise<Session> {
    if (this.#closed) return Promise.reject(closedError());
    const session = this.#idle.pop();
    if (session !== undefined) {
      this.#runningCount++;
      return Promise.resolve(session);
    }
    if (this.#waiting.length >= this.#options.maxQueuedQueryCount) {
      const message = `${this.#runningCount} queries run and ${this.#waiting.length} wait; no more are taken`;
      return Promise.reject(new CodedError('too_many_queries', message, { retryable: true, retryAfterMs: 1000 }));
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
      };
      const waiting: Waiting = {
        run: (free) => {
          signal?.removeEventListener('abort', abort);
          resolve(free);
        },
        fail: (error) => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  #release(session: Session): void {
    const next = this.#waiting.shift();
    if (next === undefined) {
      this.#runningCount--;
      this.#idle.push(session);
    } else {
      next.run(session);
    }
  }
}

/**
 * Seldom, a session whose query was killed answers the next one with the killed one's result (chDB 26.7). So it is asked
 * for something of its own until it answers that.
 */
async function settle(session: Session): Promise<void> {
  for (let attempt = 0; attempt < MAX_SETTLE_ATTEMPTS; attempt++) {
    const name = `settled_${randomBytes(12).toString('hex')}`;
    try {
      const result = await session.queryAsync(`SELECT 1 AS ${name}`, { format: 'Native' });
      if (readNativeBlocks(result.bytes()).some(({ columns }) => columns.has(name))) return;
    } catch {
      // The killed one's error: it counts as an answer that is not its own.
    }
  }
}

export function closedError(): CodedError {
  return new CodedError('closed', 'the store is closed');
}
