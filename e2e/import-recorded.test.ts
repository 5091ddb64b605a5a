import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runThroughline, startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const recorded = process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const trainTicket = join(recorded, 'train-ticket/2023-01-29.otlp.jsonl.gz');
const here = existsSync(trainTicket);
if (!here) console.warn(`Tests on recorded traces are skipped: ${recorded} is not there (set THROUGHLINE_DATA).`);

interface TraceRow {
  readonly trace_id: string;
  readonly span_count: number;
}

describe.skipIf(!here)('recorded traces through the CLI', { timeout: 180_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'throughline-import-'));
  let server: ThroughlineProcess;
  let base: string;
  beforeAll(async () => {
    server = await startThroughline(['--data-dir', dataDir]);
    base = server.listen['http'] ?? '';
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const importFile = async (...files: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await runThroughline(['import', '--json', '--url', base, ...files]);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return JSON.parse(stdout);
  };
  const get = async (path: string): Promise<any> => (await fetch(base + path)).json(); // oxlint-disable-line typescript/no-explicit-any -- answers are compared whole
  const allTraces = async (query: string): Promise<TraceRow[]> => {
    const traces: TraceRow[] = [];
    let cursor = '';
    do {
      const page = await get(`/v1/traces?limit=400&${query}${cursor}`);
      expect(page.complete).toBe(true);
      traces.push(...page.traces);
      cursor = page.cursor ? `&cursor=${encodeURIComponent(page.cursor)}` : '';
    } while (cursor !== '');
    return traces;
  };

  test('Train Ticket: 84,317 rows are 81,173 spans in 1,110 traces of 28 services, however often imported', async () => {
    expect(await importFile(trainTicket)).toMatchObject({ spans_read: 84_317, spans_accepted: 84_317 });
    const window = 'start_time=2023-01-01T00:00:00Z&end_time=2023-03-01T00:00:00Z';
    const answers = async () => {
      const traces = await allTraces(window);
      return {
        traces,
        services: await get('/v1/services'),
        dependencies: await get(`/v1/dependencies?${window}`),
        jaeger: await get('/api/dependencies?endTs=1677628800000&lookback=5184000000'),
      };
    };
    const once = await answers();
    expect(once.services).toHaveLength(28);
    expect(once.traces).toHaveLength(1_110);
    expect(new Set(once.traces.map(({ trace_id }) => trace_id)).size).toBe(1_110);
    expect(once.traces.reduce((sum, { span_count }) => sum + span_count, 0)).toBe(81_173);

    expect(await importFile(trainTicket)).toMatchObject({ spans_read: 84_317 });
    expect(await answers()).toEqual(once);
    const largest = once.traces.toSorted((a, b) => b.span_count - a.span_count)[0];
    const whole = await get(`/v1/traces/${largest?.trace_id ?? ''}`);
    expect(whole.spans).toHaveLength(largest?.span_count ?? 0);
  });

  test('social network: 20 traces, 660 spans from Jaeger JSON', async () => {
    expect(await importFile(join(recorded, 'social-network/jaeger-api.json.gz'))).toMatchObject({ spans_read: 660 });
    const { data } = await get('/api/services');
    expect(data).toContain('nginx-web-server');
  });

  test('Zipkin files come back whole, shared spans split', async () => {
    const files = ['ascend.json', 'messaging-kafka.json', 'smartthings-mobile-web-install.json'];
    const report = await importFile(...files.map((name) => join(recorded, 'zipkin', name)));
    expect(report['spans_rejected'] ?? 0).toBe(0);
    expect(report['spans_accepted']).toBe(report['spans_read']);
  });
});
