import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { findNode20 } from '../../../../scripts/node-20.ts';
import { exchanges } from './exchanges.ts';

/** What `exchange-process.ts` writes. */
interface Output {
  readonly port: number;
  readonly spans: Readonly<Record<string, readonly ProcessSpan[]>>;
  readonly warnings: readonly string[];
}
interface ProcessSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly status: { readonly code: number; readonly message: string };
  readonly scope: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
}

/** What is compared of a span, as text by name, with ports replaced. */
type Comparable = Readonly<Record<string, string>>;

const KINDS = ['unspecified', 'internal', 'server', 'client'];
const HTTP_SCOPES = new Set([
  '@throughline/sdk/http',
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici',
]);

/**
 * Where ours differs, by exchange, span and what of it; values are `official -> ours`. Each is the conventions' text
 * against what the official instrumentation does.
 */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  // Queries are recorded as they were sent; the official instrumentation parses them and writes them anew.
  'query with encoded characters': [
    'client /search: url.full: "http://127.0.0.1:PORT/search?q=a+b&empty=" -> "http://127.0.0.1:PORT/search?q=a%20b&empty"',
    'server /search: url.query: "q=a+b&empty=" -> "q=a%20b&empty"',
  ],
  // "SHOULD be set to the status code" where the status is an error.
  'not found': ['client /404: error.type: none -> "404"'],
  'server error': ['client /500: error.type: none -> "500"', 'server /500: error.type: none -> "500"'],
  nested: ['client /404: error.type: none -> "404"'],
  // "The scheme of the original client request, if known".
  proxy: ['server /plain: url.scheme: "http" -> "https"'],
  // "`{method}` MUST be `HTTP`" for unknown methods.
  'unknown method': ['client /plain: name: PROPFIND -> HTTP', 'server /plain: name: PROPFIND -> HTTP'],
  // The code of an error says more than its class, and is as few.
  refused: ['client /: error.type: "Error" -> "ECONNREFUSED"'],
  // "Preventing the client or server from sending/receiving the request/response fully" is an error.
  'broken response': [
    'client /break: error.type: none -> "ECONNRESET"',
    'client /break: events: none -> exception ECONNRESET aborted',
    'client /break: status: 0 -> 2 aborted',
    'server /break: error.type: none -> "ECONNRESET"',
    'server /break: status: 0 -> 2 aborted',
  ],
  // "Cancelled intentionally by the caller [...] SHOULD NOT be treated as an error"; for the server it is one, and it sent
  // no status.
  cancelled: [
    'client /hang: error.type: "AbortError" -> none',
    'client /hang: events: exception ABORT_ERR The operation was aborted -> none',
    'client /hang: status: 2 The operation was aborted -> 0',
    'server /hang: error.type: none -> "ECONNRESET"',
    'server /hang: http.response.status_code: 200 -> none',
    'server /hang: status: 0 -> 2 aborted',
  ],
  'body left': [
    'client /part: error.type: "Error" -> none',
    'client /part: events: exception ECONNRESET aborted -> none',
    'client /part: status: 2 aborted -> 0',
    'server /part: error.type: none -> "ECONNRESET"',
    'server /part: status: 0 -> 2 aborted',
  ],
  fetch: [...ofUndici('/plain', 'GET'), 'client /plain: url.query: "?q=tea" -> "q=tea"'],
  'fetch with a body': ofUndiciWithoutQuery('/echo', 'POST'),
  'fetch with a redirect': [...ofUndiciWithoutQuery('/', 'GET'), ...ofUndiciWithoutQuery('/redirect', 'GET')],
  'fetch of a failing server': [...ofUndiciWithoutQuery('/500', 'GET'), 'server /500: error.type: none -> "500"'],
  'fetch refused': ofUndiciWithoutQuery('/', 'GET'),
  'fetch cancelled': [
    ...ofUndiciWithoutQuery('/break', 'GET'),
    'server /break: error.type: none -> "ECONNRESET"',
    'server /break: status: 0 -> 2 aborted',
  ],
  undici: ofUndiciWithoutQuery('/plain', 'PUT'),
};

/** "If and only if it's different than `http.request.method`." */
function ofUndici(path: string, method: string): readonly string[] {
  return [`client ${path}: http.request.method_original: "${method}" -> none`];
}

/** A query has no `?`, and none is not an empty one. */
function ofUndiciWithoutQuery(path: string, method: string): readonly string[] {
  return [...ofUndici(path, method), `client ${path}: url.query: "" -> none`];
}

