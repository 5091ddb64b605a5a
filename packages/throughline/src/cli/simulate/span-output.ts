import { open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { CodedError, DEFAULT_TENANT, type Span } from '@throughline/model';
import { openStore } from '@throughline/store';
import { columnsFromSpans, encodeOtlpJson, encodeOtlpProtobuf } from '@throughline/wire';
import type { Server } from '../client/client-options.ts';
import { messageOf } from '../error-message.ts';
import { SpanSender } from '../import/span-sender.ts';

/** What became of the spans so far. */
export interface Delivery {
  /** Where they went, for a person. */
  readonly where: string;
  accepted: number;
  rejected: number;
  failed: number;
  /** The first thing that went wrong. */
  problem: string | undefined;
}

/** Where a simulation's spans go. */
export interface SpanOutput extends AsyncDisposable {
  readonly delivery: Delivery;
  /** Resolves when there is room for more. */
  write(spans: readonly Span[]): Promise<void>;
  /** Resolves when all has arrived. */
  finish(): Promise<void>;
}

function delivery(where: string): Delivery {
  return { where, accepted: 0, rejected: 0, failed: 0, problem: undefined };
}

/** Nowhere: for the statistics alone. */
export function noOutput(): SpanOutput {
  const result = delivery('nowhere');
  return {
    delivery: result,
    write: (spans) => {
      result.accepted += spans.length;
      return Promise.resolve();
    },
    finish: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * A file: OTLP protobuf messages with their length before each in four bytes (`.pb`, `.bin`), or else OTLP JSON, a
 * request a line; with `.gz` at the end compressed. `throughline import` reads all of them.
 *
 * @throws CodedError `cannot_write_file`
 */
export async function fileOutput(path: string): Promise<SpanOutput> {
  const isCompressed = path.endsWith('.gz');
  const isProtobuf = /\.(?:pb|bin)(?:\.gz)?$/.test(path);
  const refuse = (cause: unknown): CodedError =>
    new CodedError('cannot_write_file', `Cannot write ${path}: ${messageOf(cause)}`, { cause });
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw refuse(cause);
  });
  const result = delivery(path);
  return {
    delivery: result,
    write: async (spans) => {
      const bytes = isProtobuf ? framed(encodeOtlpProtobuf(spans)) : Buffer.from(`${encodeOtlpJson(spans)}\n`);
      try {
        await file.appendFile(isCompressed ? gzipSync(bytes) : bytes);
      } catch (cause) {
        throw refuse(cause);
      }
      result.accepted += spans.length;
    },
    finish: () => file.sync().catch(() => undefined),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(4 + message.length);
  frame.writeUInt32BE(message.length, 0);
  frame.set(message, 4);
  return frame;
}

/** Any server that takes OTLP over HTTP. */
export function endpointOutput(server: Server): SpanOutput {
  const result = delivery(`${server.url}/v1/traces`);
  const sender = new SpanSender({
    server,
    onOutcome: (batch, outcome) => {
      if (outcome.kind === 'failed') {
        result.failed += batch.spanCount;
        result.problem ??= outcome.error.message;
        return;
      }
      const rejected = Math.min(outcome.rejectedCount, batch.spanCount);
      result.accepted += batch.spanCount - rejected;
      result.rejected += rejected;
      if (rejected > 0) result.problem ??= outcome.message;
    },
  });
  return {
    delivery: result,
    write: (spans) =>
      sender.send({
        bytes: encodeOtlpProtobuf(spans),
        spanCount: spans.length,
        place: { source: 'simulation' },
      }),
    finish: async () => {
      const error = await sender.finish();
      if (error !== undefined) throw error;
    },
    [Symbol.asyncDispose]: async () => {
      await sender.finish();
    },
  };
}

/** Spans of one insert; the store likes them large. */
const STORE_BATCH_SPANS = 20_000;

/** The embedded store in a folder that no server holds. @throws CodedError `store_directory_locked` and others */
export async function storeOutput(directory: string): Promise<SpanOutput> {
  const store = await openStore(`chdb:${directory}`);
  const result = delivery(directory);
  let waiting: Span[] = [];
  const insert = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const spans = waiting;
    waiting = [];
    await store.write({ tenant: DEFAULT_TENANT, columns: columnsFromSpans({ spans, rejected: {} }) });
    result.accepted += spans.length;
  };
  return {
    delivery: result,
    write: async (spans) => {
      for (const span of spans) waiting.push(span);
      if (waiting.length >= STORE_BATCH_SPANS) await insert();
    },
    finish: insert,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
