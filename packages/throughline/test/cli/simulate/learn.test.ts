import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startThroughline } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { loadScenario } from '../../../src/cli/simulate/scenario-files.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-learn-'));
afterAll(() => rmSync(folder, { recursive: true }));

const data =
  process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../../../../../shared/data', import.meta.url));
const trainTicket = join(data, 'train-ticket/2023-01-29.otlp.jsonl.gz');
const hasData = existsSync(trainTicket);
if (!hasData) console.warn(`SKIPPED: learning from recorded traces: ${data} is not there (set THROUGHLINE_DATA)`);

async function simulate(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = recordingTerminal();
  const code = await runCli(['simulate', ...args], terminal);
  return { code, stdout: terminal.text.out, stderr: terminal.text.err };
}

interface Result {
  readonly services: number;
  readonly operations: number;
  readonly traces_learnt: number;
  readonly share_of_traces: number;
  readonly complete: boolean;
  readonly comparison: {
    readonly same_call_graph: boolean;
    readonly same_latencies: boolean;
    readonly service_edges: { readonly count: number; readonly missing: readonly string[] };
    readonly operation_edges: { readonly count: number; readonly extra: readonly string[] };
    readonly operations: readonly {
      readonly service: string;
      readonly operation: string;
      readonly root: boolean;
      readonly original: Quantiles;
      readonly learnt: Quantiles;
    }[];
  };
}

interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

