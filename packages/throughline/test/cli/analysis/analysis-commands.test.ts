import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeApi, queryRouterOptions } from '@throughline/query';
import { openMemoryStore, type SpanStore } from '@throughline/store';
import { columnsFromSpans, encodeOtlpJson } from '@throughline/wire';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { recordingTerminal } from '../recording-terminal.ts';
import { testSpan } from '../test-spans.ts';

const SECOND = 1_000_000_000;
const MS = 1_000_000;

/** Ten minutes of a page every three seconds; from the sixth on the stock takes long, and every fifth fails. */
const shop = Array.from({ length: 200 }, (_, i) => {
  const trace = i + 1;
  const startNano = i * 3 * SECOND;
  const bad = i >= 100;
  const durationNano = (bad ? 1_500 : 20) * MS + (i % 7) * MS;
  return [
    testSpan({ id: 1, trace, service: 'web', name: 'GET /', startNano, durationNano: durationNano + 10 * MS }),
    testSpan({ id: 3, parent: 1, trace, service: 'web', name: 'external.mail.send', startNano, durationNano: MS }),
    testSpan({
      id: 2,
      parent: 1,
      trace,
      service: 'stock',
      name: 'get item',
      startNano: startNano + 5 * MS,
      durationNano,
      ...(bad && i % 5 === 0 ? { errorMessage: `no item ${i}` } : {}),
    }),
  ];
});
const traceId = (n: number): string => n.toString(16).padStart(32, '0');

const folder = mkdtempSync(join(tmpdir(), 'throughline-analysis-'));
const path = join(folder, 'shop.jsonl');
let store: SpanStore;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  writeFileSync(path, shop.map((spans) => `${encodeOtlpJson(spans)}\n`).join(''));
  store = await openMemoryStore();
  await store.write({ tenant: 'default', columns: columnsFromSpans({ spans: shop.flat(), rejected: {} }) });
  app = fastify({ routerOptions: queryRouterOptions });
  await app.register(nativeApi, { store });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  const terminal = recordingTerminal();
  const code = await runCli(args, terminal);
  return { code, out: terminal.text.out, err: terminal.text.err };
}

