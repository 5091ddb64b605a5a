import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Span } from '@throughline/model';
import { FAULT_KINDS, parseScenario, scenarioJsonSchema, Simulator } from '@throughline/simulator';
import { decodeOtlpJson, decodeOtlpProtobuf } from '@throughline/wire';
import { runThroughline, startThroughline } from 'throughline/testing/throughline-process';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { chooseFaults } from '../../../src/cli/simulate/choose-faults.ts';
import { listScenarios, loadScenario } from '../../../src/cli/simulate/scenario-files.ts';
import { recordingTerminal } from '../recording-terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function simulate(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = recordingTerminal();
  const code = await runCli(['simulate', ...args], terminal);
  return { code, stdout: terminal.text.out, stderr: terminal.text.err };
}

function spansOf(path: string): readonly Span[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.flatMap((line) => decodeOtlpJson(line).spans);
}

describe('scenarios', async () => {
  const scenarios = await listScenarios();

  test('there are those that the help promises', () => {
    const names = scenarios.map(({ name }) => name);
    for (const name of ['basic', 'shop', 'order-flow', 'checkout', 'video', 'banking', 'llm-agent']) {
      expect(names).toContain(name);
    }
    expect(names).toEqual(expect.arrayContaining(['company-1000', 'batch-100k', 'batch-1m']));
  });

  test.each(scenarios.map(({ name }) => name).filter((name) => !name.startsWith('batch')))(
    '%s runs, and each of its services does something',
    async (name) => {
      const scenario = await loadScenario(name);
      const simulator = new Simulator(
        { ...scenario, durationNano: name === 'company-1000' ? 10e9 : 60e9 },
        { seed: 1, startUnixNano: 0n, onSpans: () => {} },
      );
      simulator.run();
      const { services, tracesCompleted, tracesStarted } = simulator.statistics();
      expect(tracesStarted).toBeGreaterThan(10);
      expect(tracesCompleted).toBe(tracesStarted);
      const idle = services.filter(({ handled }) => handled === 0).map(({ service }) => service);
      // Of a thousand some are called seldom.
      expect(idle.length).toBeLessThan(name === 'company-1000' ? 400 : 1);
    },
  );

  test('the committed JSON Schema is that of the program', () => {
    const file = new URL('../../../scenarios/scenario.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });

  test('the basic one is the chain of five services, 100 to 500 ms each, 10 ms apart', async () => {
    const path = join(folder, 'basic.jsonl');
    const { code, stdout } = await simulate('basic', '--output', path, '--json', '--duration', '100s');
    expect(code).toBe(0);
    const spans = spansOf(path);
    expect(new Set(spans.map(({ resource }) => resource.attributes.get('service.name')))).toEqual(
      new Set(['Frontend', 'APIGateway', 'AuthService', 'DataService', 'Database']),
    );
    const result = JSON.parse(stdout) as {
      readonly traces_completed: number;
      readonly slow_traces: number;
      readonly slowest: readonly { readonly duration: number }[];
    };
    expect(result.traces_completed).toBe(49);
    const durations = [...Map.groupBy(spans, ({ traceId }) => traceId).values()].map((trace) => {
      const root = trace.find(({ parentSpanId }) => parentSpanId === '');
      return root === undefined ? 0 : Number(root.endTimeUnixNano - root.startTimeUnixNano) / 1e9;
    });
    // Five times 100 to 500 ms, and four calls there and back.
    expect(Math.min(...durations)).toBeGreaterThanOrEqual(0.58);
    expect(Math.max(...durations)).toBeLessThanOrEqual(2.58);
    expect(result.slow_traces).toBe(durations.filter((seconds) => seconds > 2).length);
    expect(result.slowest[0]?.duration).toBeCloseTo(Math.max(...durations), 6);
  });

  test('an order is answered before it is paid, and one trace holds both', async () => {
    const path = join(folder, 'orders.jsonl');
    await simulate('order-flow', '--output', path, '--duration', '5s', '--faults', 'off');
    const [trace = []] = Map.groupBy(spansOf(path), ({ traceId }) => traceId).values();
    const named = (name: string): Span | undefined => trace.find((span) => span.name === name);
    const root = trace.find(({ parentSpanId }) => parentSpanId === '');
    expect(root?.attributes.get('http.response.status_code')).toBe(202n);
    expect(named('process orders')?.endTimeUnixNano).toBeGreaterThan(root?.endTimeUnixNano ?? 0n);
    expect(named('process notifications')?.startTimeUnixNano).toBeGreaterThan(
      named('process payments')?.startTimeUnixNano ?? 0n,
    );
  });
});

describe('output', () => {
  test('the same seed and start give the same bytes; another seed does not', async () => {
    const bytes = async (name: string, ...args: readonly string[]): Promise<Buffer> => {
      const path = join(folder, name);
      expect((await simulate('shop', '--duration', '8s', '--output', path, ...args)).code).toBe(0);
      return readFileSync(path);
    };
    const first = await bytes('a.jsonl', '--seed', '5');
    expect(await bytes('b.jsonl', '--seed', '5')).toEqual(first);
    expect(await bytes('c.jsonl', '--seed', '6')).not.toEqual(first);
    expect(await bytes('d.jsonl', '--seed', '5', '--start', '2025-06-01T00:00:00Z')).not.toEqual(first);
    // The same spans in protobuf, compressed.
    const packed = gunzipSync(await bytes('e.pb.gz', '--seed', '5'));
    const spans: Span[] = [];
    for (let at = 0; at < packed.length; at += 4 + packed.readUInt32BE(at)) {
      spans.push(...decodeOtlpProtobuf(packed.subarray(at + 4, at + 4 + packed.readUInt32BE(at))).spans);
    }
    expect(spans.map(({ spanId }) => spanId)).toEqual(spansOf(join(folder, 'a.jsonl')).map(({ spanId }) => spanId));
  });

  test('the truth lies beside the output and names spans that are in it', async () => {
    const path = join(folder, 'faulty.jsonl');
    const { stdout } = await simulate(
      'banking',
      '--faults',
      'exception,bad_host',
      '--duration',
      '30s',
      '--output',
      path,
    );
    expect(stdout).toContain(`${path}.truth.json`);
    const truth = JSON.parse(readFileSync(`${path}.truth.json`, 'utf8')) as {
      readonly faults: readonly {
        readonly kind: string;
        readonly start_time: string;
        readonly affected_spans: number;
        readonly affected: Readonly<Record<string, readonly string[]>>;
      }[];
    };
    expect(truth.faults.map(({ kind, start_time }) => [kind, start_time])).toEqual([
      ['exception', '2026-01-01T00:00:10.000000000Z'],
      ['bad_host', '2026-01-01T00:00:10.000000000Z'],
    ]);
    const written = new Set(spansOf(path).map(({ traceId, spanId }) => `${traceId} ${spanId}`));
    for (const { affected, affected_spans } of truth.faults) {
      const named = Object.entries(affected).flatMap(([traceId, ids]) => ids.map((id) => `${traceId} ${id}`));
      expect(named).toHaveLength(affected_spans);
      expect(named.length).toBeGreaterThan(0);
      expect(named.every((id) => written.has(id))).toBe(true);
    }
  });

  test('a server gets every span, in real time too', async () => {
    await using server = await startThroughline(['--store', 'memory:']);
    const endpoint = server.listen['otlp-http'] ?? '';
    const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
      const { code, stdout } = await simulate(...args, '--endpoint', endpoint, '--json');
      expect(code).toBe(0);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const fast = await json('shop', '--duration', '20s');
    const live = await json(
      'shop',
      '--duration',
      '1s',
      '--rate',
      '20',
      '--real-time',
      '--faults',
      'off',
      '--seed',
      '2',
    );
    const counters = (await (
      await fetch(`${server.listen['http'] ?? ''}/metrics`, { headers: { accept: 'application/json' } })
    ).json()) as Record<string, number>;
    expect(counters['spans_stored']).toBe(Number(fast['spans_received']) + Number(live['spans_received']));
    expect(live).toMatchObject({ faults: [] });
    // No file comes into being that was not asked for.
    expect(fast['faults']).not.toEqual([]);
    expect(fast['truth']).toBeUndefined();
    expect(readdirSync('.').filter((name) => name.endsWith('.truth.json'))).toEqual([]);
    expect(fast['output']).toMatchObject({ accepted: fast['spans_received'], rejected: 0, failed: 0 });
    expect(Date.parse(String(live['start_time']))).toBeGreaterThan(Date.parse('2026-01-02'));
  });

  test('a store that no server holds gets every span', async () => {
    const data = join(folder, 'data');
    const args = ['order-flow', '--duration', '10s', '--data-dir', data, '--json'];
    const { code, stdout, stderr } = await runThroughline(['simulate', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { slowest } = JSON.parse(stdout) as {
      readonly slowest: readonly { readonly trace_id: string; readonly span_count: number }[];
    };
    await using server = await startThroughline(['--data-dir', data]);
    const answer = await fetch(`${server.listen['http'] ?? ''}/v1/traces/${slowest[0]?.trace_id ?? ''}`);
    const { spans } = (await answer.json()) as { readonly spans: readonly unknown[] };
    expect(spans).toHaveLength(slowest[0]?.span_count ?? 0);
    // The server holds it now.
    const locked = await runThroughline(['simulate', ...args]);
    expect(locked.code).toBe(1);
    expect(locked.stderr).toContain('store_directory_locked');
  });
});

describe('faults of choice', () => {
  const scenario = parseScenario({
    name: 'one',
    duration: '90s',
    services: { a: { operations: { 'GET /': [{ work: '1ms' }] } } },
    workload: [{ calls: [{ call: 'a GET /' }], arrivals: { poisson: 1 } }],
    faults: [{ kind: 'exception', service: 'a', at: '5s', for: '1s' }],
  });

  test('its own, none, named ones, and all in turn', async () => {
    expect(chooseFaults(scenario, 'scenario', 1)).toBe(scenario);
    expect(chooseFaults(scenario, 'off', 1).faults).toEqual([]);
    expect(chooseFaults(scenario, 'exception', 1).faults).toEqual(scenario.faults);
    expect(chooseFaults(scenario, 'cpu_contention, exception', 1).faults).toMatchObject([
      { kind: 'cpu_contention', service: 'a', atNano: 30e9, lengthNano: 30e9 },
      { kind: 'exception', atNano: 5e9 },
    ]);
    const shop = { ...(await loadScenario('shop')), durationNano: 3_600e9 };
    const kinds = new Set(chooseFaults(shop, 'rotate', 1).faults.map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(FAULT_KINDS));
  });

  test('what does not fit is a mistake', () => {
    expect(() => chooseFaults(scenario, 'cache_stampede', 1)).toThrow('no place');
    expect(() => chooseFaults(scenario, 'bad_hots', 1)).toThrow('did you mean bad_host');
  });
});

describe('mistakes', () => {
  test.each([
    [['shopp'], 'did you mean shop'],
    [['./nowhere.yaml'], 'cannot_read_file'],
    [['shop', '--duration', 'soon'], '--duration'],
    [['shop', '--duration', '99999999h'], 'too long, the longest duration is 106751d'],
    [['shop', '--rate', '0'], 'above 0'],
    [['shop', '--start', 'yesterday'], '--start'],
    [['shop', '--faults', 'flood'], '--faults'],
    [['shop', '--endpoint', 'nowhere'], '--endpoint'],
    [['shop', '--endpoint', 'http://127.0.0.1:1', '--output', 'x'], 'cannot be used with'],
    [[], '--list'],
  ])('%j', async (args, told) => {
    const { code, stderr } = await simulate(...args);
    expect(stderr.toLowerCase()).toContain(told);
    expect(code).toBe(told === 'cannot_read_file' ? 1 : 2);
  });

  test('those in a file have their places', async () => {
    const path = join(folder, 'broken.yaml');
    writeFileSync(path, 'name: broken\nservices: { a: { wrokers: 2 } }\nworkload: []\n');
    const { code, stderr } = await simulate(path);
    expect(code).toBe(2);
    expect(stderr).toContain('services.a.wrokers: is not a known key');
    expect(stderr).toContain('workload: must be a list of at least 1');
    writeFileSync(path, 'name: [unclosed\n');
    expect((await simulate(path)).stderr).toContain('broken.yaml');
  });

  test('a server that is not there is told, with exit code 1', async () => {
    const { code, stderr } = await simulate(
      'basic',
      '--duration',
      '10s',
      '--endpoint',
      'http://127.0.0.1:1',
      '--truth',
      'off',
    );
    expect(code).toBe(1);
    expect(stderr).toContain('unreachable');
  });
});
