import { context } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { SUPPRESS_TRACING_KEY } from '../../src/context/tracing-context.ts';
import { AsyncContextManager } from '../../src/context/async-context-manager.ts';
import { officialExporter, type OfficialExportResult } from '../../src/export/official-exporter.ts';
import type { ReadableSpan } from '../../src/export/readable-span.ts';
import { contractBatch, noAbort } from '../../testing/exporter-contract.ts';

beforeAll(() => context.setGlobalContextManager(new AsyncContextManager()));
afterAll(() => context.disable());

type Answer = (result: OfficialExportResult) => void;

/** Keeps the callbacks, to be called by the test. */
class HeldExporter {
  readonly answers: Answer[] = [];
  readonly calls: string[] = [];
  arrived = Promise.withResolvers<void>();

  export(spans: ReadableSpan[], answer: Answer): void {
    this.calls.push(`export ${spans.length} ${String(context.active().getValue(SUPPRESS_TRACING_KEY))}`);
    this.answers.push(answer);
    this.arrived.resolve();
    this.arrived = Promise.withResolvers<void>();
  }

  async forceFlush(): Promise<void> {
    this.calls.push('flush');
    throw new Error('flush failed');
  }

  async shutdown(): Promise<void> {
    this.calls.push('shutdown');
    throw new Error('shutdown failed');
  }
}

test('its name is that of its class; its code 0 is success, another is "failed" with the message', async () => {
  const held = new HeldExporter();
  const exporter = officialExporter(held);
  expect(exporter.name).toBe('HeldExporter');
  let arrived = held.arrived.promise;
  const first = exporter.export(contractBatch(), noAbort());
  await arrived;
  held.answers[0]?.({ code: 0 });
  expect(await first).toEqual({ exportedCount: 4, droppedCount: 0 });
  arrived = held.arrived.promise;
  const second = exporter.export(contractBatch(), noAbort());
  await arrived;
  held.answers[1]?.({ code: 1, error: new Error('no') });
  expect(await second).toEqual({
    exportedCount: 0,
    droppedCount: 4,
    dropReason: 'failed',
    message: 'HeldExporter: no',
  });
  expect(held.calls).toEqual(['export 4 true', 'export 4 true']);
});

test('one that has a name of its own fits, too', async () => {
  class NamedExporter extends HeldExporter {
    readonly name: string = 'vendor';
  }
  const named = new NamedExporter();
  await officialExporter(named).shutdown();
  expect(named.calls).toEqual(['shutdown']);
});

test('it is asked one batch after the other; an abort gives the next its turn', async () => {
  const held = new HeldExporter();
  const exporter = officialExporter(held);
  const aborting = new AbortController();
  let arrived = held.arrived.promise;
  const first = exporter.export(contractBatch(1), aborting.signal);
  const second = exporter.export(contractBatch(2), noAbort());
  await arrived;
  expect(held.calls.length).toBe(1);
  arrived = held.arrived.promise;
  aborting.abort();
  expect(await first).toMatchObject({ droppedCount: 4, dropReason: 'aborted' });
  await arrived;
  held.answers[1]?.({ code: 0 });
  expect(await second).toMatchObject({ exportedCount: 4 });
  // Too late: it has been counted already.
  held.answers[0]?.({ code: 0 });
  expect(await exporter.export(contractBatch(), AbortSignal.abort())).toMatchObject({ dropReason: 'aborted' });
  expect(held.calls.length).toBe(2);
});

test('what it throws is an outcome, and its flush and shutdown never reject', async () => {
  const held = new HeldExporter();
  held.export = () => {
    throw new TypeError('spans is not iterable');
  };
  const exporter = officialExporter(held);
  expect(await exporter.export(contractBatch(), noAbort())).toMatchObject({
    dropReason: 'failed',
    message: 'HeldExporter: spans is not iterable',
  });
  await exporter.forceFlush?.(noAbort());
  await Promise.all([exporter.shutdown(), exporter.shutdown()]);
  expect(held.calls).toEqual(['flush', 'shutdown']);
  expect(await exporter.export(contractBatch(), noAbort())).toMatchObject({ dropReason: 'shut_down' });
});

test('what it rejects with is an outcome, too', async () => {
  const held = new HeldExporter();
  held.export = (): unknown => Promise.reject(new TypeError('no connection'));
  expect(await officialExporter(held).export(contractBatch(), noAbort())).toMatchObject({
    dropReason: 'failed',
    message: 'HeldExporter: no connection',
  });
});

test('a flush waits for the export under way, but not after the abort', async () => {
  const held = new HeldExporter();
  const exporter = officialExporter(held);
  const arrived = held.arrived.promise;
  void exporter.export(contractBatch(), noAbort());
  await arrived;
  const aborting = new AbortController();
  const flushed = exporter.forceFlush?.(aborting.signal);
  aborting.abort();
  await flushed;
  expect(held.calls).toEqual(['export 4 true']);
});
