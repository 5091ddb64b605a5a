// A process of its own: an application that makes spans and cares for nothing.
import { SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { type BatchExporter, otlpHttpExporter, startTracing, type Tracing } from '@throughline/sdk';
import { answerCalls } from '../measured/answer-calls.ts';
import { exportsUnderWay } from '../subjects/exports-under-way.ts';

export interface SoakCalls {
  start(options: SoakAppOptions): void;
  /** Ends that many spans; with `waitForExports` as they are exported, otherwise in bursts that overflow the queue. */
  spans(work: { readonly spanCount: number; readonly waitForExports: boolean }): Promise<void>;
  /** After a collection of all garbage. */
  memory(): Memory;
  finish(): Promise<Ending>;
}

export interface SoakAppOptions {
  readonly sinkOrigin: string;
  readonly maxQueueSpans: number;
  readonly maxQueueBytes: number;
  /** For one batch, its retries included. */
  readonly exportTimeoutMs: number;
}

export interface Memory {
  readonly heapBytes: number;
  /** Outside the heap: encoded spans. */
  readonly arrayBufferBytes: number;
  readonly rssBytes: number;
}

export interface Ending {
  readonly endedSpans: number;
  readonly droppedByReason: Readonly<Record<string, number>>;
  /** The most that exporters held at once. */
  readonly maxHeldSpans: number;
  readonly maxHeldBytes: number;
  /** Exceptions that the application got, or nobody. */
  readonly errors: readonly string[];
}

/** A batch. */
const BURST = 512;
/** More than the queue holds, so that spans are dropped however fast exports fail. */
const OUTAGE_BURST = 4_096;
const MAX_KEPT_ERRORS = 10;

const underWay = exportsUnderWay();
const errors: string[] = [];
let tracing: Tracing | undefined;
let tracer: Tracer = trace.getTracer('soak');
let endedSpans = 0;
let heldSpans = 0;
let heldBytes = 0;
let maxHeldSpans = 0;
let maxHeldBytes = 0;

function note(error: unknown): void {
  if (errors.length < MAX_KEPT_ERRORS)
    errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
process.on('uncaughtException', note);
process.on('unhandledRejection', note);

function observed(exporter: BatchExporter): BatchExporter {
  return {
    ...exporter,
    export: async (batch, signal) => {
      underWay.begin();
      heldSpans += batch.spanCount;
      heldBytes += batch.byteLength;
      maxHeldSpans = Math.max(maxHeldSpans, heldSpans);
      maxHeldBytes = Math.max(maxHeldBytes, heldBytes);
      try {
        return await exporter.export(batch, signal);
      } finally {
        heldSpans -= batch.spanCount;
        heldBytes -= batch.byteLength;
        underWay.end();
      }
    },
  };
}

/** All that may be kept somewhere: names, keys and values that never come again, events, links, errors, parents. */
function request(number: number): void {
  const name = number % 16 === 0 ? `GET /orders/${number}` : 'GET /orders/:id';
  tracer.startActiveSpan(name, { kind: SpanKind.SERVER, attributes: { 'user.id': `user-${number}` } }, (server) => {
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': `SELECT * FROM orders WHERE id = ${number}` };
    const query = tracer.startSpan('SELECT shop.orders', { kind: SpanKind.CLIENT, attributes });
    if (number % 64 === 0) query.setAttribute(`header.${number}`, true);
    if (number % 32 === 0) {
      query.recordException(new Error(`no order ${number}`));
      query.setStatus({ code: SpanStatusCode.ERROR, message: 'failed' });
      server.addLink({ context: query.spanContext() });
    }
    query.end();
    server.setAttributes({ 'http.response.status_code': 200, 'http.route': '/orders/:id', sizes: [number, 1] });
    server.end();
  });
  endedSpans += 2;
}

answerCalls<SoakCalls>({
  start: ({ sinkOrigin, maxQueueSpans, maxQueueBytes, exportTimeoutMs }) => {
    tracing = startTracing({
      serviceName: 'soak',
      logLevel: 'none',
      exporters: [],
      customExporters: [observed(otlpHttpExporter({ endpoint: sinkOrigin, timeoutMs: exportTimeoutMs }))],
      batch: { maxQueueSize: maxQueueSpans, maxQueueBytes },
      http: 'off',
    });
    tracer = tracing.provider.getTracer('soak', '1.0.0');
  },
  spans: async ({ spanCount, waitForExports }) => {
    const last = endedSpans + spanCount;
    while (endedSpans < last) {
      const end = Math.min(endedSpans + (waitForExports ? BURST : OUTAGE_BURST), last);
      while (endedSpans < end) {
        try {
          request(endedSpans);
        } catch (error) {
          note(error);
        }
      }
      if (waitForExports) await underWay.settle();
      else await new Promise((resolve) => setImmediate(resolve));
    }
  },
  memory: () => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
    return { heapBytes: heapUsed, arrayBufferBytes: arrayBuffers, rssBytes: rss };
  },
  finish: async () => {
    await tracing?.shutdown();
    const droppedByReason = Object.fromEntries(tracing?.provider.dropped ?? []);
    return { endedSpans, droppedByReason, maxHeldSpans, maxHeldBytes, errors };
  },
});
