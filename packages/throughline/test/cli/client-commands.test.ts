import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Span } from '@throughline/model';
import { decodeOtlpJson, encodeOtlpJson } from '@throughline/wire';
import { runThroughline, startThroughline, type ThroughlineProcess } from 'throughline/testing/throughline-process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { recordingTerminal } from './recording-terminal.ts';
import { testSpan } from './test-spans.ts';

const data = process.env['THROUGHLINE_DATA'] ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const trainTicket = join(data, 'train-ticket/2023-01-29.otlp.jsonl.gz');
const hasData = existsSync(trainTicket);
if (!hasData) console.warn(`Import of recorded traces is not tested: ${data} is not there (set THROUGHLINE_DATA).`);

const folder = mkdtempSync(join(tmpdir(), 'throughline-cli-'));
let server: ThroughlineProcess;
let url: string;
beforeAll(async () => {
  server = await startThroughline(['--store', 'memory:']);
  url = server.listen['http'] ?? '';
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** In this process; how the commands do as a process of their own is tested below. */
async function run(tenant: string, command: string, ...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runCli([command, '--url', url, '--tenant', tenant, ...args], terminal);
  return { code, stdout: terminal.text.out, stderr: terminal.text.err };
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function lines(...traces: readonly (readonly Span[])[]): string {
  return traces.map((spans) => `${encodeOtlpJson(spans)}\n`).join('');
}

const failing = [
  testSpan({ id: 1, trace: 0xa, service: 'gateway', name: 'POST /order', durationNano: 5_000_000 }),
  testSpan({ id: 2, trace: 0xa, parent: 1, service: 'pay', name: 'charge', errorMessage: 'declined' }),
];
const fine = [testSpan({ id: 3, trace: 0xb, service: 'gateway', name: 'GET /', startNano: 1_000_000_000 })];
const [failingId, fineId] = ['a'.padStart(32, '0'), 'b'.padStart(32, '0')];

describe('commands on a running server', () => {
  beforeAll(async () => {
    const { code, stderr } = await run('shop', 'import', file('shop.jsonl', lines(failing, fine)));
    if (code !== 0) throw new Error(stderr);
  });

  test('services and operations', async () => {
    expect(await run('shop', 'services')).toEqual({ code: 0, stdout: 'gateway\npay\n', stderr: '' });
    expect((await run('shop', 'services', '--json')).stdout).toBe('["gateway","pay"]\n');
    expect((await run('shop', 'operations', 'gateway')).stdout).toBe('GET /\nPOST /order\n');
    expect(await run('shop', 'operations', 'nobody')).toMatchObject({
      code: 1,
      stderr: 'There are no operations of nobody.\n',
    });
  });

  test('search: a table for people, what is missing on stderr', async () => {
    const { code, stdout, stderr } = await run('shop', 'search');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^START/),
      expect.stringMatching(new RegExp(`gateway: GET / +${fineId}$`)),
      expect.stringMatching(new RegExp(`5ms +2 +1 +gateway: POST /order +${failingId}$`)),
      '',
    ]);
    expect(stderr).toBe('2 traces: all that match.\n');
  });

  test('search: by query, by form, in pages', async () => {
    const ids = async (...args: string[]): Promise<string[]> => {
      const { code, stdout, stderr } = await run('shop', 'search', '--json', ...args);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout).traces.map((trace: { trace_id: string }) => trace.trace_id);
    };
    expect(await ids('{ status = error }')).toEqual([failingId]);
    expect(await ids('--service', 'gateway', '--operation', 'GET /')).toEqual([fineId]);
    expect(await ids('--min-duration', '2ms')).toEqual([failingId]);
    expect(await ids('--order', 'longest')).toEqual([failingId, fineId]);
    expect(await ids('--tag', 'service.name=pay')).toEqual([failingId]);
    expect(await ids('--from', '2023-11-14T22:13:21Z', '--to', '2023-11-14T22:13:22Z')).toEqual([fineId]);
    const first = JSON.parse((await run('shop', 'search', '--json', '--limit', '1', '--since', '5000w')).stdout);
    expect(first.traces).toHaveLength(1);
    expect(await ids('--limit', '1', '--since', '5000w', '--cursor', first.cursor)).toEqual([failingId]);
  });

  test('search: an empty window over stored data says where the data is', async () => {
    const { code, stdout, stderr } = await run('shop', 'search', '--since', '1h');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^No traces match.\nStored spans start between 2023-11-1\d .* and 2023-11-1\d /);
  });

  test('search: a wrong query is shown with the place', async () => {
    const { code, stderr } = await run('shop', 'search', '{ status = }');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^throughline: invalid_query: .*\n {2}\{ status = \}\n {13}\^/);
    expect(await run('shop', 'search', '--limit', '0')).toMatchObject({ code: 2 });
    expect(await run('shop', 'search', '--since', 'never')).toMatchObject({ code: 2 });
    expect(await run('shop', 'search', '--min-duration', 'long')).toMatchObject({ code: 2 });
  });

  test('trace: tree, summary, JSON', async () => {
    const { code, stdout, stderr } = await run('shop', 'trace', failingId);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('gateway  POST /order\n');
    expect(stdout).toContain('└─ pay  charge  ✗ declined\n');
    expect((await run('shop', 'trace', 'a')).stdout).toBe(stdout);
    const analysis = (await run('shop', 'trace', 'a', '--critical-path', '--patterns')).stdout;
    expect(analysis).toMatch(/1ms +20\.0 % +pay +charge\n/);
    expect(analysis).toContain('On the path: gateway 80.0 %, pay 20.0 %\n');
    expect(analysis).toContain('pay charge failed (declined) and did not spread; gateway POST /order did not fail\n');
    expect(JSON.parse((await run('shop', 'trace', 'a', '--patterns', '--json')).stdout)).toMatchObject({
      duration_nano: 5_000_000,
      patterns: [{ kind: 'error_origin', span_ids: ['0000000000000002'] }],
    });
    expect((await run('shop', 'trace', 'a', '--summary')).stdout).toMatch(/pay +charge +1 +1 +1ms +1ms\n/);
    expect(JSON.parse((await run('shop', 'trace', 'a', '--json')).stdout)).toMatchObject({
      trace_id: failingId,
      spans: [{ span_id: '0000000000000001' }, { span_id: '0000000000000002' }],
    });
    expect(JSON.parse((await run('shop', 'trace', 'a', '--summary', '--json')).stdout)).toMatchObject({
      span_count: 2,
    });
  });

  test('trace: colours when they are forced, and not in a file', async () => {
    const env = { THROUGHLINE_URL: url, THROUGHLINE_TENANT: 'shop' };
    const forced = await runThroughline(['trace', 'a'], { env: { ...env, FORCE_COLOR: '1', NO_COLOR: '' } });
    expect(forced.stdout).toContain('\u001b[31m  ✗ declined\u001b[39m');
    const both = await runThroughline(['trace', 'a'], { env: { ...env, FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(both.stdout).not.toContain('\u001b');
  });

  test('what is not there is exit code 1, what is no id is 2', async () => {
    expect(await run('shop', 'trace', 'c')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('trace_not_found'),
    });
    expect(await run('other', 'trace', failingId)).toMatchObject({ code: 1 });
    expect(await run('shop', 'trace', 'xyz')).toMatchObject({ code: 2 });
  });

  test.each(['otlp', 'jaeger', 'zipkin', 'simple'])(
    'export as %s and import again gives the same trace',
    async (format) => {
      const path = join(folder, `export.${format}`);
      const exported = await run('shop', 'export', failingId, fineId, '--format', format, '--output', path);
      expect(exported).toMatchObject({ code: 0, stdout: '', stderr: `2 traces written to ${path}\n` });
      const tenant = `again-${format}`;
      const { code, stdout } = await run(tenant, 'import', '--json', path);
      expect([code, JSON.parse(stdout)]).toMatchObject([0, { spans_read: 3, spans_accepted: 3, complete: true }]);
      expect((await run(tenant, 'trace', failingId)).stdout).toBe((await run('shop', 'trace', failingId)).stdout);
    },
  );

  test('export as html is a page of one trace', async () => {
    const path = join(folder, 'trace.html');
    expect(await run('shop', 'export', failingId, fineId, '--format', 'html')).toMatchObject({ code: 2 });
    expect(await run('shop', 'export', '--query', '{ status = error }', '--format', 'html')).toMatchObject({ code: 2 });
    const { code, stderr } = await run('shop', 'export', failingId, '--format', 'html', '--output', path);
    if (code === 0) expect(readFileSync(path, 'utf8')).toContain(`data-trace-id="${failingId}"`);
    else expect(stderr).toContain('not built');
  });

  test('export: what a search finds, to standard output; OTLP loses nothing', async () => {
    const { code, stdout, stderr } = await run('shop', 'export', '--query', '{ status = error }');
    expect([code, stderr]).toEqual([0, '']);
    expect(decodeOtlpJson(stdout).spans).toEqual(failing);
    const all = await run('shop', 'export', '--since', '5000w');
    expect(all.stdout.trimEnd().split('\n')).toHaveLength(2);
    expect(await run('shop', 'export', '--query', '{ name = "nothing" }')).toMatchObject({ code: 1, stdout: '' });
    expect(await run('shop', 'export', 'c', failingId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('c: '),
    });
    expect(await run('shop', 'export')).toMatchObject({ code: 2 });
    expect(await run('shop', 'export', 'a', '--since', '1h')).toMatchObject({ code: 2 });
  });

  test('import jaeger: pulls from a running server that speaks its API', async () => {
    const traces = Array.from({ length: 9 }, (_, i) => [
      testSpan({ id: 1, trace: i + 1, service: i % 2 === 0 ? 'even' : 'odd', startNano: i * 1_000_000 }),
    ]);
    expect(await run('default', 'import', file('pull.jsonl', lines(...traces)))).toMatchObject({ code: 0 });
    const all = await run('pulled', 'import', '--json', `jaeger:${url}`, '--since', '500w', '--limit', '2');
    expect([all.code, JSON.parse(all.stdout)]).toMatchObject([0, { spans_read: 9, spans_accepted: 9 }]);
    const some = await run('pulled', 'import', '--json', `jaeger:${url}`, '--since', '500w', '--service', 'odd');
    expect(JSON.parse(some.stdout)).toMatchObject({ spans_read: 4 });
    expect(await run('pulled', 'import', `jaeger:${url}`, '--shift-to-now')).toMatchObject({ code: 2 });
    expect(await run('pulled', 'import', 'x.json', '--service', 'odd')).toMatchObject({ code: 2 });
  });
});

