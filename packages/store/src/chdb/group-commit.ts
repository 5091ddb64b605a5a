import { CodedError, type SpanBatch } from '@throughline/model';
import { SpanBlock } from '../native/span-block.ts';
import { closedError } from './chdb-engine.ts';

export interface GroupCommitOptions {
  /** Rows and bytes that may wait for the next insert. */
  readonly maxPendingRowCount: number;
  readonly maxPendingBytes: number;
  /** From so many rows on a block is inserted as soon as no other insert runs. */
  readonly ampleRowCount: number;
  /**
   * Smaller blocks are started in bursts of at most `insertBurst`, and beyond them one every `insertIntervalMs`: an
   * insert costs some 50 ms of CPU whether it has one row or a thousand, and its part has to be merged later. So a
   * steady load is gathered, while a few requests now and then are answered at once. An interval of 0 spaces nothing.
   */
  readonly insertBurst: number;
  readonly insertIntervalMs: number;
  /** Makes a block's rows durable and visible, or throws a `CodedError`. Called one after the other. */
  readonly insert: (block: SpanBlock) => Promise<void>;
  readonly hashSeed: number;
}

/** After an insert of so many rows more of them are expected, and the next block waits while they come. */
const STEADY_ROW_COUNT = 4_000;
const GATHER_STEP_MS = 20;
const MAX_GATHER_MS = 1_000;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers batches while an insert runs, so that inserts grow with the load. A batch is inserted at once when none runs
 * (but see `insertBurst`), unless the insert before it was a large one: then senders who were just answered send again,
 * and one insert for all of them costs less than two for half of them each, merges included (ADR 1).
 * Two blocks take turns: one is filled while the other is written.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #open: SpanBlock;
  #spare: SpanBlock;
  #waiters: Waiter[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  /** When the next insert would be due if there were no bursts: they may start that much earlier. */
  #dueMs = Number.NEGATIVE_INFINITY;
  #lastRowCount = 0;
  #lastInsertMs = 0;
  #wake: () => void = () => undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#open = new SpanBlock(options.hashSeed);
    this.#spare = new SpanBlock(options.hashSeed);
  }

  /** Resolves when the batch's insert is durable. A batch larger than the limits is taken if nothing else waits. */
  write(batch: SpanBatch): Promise<void> {
    if (this.#closed) return Promise.reject(closedError());
    const { spanCount, source } = batch.columns;
    if (spanCount === 0) return Promise.resolve();
    const { maxPendingRowCount, maxPendingBytes } = this.#options;
    const rowCount = this.#open.rowCount;
    if (
      rowCount > 0 &&
      (rowCount + spanCount > maxPendingRowCount || this.#open.byteCount + source.length > maxPendingBytes)
    ) {
      const message = `${rowCount} spans wait to be stored; no more are taken`;
      return Promise.reject(new CodedError('overloaded', message, { retryable: true, retryAfterMs: 1000 }));
    }
    this.#open.append(batch.tenant, batch.columns);
    if (this.#open.rowCount >= this.#options.ampleRowCount) this.#wake();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses further batches and waits for those that were taken. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Waits while rows keep coming: for a step at least, and for as long as the last insert took at most. */
  async #gather(maxMs: number): Promise<void> {
    const until = performance.now() + Math.min(maxMs, MAX_GATHER_MS);
    let seen = -1;
    while (
      !this.#closed &&
      this.#open.rowCount !== seen &&
      this.#open.rowCount < this.#options.ampleRowCount &&
      performance.now() < until
    ) {
      seen = this.#open.rowCount;
      await this.#pause(GATHER_STEP_MS);
    }
  }

  async #run(): Promise<void> {
    // What arrives in the same turn of the event loop goes into the same insert.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiters.length > 0) {
      const { ampleRowCount, insertBurst, insertIntervalMs } = this.#options;
      const aheadMs = this.#dueMs - performance.now() - (insertBurst - 1) * insertIntervalMs;
      if (!this.#closed && this.#open.rowCount < ampleRowCount && aheadMs > 0) await this.#pause(aheadMs);
      if (this.#lastRowCount >= STEADY_ROW_COUNT) await this.#gather(this.#lastInsertMs);
      this.#dueMs = Math.max(this.#dueMs, performance.now()) + insertIntervalMs;
      const block = this.#open;
      const waiters = this.#waiters;
      this.#open = this.#spare;
      this.#spare = block;
      this.#waiters = [];
      this.#lastRowCount = block.rowCount;
      const startedMs = performance.now();
      try {
        await this.#options.insert(block);
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
      }
      this.#lastInsertMs = performance.now() - startedMs;
      block.clear();
    }
    this.#running = undefined;
  }
}