describe.each([
  ['a server', () => ['--url', url]],
  ['a file', () => ['--file', path]],
])('the commands on %s', (_, source) => {
  const ask = (...args: string[]) => run(...args, ...source());

  test('slow: a table of traces, and the query that lists them', async () => {
    const { code, out, err } = await ask('slow', '--limit', '3');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => line.slice(-32))).toEqual([
      expect.stringMatching(/TRACE ID$/),
      traceId(105),
      traceId(112),
      traceId(119),
      '',
    ]);
    expect(err).toContain('3 traces above 1s.');
    expect(err).toContain('the last hour of the data');
    expect(err).toContain('Incomplete: There are more than the 3 traces');
    expect(err).toContain("throughline search '{ trace:duration > 1s }'");
    expect((await ask('slow', '--service', 'stock', '--above', '1h')).err).toContain('No traces above 1h.');
  });

  test('errors: kinds with their counts', async () => {
    const { code, out, err } = await ask('errors');
    expect(code).toBe(0);
    expect(out).toMatch(/\n +20 .* stock +get item +no item \? /);
    expect(err).toContain('20 errors of 1 kind.');
    const { groups } = JSON.parse((await ask('errors', '--json')).out);
    expect(groups).toMatchObject([{ count: 20, service: 'stock' }]);
    expect((await ask('errors', '--service', 'web')).err).toContain('No errors.');
  });

  test('performance: health, operations, and what happened over time', async () => {
    const { code, out } = await ask('performance', 'stock');
    expect(code).toBe(0);
    // 10 % of the requests failed, half of the traces are slow, p95 is half as much again as it may be.
    expect(out).toMatch(
      /^stock: health 2\d\.\d of 100 \(errors -35\.0, p95 -5\.\d, slow traces -20\.0, traces with errors -10\.0\)/,
    );
    expect(out).toMatch(/\nget item +200 +0\.06 +10\.0 % +20ms /);
    expect(out).toMatch(
      /\nrequests +▆█+▃ at most 0\.33 a second\nerrors +▁+▆█+▇ at most 20\.0 %\np95 +▁+█+ at most 1\.51s\n/,
    );
    expect(out).toContain('Slow traces\n');
    expect(out).toContain('Traces with errors\n');
    expect(await ask('performance', 'stok')).toMatchObject({
      code: 1,
      err: 'throughline: service_not_found: There is no service "stok"; did you mean "stock"?\n',
    });
  });

  test('dependencies: who calls whom', async () => {
    const { out } = await ask('dependencies');
    expect(out).toMatch(/^CALLER +CALLEE +CALLS .* VIA\n/);
    expect(out).toMatch(/\nweb +stock +200 +10\.0 % /);
    expect(out).toMatch(/\nWithout spans of their own\nCALLER .*\nweb +mail +200 +0\.0 % +1ms /);
  });

  test('diagnose: patterns, path and components of one trace', async () => {
    const { code, out } = await ask('diagnose', traceId(101));
    expect(code).toBe(0);
    for (const title of ['What could be better', 'Where the time went', 'By service and operation']) {
      expect(out).toContain(`${title}\n`);
    }
    expect(out).toMatch(/stock +get item/);
    expect((await ask('diagnose', 'ffff')).code).toBe(1);
  });

  test('compare: two traces, or two sets', async () => {
    const traces = await ask('compare', traceId(1), traceId(101));
    expect(traces.out).toMatch(/^b 0+65 is 1\.48s longer than a 0+1\n/);
    expect(traces.out).toMatch(/\nslower +\+1\.48s +\+1\.48s +stock +get item /);
    expect((await ask('compare', traceId(1), traceId(1))).out).toContain('No differences.');
    const sets = await ask('compare', '{ trace:duration < 1s }', '{ trace:duration > 1s }');
    expect(sets.out).toContain('b: 100 traces of { trace:duration > 1s }, +1.48s on average');
    expect(sets.out).toMatch(/ stock +an error in get item\n/);
    expect(sets.out).toMatch(/\+1\.48s +stock +get item\n/);
    expect(await ask('compare', traceId(1), '{ true }')).toMatchObject({
      code: 2,
      err: expect.stringContaining('compare takes two trace ids, or two TraceQL queries'),
    });
  });

  test('changes: since when', async () => {
    const { code, out } = await ask('changes');
    expect(code).toBe(0);
    expect(out).toMatch(/\nslower +\S+ \S+ +now +stock +get item /);
    expect(out).toMatch(/\nfailing +\S+ \S+ +now +stock +get item +\d+ +0\.0 % +18\.\d %\n/);
    expect(out).toContain('New errors\n');
    expect(JSON.parse((await ask('changes', '--service', 'web', '--json')).out).new_errors).toEqual([]);
  });

  test('root-cause: a ranking with its evidence', async () => {
    const { code, out } = await ask('root-cause');
    expect(code).toBe(0);
    expect(out).toMatch(/^Since .*, against what was before \(200 traces\)\n/);
    expect(out.split('\n')[2]).toMatch(
      /^\d\.\d{3} +stock +stock get item: \d+ of \d+ spans work longer than 26ms, by 1\.\d+s$/,
    );
    expect(out).toContain('Evidence for stock\n');
    const nothing = await ask('root-cause', '--from', '1', '--to', '2');
    expect(nothing.out).toContain('Nothing deviates from what was usual.');
  });
});

test('a reference is a time like any other', async () => {
  const at = (seconds: number): string => String(1_700_000_000 + seconds);
  const window = ['--from', at(300), '--to', at(600), '--reference-from', at(0), '--reference-to', at(300)];
  const { out } = await run('root-cause', '--url', url, ...window);
  expect(out).toMatch(/^Against the time from .* \(100 traces\)\n/);
  expect(await run('changes', '--url', url, '--reference-from', 'noon')).toMatchObject({ code: 2 });
});

test('files that cannot be used are told', async () => {
  expect(await run('slow', '--file', join(folder, 'nothing'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot_read_file'),
  });
  writeFileSync(join(folder, 'empty.json'), '[]');
  expect(await run('errors', '--file', join(folder, 'empty.json'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('no_spans'),
  });
});

test('each has examples in its help', async () => {
  for (const name of [
    'slow',
    'errors',
    'performance',
    'dependencies',
    'diagnose',
    'compare',
    'changes',
    'root-cause',
  ]) {
    const { code, out } = await run(name, '--help');
    expect([name, code]).toEqual([name, 0]);
    expect(out).toContain(`  $ throughline ${name}`);
    expect(out).toContain('--file <file>');
  }
});
