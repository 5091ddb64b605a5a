import { trace } from '@opentelemetry/api';
import {
  type DeliveryClock,
  type MemoryExporter,
  memoryExporter,
  otlpHttpExporter,
  startTracing,
  type Tracing,
} from '@throughline/sdk';
import { expect, test } from 'vitest';
import { type Answer, type OtlpReceiver, startOtlpReceiver } from './otlp-receiver.ts';

const MAX_QUEUE_SPANS = 400;
const MAX_BATCH_SPANS = 100;
/** More than the queue holds. */
const BURST = 1_000;

/** An application that is traced to a receiver in trouble, and to an exporter that is well. */
class Application implements AsyncDisposable {
  answer: Answer = (accept) => accept();
  /** Of waits between tries, which take no time here. */
  readonly delaysMs: number[] = [];
  readonly tracing: Tracing;
  readonly healthy: MemoryExporter = memoryExporter();
  endedCount = 0;
  private receiver: OtlpReceiver;
  private readonly receivers: OtlpReceiver[];

  private constructor(receiver: OtlpReceiver) {
    this.receiver = receiver;
    this.receivers = [receiver];
    let nowMs = 1_700_000_000_000;
    const clock: DeliveryClock = {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      random: () => 0.5,
      delay: async (delayMs) => {
        this.delaysMs.push(delayMs);
        nowMs += delayMs;
      },
    };
    this.tracing = startTracing({
      serviceName: 'shop',
      exporters: [],
      customExporters: [otlpHttpExporter({ endpoint: receiver.url, timeoutMs: 60_000, clock }), this.healthy],
      batch: { maxQueueSize: MAX_QUEUE_SPANS, maxExportBatchSize: MAX_BATCH_SPANS },
      http: 'off',
    });
  }

  static async start(): Promise<Application> {
    const receiver = await startOtlpReceiver((...of) => application.answer(...of));
    const application = new Application(receiver);
    return application;
  }

  async receiverGoes(): Promise<void> {
    await this.receiver[Symbol.asyncDispose]();
  }

  async receiverComesBack(): Promise<void> {
    this.receiver = await startOtlpReceiver((...of) => this.answer(...of), this.receiver.port);
    this.receivers.push(this.receiver);
  }

  /**
   * Nothing of this may throw, whatever becomes of the spans. In steps that the healthy exporter keeps up with, so that
   * drops are the receiver's doing; what is kept is never more than one queue.
   */
  async endSpans(count: number): Promise<void> {
    const tracer = trace.getTracer('shop');
    for (let i = 1; i <= count; i++) {
      tracer.startActiveSpan(`order ${this.endedCount++}`, { attributes: { number: i } }, (span) => span.end());
      if (i % MAX_BATCH_SPANS !== 0) continue;
      await new Promise((resolve) => setImmediate(resolve));
      expect(this.tracing.provider.queuedSpanCount).toBeLessThanOrEqual(MAX_QUEUE_SPANS);
    }
  }

  get deliveredCount(): number {
    return new Set(this.receivers.flatMap(({ spans }) => spans.map(({ spanId }) => spanId))).size;
  }

  get dropped(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.tracing.provider.dropped);
  }

  /** After this every span was delivered or counted as dropped, and none is kept. */
  async flush(): Promise<void> {
    await this.tracing.forceFlush();
    const droppedCount = Object.values(this.dropped).reduce((sum, count) => sum + count, 0);
    expect(this.deliveredCount + droppedCount).toBe(this.endedCount);
    expect(this.healthy.spans.length).toBe(this.endedCount);
    expect(this.tracing.provider.queuedSpanCount).toBe(0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.tracing.shutdown();
    await this.receiver[Symbol.asyncDispose]();
  }
}

test('a receiver that says when to come back gets everything then', async () => {
  await using application = await Application.start();
  let refused = 0;
  application.answer = (accept, response) => {
    if (refused++ < 3) response.writeHead(503, { 'retry-after': '7' }).end();
    else accept();
  };
  await application.endSpans(MAX_QUEUE_SPANS);
  await application.flush();
  expect(application.delaysMs).toEqual([7000, 7000, 7000]);
  expect(application.dropped).toEqual({});
});

test('one that breaks connections gets everything by later ones', async () => {
  await using application = await Application.start();
  let broken = 0;
  application.answer = (accept, response) => {
    if (broken++ < 3) response.destroy();
    else accept();
  };
  await application.endSpans(MAX_QUEUE_SPANS);
  await application.flush();
  expect(broken).toBeGreaterThan(3);
  expect(application.dropped).toEqual({});
});

test('one that is slow costs what does not fit into the queue, and the rest arrives', async () => {
  await using application = await Application.start();
  const waiting: (() => void)[] = [];
  let allWait = (): void => {};
  // As many as are under way at once.
  const isFull = new Promise<void>((resolve) => (allWait = resolve));
  application.answer = (accept) => {
    if (waiting.push(accept) === MAX_QUEUE_SPANS / MAX_BATCH_SPANS) allWait();
  };
  await application.endSpans(BURST);
  expect(application.dropped).toEqual({ queue_full: BURST - MAX_QUEUE_SPANS });
  expect(application.tracing.provider.queuedSpanCount).toBe(MAX_QUEUE_SPANS);
  await isFull;
  application.answer = (accept) => accept();
  for (const accept of waiting) accept();
  await application.flush();
  await application.endSpans(MAX_QUEUE_SPANS);
  await application.flush();
  expect(application.deliveredCount).toBe(2 * MAX_QUEUE_SPANS);
});

test('one that is gone costs the spans of its time, and gets those after it', async () => {
  await using application = await Application.start();
  await application.endSpans(MAX_QUEUE_SPANS);
  await application.flush();
  await application.receiverGoes();
  await application.endSpans(BURST);
  await application.flush();
  expect(application.deliveredCount).toBe(MAX_QUEUE_SPANS);
  const { queue_full: queueFull = 0, unreachable = 0 } = application.dropped;
  expect(queueFull + unreachable).toBe(BURST);
  expect(unreachable).toBeGreaterThanOrEqual(MAX_QUEUE_SPANS);
  await application.receiverComesBack();
  await application.endSpans(MAX_QUEUE_SPANS);
  await application.flush();
  expect(application.deliveredCount).toBe(2 * MAX_QUEUE_SPANS);
});

test('spans that end after the end are not kept', async () => {
  await using application = await Application.start();
  const open = application.tracing.provider.getTracer('shop').startSpan('late');
  await application.tracing.shutdown();
  open.end();
  expect(application.tracing.provider.queuedSpanCount).toBe(0);
  expect(application.dropped).toEqual({ shut_down: 2 });
});
