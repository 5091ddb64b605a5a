import { diag } from '@opentelemetry/api';

import { boundedFlush, type Flushable } from './bounded-flush.ts';

/** What may have spans that wait for their export. */
export interface ExitingTracing extends Flushable {
  readonly queuedSpanCount: number;
}

/**
 * `beforeExit` comes again after each flush that had something to do. An application that makes spans each time must
 * still come to its end.
 */
const MAX_FLUSHES_BEFORE_EXIT = 5;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The application is in a state that nobody foresaw: it must not run on for long. */
const MAX_EXCEPTION_TIMEOUT_MS = 1_000;

/**
 * Flushes when the process is about to end, for at most `timeoutMs`: when it has nothing left to do, on SIGTERM and
 * SIGINT, and on an uncaught exception if spans are waiting. What the application does on these stays as it is, and so
 * does how the process ends: a signal that nobody else listens to ends it as without us, an exception that nobody
 * catches as well. `process.exit()` leaves no time to flush. The result takes everything back.
 */
export function flushOnExit(tracing: ExitingTracing, timeoutMs: number): () => void {
  const undo = [
    flushBeforeExit(tracing, timeoutMs),
    ...SIGNALS.map((signal) => flushOnSignal(signal, tracing, timeoutMs)),
    flushOnException(tracing, timeoutMs),
  ];
  return () => {
    for (const step of undo.splice(0)) step();
  };
}

/** All flushes together take `timeoutMs` at most. */
function flushBeforeExit(tracing: ExitingTracing, timeoutMs: number): () => void {
  let flushCount = 0;
  let leftMs = timeoutMs;
  const onBeforeExit = (): void => {
    if (leftMs <= 0) return;
    // The first time also for processors of the application, whose queues are not counted.
    if (flushCount > 0 && (tracing.queuedSpanCount === 0 || flushCount >= MAX_FLUSHES_BEFORE_EXIT)) return;
    flushCount++;
    const startMs = performance.now();
    void boundedFlush(tracing, leftMs).then((isDone) => {
      leftMs = isDone ? leftMs - Math.ceil(performance.now() - startMs) : 0;
    });
  };
  process.on('beforeExit', onBeforeExit);
  return () => process.removeListener('beforeExit', onBeforeExit);
}

function flushOnSignal(signal: (typeof SIGNALS)[number], tracing: ExitingTracing, timeoutMs: number): () => void {
  let flushing = false;
  const onSignal = (): void => {
    const isAlone = process.listenerCount(signal) - politeListenerCount() <= 1;
    // Asked a second time: no more waiting.
    if (flushing && isAlone) {
      endBySignal();
      return;
    }
    flushing = true;
    // An application that ends in its own way comes to `beforeExit`, where the time for the end begins.
    void boundedFlush(tracing, timeoutMs, { holdsProcess: isAlone }).then(() => {
      flushing = false;
      if (isAlone) endBySignal();
    });
  };
  const endBySignal = (): void => {
    // Without us the signal does what it would have done.
    process.removeListener(signal, onSignal);
    try {
      process.kill(process.pid, signal);
    } catch (error) {
      diag.error(`${signal} cannot be raised again`, error);
    }
  };
  // First, so that a listener that is called once is still there when others are counted.
  process.prependListener(signal, onSignal);
  return () => process.removeListener(signal, onSignal);
}

/**
 * Listeners of the package `signal-exit`, which end the process unless somebody else listens. If we held back for them as
 * they do for us, nobody would end it. It counts its listeners where other copies of it find the number (versions 3, 4).
 */
function politeListenerCount(): number {
  const holders: readonly unknown[] = [
    Reflect.get(process, '__signal_exit_emitter__'),
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
  ];
  let total = 0;
  for (const holder of new Set(holders)) {
    if (typeof holder !== 'object' || holder === null || !('count' in holder)) continue;
    if (typeof holder.count === 'number') total += holder.count;
  }
  return total;
}

/** An exception that nobody catches ends the process at once. It is caught for the time of the flush, then thrown again. */
function flushOnException(tracing: ExitingTracing, timeoutMs: number): () => void {
  let ending = false;
  const onException = (): void => {
    const isHandled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    // Another exception during the flush ends it.
    if (ending || tracing.queuedSpanCount === 0) return;
    if (isHandled) {
      void boundedFlush(tracing, timeoutMs, { holdsProcess: false });
      return;
    }
    ending = true;
    process.once('uncaughtException', (thrown) => {
      void boundedFlush(tracing, Math.min(timeoutMs, MAX_EXCEPTION_TIMEOUT_MS)).then(() => throwUncaught(thrown));
    });
  };
  process.on('uncaughtExceptionMonitor', onException);
  return () => process.removeListener('uncaughtExceptionMonitor', onException);
}

/** From a microtask, whose errors are reported with the line that made them; those of other callbacks with this line. */
function throwUncaught(thrown: unknown): void {
  queueMicrotask(() => {
    throw thrown;
  });
}
