import { startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { recordingTerminal } from '../recording-terminal.ts';

let server: ThroughlineProcess;
beforeAll(async () => {
  server = await startThroughline(['--store', 'memory:']);
});
afterAll(async () => {
  await server.stop();
});

async function load(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = recordingTerminal();
  const code = await runCli(['load', ...args], terminal);
  return { code, stdout: terminal.text.out, stderr: terminal.text.err };
}

async function counters(): Promise<Record<string, number>> {
  const answer = await fetch(`${server.listen['http'] ?? ''}/metrics`, { headers: { accept: 'application/json' } });
  return (await answer.json()) as Record<string, number>;
}

interface Result {
  readonly spans_sent: number;
  readonly spans_accepted: number;
  readonly spans_rejected: number;
  readonly spans_failed: number;
  readonly requests: number;
}

describe('a real server counts what the load says', () => {
  test.each([
    ['otlp-http', 'otlp_http_protobuf', ['--protocol', 'http/protobuf']],
    ['otlp-http', 'otlp_http_protobuf', ['--protocol', 'http/protobuf', '--gzip']],
    ['otlp-http', 'otlp_http_json', ['--protocol', 'http/json', '--gzip']],
    ['otlp-grpc', 'otlp_grpc', ['--protocol', 'grpc']],
    ['otlp-grpc', 'otlp_grpc', ['--protocol', 'grpc', '--gzip']],
  ])('%s %j', async (listener, receiver, args) => {
    const before = await counters();
    const { code, stdout, stderr } = await load(
      server.listen[listener] ?? '',
      ...args,
      '--rate',
      '2000',
      '--duration',
      '500ms',
      '--batch',
      '100',
      '--json',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const result = JSON.parse(stdout) as Result;
    // One request each 50 ms.
    expect(result).toMatchObject({ spans_sent: 1_000, spans_accepted: 1_000, spans_rejected: 0, spans_failed: 0 });
    const after = await counters();
    const grown = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
    expect(grown(`spans_received.${receiver}`)).toBe(result.spans_sent);
    expect(grown(`spans_stored.${receiver}`)).toBe(result.spans_accepted);
    expect(grown('ingest_requests')).toBe(result.requests);
    // 20 spans a trace.
    expect(grown('traces_received')).toBe(50);
  });

  test('as fast as it goes, for a person', async () => {
    const before = await counters();
    const { code, stdout } = await load(
      server.listen['otlp-http'] ?? '',
      '--rate',
      'max',
      '--duration',
      '300ms',
      '--batch',
      '50',
    );
    expect(code).toBe(0);
    const after = await counters();
    const accepted = Number(/^([\d,]+) spans? accepted/.exec(stdout)?.[1]?.replaceAll(',', ''));
    expect((after['spans_stored'] ?? 0) - (before['spans_stored'] ?? 0)).toBe(accepted);
    expect(accepted).toBeGreaterThan(0);
    expect(stdout).toContain('latency   p50');
  });

  test('what a server refuses is counted, with exit code 1', async () => {
    const args = ['--rate', '1000', '--duration', '100ms', '--batch', '50', '--json'];
    const { code, stdout } = await load(`${server.listen['otlp-http'] ?? ''}/elsewhere`, ...args);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      spans_sent: 100,
      spans_accepted: 0,
      spans_failed: 100,
      reasons: { 'status 404': 2 },
    });
  });
});

test.each([
  [['nowhere'], 2, 'URL'],
  [['http://127.0.0.1:1'], 1, 'unreachable'],
  [['http://127.0.0.1:1', '--protocol', 'grpc'], 1, 'unreachable'],
  [['http://127.0.0.1:1', '--rate', 'fast'], 2, '--rate'],
  [['http://127.0.0.1:1', '--duration', 'long'], 2, '--duration'],
  [['http://127.0.0.1:1', '--protocol', 'udp'], 2, '--protocol'],
])('%j is a mistake that is told', async (args, expected, told) => {
  const { code, stderr } = await load(...args);
  expect(stderr).toContain(told);
  expect(code).toBe(expected);
});