const node20 = findNode20();
if (node20 === undefined) console.warn('HTTP instrumentation is not tested on Node.js 20: there is none');
const NODES = [process.execPath, ...(node20 === undefined ? [] : [node20])].map(
  (path) => [path === node20 ? 'Node.js 20' : 'Node.js 24', path] as const,
);

const folder = mkdtempSync(join(tmpdir(), 'throughline-sdk-http-'));
afterAll(() => rmSync(folder, { recursive: true }));
const source = new URL('exchange-process.ts', import.meta.url);
const program = join(folder, 'exchange-process.mjs');

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['throughline-source'],
    logLevel: 'error',
  });
});

async function run(node: string, instrumentation: string, ...names: string[]): Promise<Output> {
  const { stdout } = await promisify(execFile)(node, [program, instrumentation, ...names], {
    env: { ...process.env, EXCHANGE_MODULES_OF: source.href },
    maxBuffer: 16 * 1024 * 1024,
    timeout: 50_000,
  });
  // What the process writes.
  return JSON.parse(stdout) as Output;
}

describe.each(NODES)('on %s', (_name, node) => {
  let official: Output;
  let own: Output;

  beforeAll(async () => {
    [official, own] = await Promise.all([run(node, 'official'), run(node, 'own')]);
  });

  test.each(exchanges.map(({ name, spanCount }) => ({ name, spanCount })))(
    'the spans of "$name" are those of the official instrumentation',
    ({ name, spanCount }) => {
      const [expected, actual] = [official, own].map((output) => comparableSpans(output, name));
      if (expected === undefined || actual === undefined) throw new Error('two outputs');
      expect(expected.size).toBe(spanCount);
      expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
      const differences = [...expected].flatMap(([key, span]) => differencesOf(key, span, actual.get(key) ?? {}));
      expect(differences.toSorted()).toEqual((DIFFERENCES[name] ?? []).toSorted());
    },
  );

  test.each(['own+official', 'official+own'])(
    'both, in the order %s: only the official one makes spans',
    async (both) => {
      const { spans, warnings } = await run(node, both, 'get,text and options,nested,fetch');
      for (const { name, spanCount } of exchanges) {
        const made = spans[name];
        if (made === undefined) continue;
        expect(made).toHaveLength(spanCount);
        expect(made.map(({ scope }) => scope)).not.toContain('@throughline/sdk/http');
      }
      expect(Object.keys(spans)).toHaveLength(4);
      const told = warnings.filter((text) => text.includes('leaves it to that')).map((text) => text.split(' is ')[0]);
      expect(told).toEqual(expect.arrayContaining(['fetch', 'the client of node:http', 'the server of node:http']));
    },
  );
});

test('every listed difference belongs to an exchange', () => {
  const names = new Set(exchanges.map(({ name }) => name));
  expect(Object.keys(DIFFERENCES).filter((name) => !names.has(name))).toEqual([]);
});

/** By kind and path. */
function comparableSpans({ port, spans }: Output, exchange: string): ReadonlyMap<string, Comparable> {
  const all = spans[exchange] ?? [];
  const byId = new Map(all.map((span) => [span.spanId, span]));
  return new Map(
    all.map((span) => {
      const parent = byId.get(span.parentSpanId);
      return [keyOf(span), comparable(span, parent === undefined ? 'none' : keyOf(parent), String(port))];
    }),
  );
}

function keyOf({ name, kind, scope, attributes }: ProcessSpan): string {
  if (!HTTP_SCOPES.has(scope)) return `${KINDS[kind]} ${name}`;
  const url = String(attributes['url.full'] ?? attributes['url.path']);
  return `${KINDS[kind]} ${new URL(url, 'http://server').pathname}`;
}

function comparable(span: ProcessSpan, parent: string, port: string): Comparable {
  const { name, status, events, attributes } = span;
  return {
    name,
    parent,
    status: `${status.code} ${status.message}`.trim(),
    events:
      events
        .map(
          (event) =>
            `${event.name} ${String(event.attributes['exception.type'])} ${String(event.attributes['exception.message'])}`,
        )
        .join() || 'none',
    ...Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, withoutPorts(key, JSON.stringify(value), port)]),
    ),
  };
}

/** The client's port is another for each connection. */
function withoutPorts(key: string, value: string, port: string): string {
  return key === 'network.peer.port' && value !== port ? 'CLIENT' : value.replaceAll(port, 'PORT');
}

function differencesOf(key: string, expected: Comparable, actual: Comparable): string[] {
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    .filter((of) => expected[of] !== actual[of])
    .map((of) => `${key}: ${of}: ${expected[of] ?? 'none'} -> ${actual[of] ?? 'none'}`);
}