describe('import', () => {
  test('reads standard input; tells what was rejected, where', async () => {
    const bad = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: '00', spanId: '01' }] }] }] });
    const input = `${lines(fine)}${bad}\n{"resourceSpans":\n${lines(failing)}`;
    const { code, stdout, stderr } = await runThroughline(['import', '-'], {
      // CI alone is no reason for colours.
      env: { THROUGHLINE_URL: url, THROUGHLINE_TENANT: 'rejects', CI: 'true' },
      input,
    });
    expect(code).toBe(1);
    expect(stdout).toContain('3 spans imported');
    expect(stdout).toContain('rejected  1 (invalid_trace_id)');
    expect(stderr).toMatch(
      /^standard input:2: invalid_trace_id: 1 span rejected\nstandard input:3: malformed_payload: /,
    );
    const json = await runThroughline(['import', '-', '--json'], {
      // CI alone is no reason for colours.
      env: { THROUGHLINE_URL: url, THROUGHLINE_TENANT: 'rejects', CI: 'true' },
      input,
    });
    expect(JSON.parse(json.stdout)).toMatchObject({
      spans_read: 4,
      spans_accepted: 3,
      spans_rejected: 1,
      rejected: { invalid_trace_id: 1 },
      unreadable: 1,
      errors: [{ line: 2 }, { line: 3 }],
      complete: false,
    });
  });

  test.each([['a file'], ['-']])('--shift-to-now from %s: the newest span ends now, distances stay', async (source) => {
    const tenant = source === '-' ? 'shift-stdin' : 'shift-file';
    const content = lines(failing, fine);
    const before = BigInt(Date.now()) * 1_000_000n;
    const path = source === '-' ? '-' : file('shift.jsonl', content);
    const { code, stdout } = await runThroughline(['import', '--json', '--shift-to-now', path], {
      env: { THROUGHLINE_URL: url, THROUGHLINE_TENANT: tenant },
      input: content,
    });
    const after = BigInt(Date.now()) * 1_000_000n;
    expect(code).toBe(0);
    const shift = BigInt(JSON.parse(stdout).shifted_by_nano);
    const newest = (fine[0]?.endTimeUnixNano ?? 0n) + shift;
    expect(newest >= before && newest <= after).toBe(true);
    const { stdout: exported } = await run(tenant, 'export', failingId);
    expect(decodeOtlpJson(exported).spans).toEqual(
      failing.map((span) => ({
        ...span,
        startTimeUnixNano: span.startTimeUnixNano + shift,
        endTimeUnixNano: span.endTimeUnixNano + shift,
      })),
    );
    expect((await run(tenant, 'search', '--since', '1h')).stderr).toBe('2 traces: all that match.\n');
  });

  test('a file that is not there is told before anything is sent', async () => {
    const { code, stderr } = await run('none', 'import', file('there.jsonl', lines(fine)), join(folder, 'missing'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot_read_file: .*missing cannot be read: it does not exist/);
    expect((await run('none', 'services')).stdout).toBe('');
  });

  test.skipIf(!hasData)('recorded traces of all kinds', async () => {
    const files = ['zipkin/ascend.json', 'zipkin/messaging-kafka.json', 'social-network/jaeger-api.json.gz'];
    const result = await run('recorded', 'import', '--json', trainTicket, ...files.map((name) => join(data, name)));
    expect([result.code, result.stderr]).toEqual([0, '']);
    const report = JSON.parse(result.stdout);
    expect(report.spans_accepted).toBe(report.spans_read);
    const alone = JSON.parse((await run('train', 'import', '--json', trainTicket)).stdout);
    expect(alone).toMatchObject({ spans_read: 84_317, spans_accepted: 84_317, spans_rejected: 0 });
  });
});

