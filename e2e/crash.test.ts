import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThroughline } from 'throughline/testing/throughline-process';
import { afterAll, expect, test } from 'vitest';

const dataDir = mkdtempSync(join(tmpdir(), 'throughline-crash-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const ROUNDS = Number(process.env['THROUGHLINE_CRASH_ROUNDS'] ?? 2);
const SENDERS = 4;
const ACKNOWLEDGED_BEFORE_KILL = 40;

test(`after kill -9 every acknowledged span is there, ${ROUNDS} times`, { timeout: 120_000 }, async () => {
  const acknowledged: string[] = [];
  let next = 1;
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startThroughline(['--data-dir', dataDir]);
    const url = `${server.listen['otlp-http'] ?? ''}/v1/traces`;
    let killed: Promise<void> | undefined;
    const target = acknowledged.length + ACKNOWLEDGED_BEFORE_KILL;
    const send = async (): Promise<void> => {
      while (killed === undefined) {
        const traceId = (next++).toString(16).padStart(32, '0');
        try {
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(
              [1, 2, 3].map((span) => ({
                trace_id: traceId,
                span_id: span.toString(16),
                name: `op ${span}`,
                service_name: 'shop',
                start_time: 1_700_000_000 + next,
                duration: 0.1,
              })),
            ),
          });
          if (response.status === 200 && (await response.json()).received === 3) acknowledged.push(traceId);
        } catch {
          // The connection broke: nothing was promised.
        }
        // In the middle of the stream, with other requests under way.
        if (acknowledged.length >= target) killed ??= server.kill();
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, send));
    await killed;
  }

  await using server = await startThroughline(['--data-dir', dataDir]);
  expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS * ACKNOWLEDGED_BEFORE_KILL);
  const missing: string[] = [];
  for (const traceId of acknowledged) {
    const response = await fetch(`${server.listen['http'] ?? ''}/v1/traces/${traceId}`);
    const spans = response.ok ? (await response.json()).spans.length : 0;
    if (spans !== 3) missing.push(`${traceId}: ${spans} of 3 spans`);
  }
  expect(missing).toEqual([]);
});