async function learn(...args: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await simulate('--learn', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Result;
}

describe.skipIf(!hasData)('recorded traces', () => {
  test('Train Ticket: the same call graph, and latencies within 25 %', { timeout: 180_000 }, async () => {
    const out = join(folder, 'train-ticket.yaml');
    const result = await learn('--from', trainTicket, '--out', out);
    expect(result).toMatchObject({ services: 28, operations: 48, traces_learnt: 1_110, complete: true });
    const { comparison } = result;
    expect(comparison).toMatchObject({
      same_call_graph: true,
      same_latencies: true,
      service_edges: { count: 55, missing: [], extra: [] },
      operation_edges: { count: 75, missing: [], extra: [] },
    });
    const [entry, ...others] = comparison.operations;
    expect(entry).toMatchObject({ service: 'ts-gateway-service', operation: '/*', root: true });
    for (const quantile of ['p50', 'p90', 'p99'] as const) {
      const ratio = (entry?.learnt[quantile] ?? 0) / (entry?.original[quantile] ?? 1);
      expect(ratio, quantile).toBeGreaterThan(0.75);
      expect(ratio, quantile).toBeLessThan(1.25);
    }
    // Operations within, whose times are no mixture of many others.
    const frequent = others.filter(({ original }) => original.count >= 500);
    expect(frequent.length).toBeGreaterThan(8);
    for (const { operation, original, learnt } of frequent) {
      expect(learnt.p50 / original.p50, operation).toBeGreaterThan(0.85);
      expect(learnt.p50 / original.p50, operation).toBeLessThan(1.15);
      expect(learnt.p90 / original.p90, operation).toBeGreaterThan(0.75);
      expect(learnt.p90 / original.p90, operation).toBeLessThan(1.25);
    }
  });

  test('Jaeger’s and Zipkin’s JSON are learnt from', async () => {
    const out = join(folder, 'recorded.yaml');
    const jaeger = await learn('--from', join(data, 'social-network/jaeger-api.json.gz'), '--out', out);
    expect(jaeger).toMatchObject({ services: 12, operations: 12, traces_learnt: 20 });
    expect(jaeger.comparison.same_call_graph).toBe(true);
    const zipkin = await learn('--from', join(data, 'zipkin/messaging-kafka.json'), '--out', out);
    expect(zipkin.comparison.same_call_graph).toBe(true);
  });
});

describe('learning', () => {
  const spans = join(folder, 'shop.jsonl');
  const common = ['shop', '--duration', '20s', '--faults', 'off', '--truth', 'off'];
  beforeAll(async () => {
    expect((await simulate(...common, '--output', spans)).code).toBe(0);
  });

  test('from a server and from a file gives the same scenario', async () => {
    await using server = await startThroughline(['--store', 'memory:']);
    expect((await simulate(...common, '--endpoint', server.listen['otlp-http'] ?? '')).code).toBe(0);
    const [fromFile, fromServer] = [join(folder, 'file.yaml'), join(folder, 'server.yaml')];
    const learnt = await learn('--from', spans, '--out', fromFile);
    expect(learnt.comparison.same_call_graph).toBe(true);
    const url = server.listen['http'] ?? '';
    expect(await learn('--from', url, '--out', fromServer)).toMatchObject({
      traces_learnt: learnt.traces_learnt,
      services: learnt.services,
    });
    const [a, b] = [await loadScenario(fromFile), await loadScenario(fromServer)];
    const operations = ({ services }: typeof a): ReadonlySet<string> =>
      new Set([...services].flatMap(([name, { operations: of }]) => [...of.keys()].map((key) => `${name} ${key}`)));
    expect(operations(b)).toEqual(operations(a));
    // It can be put under stress as any other scenario.
    const stressed = await simulate(fromFile, '--duration', '30s', '--rate', '20', '--faults', 'exception', '--json');
    expect(JSON.parse(stressed.stdout)).toMatchObject({ faults: [{ kind: 'exception' }] });
    const some = await learn('--from', url, '--out', fromServer, '--query', '{ name = "POST /cart/items" }');
    expect(some.operations).toBeLessThan(learnt.operations);
    expect((await simulate('--learn', '--from', url, '--out', fromServer, '--query', '{ nmae = 1 }')).code).toBe(2);
  });

  test('what --max-spans leaves out is told', async () => {
    const out = join(folder, 'some.yaml');
    const args = ['--learn', '--from', spans, '--out', out, '--max-spans', '1000', '--no-compare'];
    const { code, stdout } = await simulate(...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/left out +the rest of [\d,]+ spans: --max-spans allows 1 trace in \d+/);
    expect(stdout).not.toContain('call graph');
  });

  test('what cannot be read is told, and the rest is learnt from', async () => {
    const path = join(folder, 'broken.jsonl');
    const [line = ''] = readFileSync(spans, 'utf8').split('\n');
    writeFileSync(path, `${line}\n{"resourceSpans": nonsense\n`);
    const out = join(folder, 'broken.yaml');
    const { code, stdout, stderr } = await simulate('--learn', '--from', path, '--out', out);
    expect(code).toBe(1);
    expect(stdout).toContain(`written to ${out}`);
    expect(stderr).toContain('broken.jsonl:2: malformed_payload');
  });

  test.each([
    [['--learn', '--out', 'x.yaml'], '--from', 2],
    [['--learn', '--from', 'x.json'], '--out', 2],
    [['shop', '--learn', '--from', 'x', '--out', 'y'], 'it takes none', 2],
    [['--learn', '--from', 'x', '--out', 'y', '--since', '1h'], 'files are read whole', 2],
    [['--learn', '--from', 'x', '--out', 'y', '--rate', '5'], 'cannot be used with', 2],
    [['shop', '--from', 'x'], '--from needs --learn', 2],
    [['--learn', '--from', '/nowhere/x.json', '--out', 'y'], 'cannot_read_file', 1],
    [['--learn', '--from', 'http://127.0.0.1:1', '--out', 'y'], 'cannot reach', 1],
  ])('%j', async (args, told, exitCode) => {
    const { code, stderr } = await simulate(...args);
    expect(stderr.toLowerCase()).toContain(told);
    expect(code).toBe(exitCode);
  });

  test('a file without spans has nothing to learn', async () => {
    const path = join(folder, 'empty.json');
    writeFileSync(path, '{"resourceSpans":[]}');
    const { code, stderr } = await simulate('--learn', '--from', path, '--out', join(folder, 'empty.yaml'));
    expect(code).toBe(1);
    expect(stderr).toContain('nothing_to_learn');
  });
});