describe('without a server', () => {
  test.each([[['services']], [['search']], [['trace', 'a']], [['export', 'a']], [['import', 'FILE']]])(
    '%j says what it could not reach and how to start one',
    async (args) => {
      const terminal = recordingTerminal();
      const path = file('unsent.jsonl', lines(fine));
      const words = args.map((word) => (word === 'FILE' ? path : word));
      expect(await runCli([...words, '--url', 'http://127.0.0.1:9'], terminal)).toBe(1);
      expect(terminal.text.err).toContain('http://127.0.0.1:9');
      expect(terminal.text.err).toContain('throughline up');
    },
  );

  test.each([['up'], ['services'], ['operations'], ['search'], ['trace'], ['import'], ['export'], ['completion']])(
    '%s --help has examples',
    async (command) => {
      const terminal = recordingTerminal();
      expect(await runCli([command, '--help'], terminal)).toBe(0);
      expect(terminal.text.out).toContain('Examples:');
    },
  );

  test.each([
    [['serch'], 'Did you mean search?'],
    [['search', '--limt', '3'], '--limit'],
    [['search', '--limit', '-1'], 'whole number'],
    [['search', '--since', '1h', '--from', '2h'], '--from'],
    [['trace'], "missing required argument 'id'"],
    [['services', '--url', 'nonsense'], '--url takes a URL'],
    [['services', '--tenant', '../x'], '--tenant'],
    [['services', '--timeout', '0'], '--timeout takes a duration'],
    [['completion', 'tcsh'], 'bash, zsh, fish'],
    [['import', '-', '-'], 'once only'],
    [['import', 'jaeger:host', '--operation', 'x'], '--operation needs --service'],
  ])('%j is wrong usage', async (args, message) => {
    const terminal = recordingTerminal();
    expect(await runCli(args, terminal)).toBe(2);
    expect(terminal.text.err).toContain(message);
  });

  test('version, failure and wrong usage as a process', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const { code, stdout } = await runThroughline(['version']);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`throughline ${version} (node v`)]);
    expect((await runThroughline(['-V'])).stdout).toBe(stdout);
    const failed = await runThroughline(['services'], { env: { THROUGHLINE_URL: 'http://127.0.0.1:9' } });
    expect(failed).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('unreachable') });
    expect(await runThroughline(['serch'])).toMatchObject({ code: 2, stdout: '' });
  });
});
