import { EventEmitter, once } from 'node:events';
import type http from 'node:http';
import { describe, expect, test } from 'vitest';
import type { DeliveryClock } from '../../src/export/delivery-clock.ts';
import { contractBatch, expectDropped, noAbort } from '../../testing/exporter-contract.ts';
import { httpCases } from './http-cases.ts';
import { recordingClock, startHttpReceiver, status } from './http-receiver.ts';

// What is tested does not depend on the protocol: one is enough.
const protobuf = httpCases['OTLP protobuf'];
if (protobuf === undefined) throw new Error('no such case');

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  test.each([
    ['3', 3000],
    ['0', 0],
    [new Date(now + 4000).toUTCString(), 4000],
    [new Date(now - 4000).toUTCString(), 0],
    ['soon', 1000],
    ['-5', 1000],
    ['1.5', 1000],
  ])('%s', async (header, delayMs) => {
    await using receiver = await startHttpReceiver(status(503, { 'retry-after': header }));
    const clock = recordingClock(now);
    const exporter = protobuf.create(receiver.origin, { clock });
    expect(await exporter.export(contractBatch(), noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([delayMs]);
    await exporter.shutdown();
  });

  test('holds for the next batches, too: they wait, or are dropped where that is too long', async () => {
    await using receiver = await startHttpReceiver(
      status(429, { 'retry-after': '60' }),
      status(503, { 'retry-after': '6' }),
    );
    const clock = recordingClock(now);
    const exporter = protobuf.create(receiver.origin, { clock, maxAttempts: 1 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'throttled');
    const held = await exporter.export(batch, noAbort());
    expectDropped(held, batch, 'throttled');
    expect(held.message).toContain('asked for a pause');
    expect(receiver.requests.length).toBe(1);
    await clock.delay(60_000, noAbort());
    expectDropped(await exporter.export(batch, noAbort()), batch, 'unavailable');
    expect(await exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([60_000, 6000]);
    await exporter.shutdown();
  });

  test('a wall clock that is set back lengthens no pause', async () => {
    await using receiver = await startHttpReceiver(status(503, { 'retry-after': '6' }));
    const clock = recordingClock(now);
    const exporter = protobuf.create(receiver.origin, { clock, maxAttempts: 1 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'unavailable');
    clock.setNow(now - 3_600_000);
    expect(await exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([6000]);
    await exporter.shutdown();
  });

  test('a pause that becomes longer while somebody waits it out is waited out, too', async () => {
    const arrived = Promise.withResolvers<http.ServerResponse>();
    await using receiver = await startHttpReceiver(
      (response) => arrived.resolve(response),
      status(503, { 'retry-after': '2' }),
    );
    const asked = new EventEmitter();
    const waits: { readonly delayMs: number; readonly end: () => void }[] = [];
    let nowMs = 0;
    const clock: DeliveryClock = {
      ...recordingClock(),
      monotonicMs: () => nowMs,
      delay: (delayMs) =>
        new Promise((resolve) => {
          waits.push({ delayMs, end: resolve });
          asked.emit('delay');
        }),
    };
    const exporter = protobuf.create(receiver.origin, { clock });
    const slow = exporter.export(contractBatch(), noAbort());
    const answer = await arrived.promise;
    const waiting = exporter.export(contractBatch(), noAbort());
    await once(asked, 'delay');
    answer.writeHead(503, { 'retry-after': '6' }).end();
    await once(asked, 'delay');
    nowMs = 2000;
    waits[0]?.end();
    await Promise.race([once(asked, 'delay'), waiting]);
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([2000, 6000, 4000]);
    nowMs = 6000;
    for (const { end } of waits) end();
    expect(await Promise.all([slow, waiting])).toMatchObject([{ exportedCount: 4 }, { exportedCount: 4 }]);
    await exporter.shutdown();
  });

  test('nobody is silenced for more than five minutes', async () => {
    await using receiver = await startHttpReceiver(status(429, { 'retry-after': '86400' }));
    const clock = recordingClock(now);
    const exporter = protobuf.create(receiver.origin, { clock });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'throttled');
    await clock.delay(290_000, noAbort());
    expectDropped(await exporter.export(batch, noAbort()), batch, 'throttled');
    await clock.delay(1, noAbort());
    expect(await exporter.export(batch, noAbort())).toEqual({ exportedCount: 4, droppedCount: 0 });
    expect(clock.delays).toEqual([290_000, 1, 9_999]);
    await exporter.shutdown();
  });

  test('longer than the export may take: dropped at once', async () => {
    await using receiver = await startHttpReceiver(status(429, { 'retry-after': '10' }));
    const clock = recordingClock();
    const exporter = protobuf.create(receiver.origin, { clock, timeoutMs: 10_000 });
    const batch = contractBatch();
    expectDropped(await exporter.export(batch, noAbort()), batch, 'throttled');
    expect(clock.delays).toEqual([]);
    await exporter.shutdown();
  });
});
