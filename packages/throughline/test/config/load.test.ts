import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '@throughline/model';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'throughline-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
  writeFileSync(path, text);
  return path;
}

function messageOf(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(CodedError);
    expect((error as CodedError).code).toBe('invalid_configuration');
    return (error as CodedError).message;
  }
  throw new Error('nothing was thrown');
}

const load = (text = '', env: Record<string, string> = {}, flags: Record<string, string> = {}) =>
  loadConfig({ file: file(text), env, flags });

test('without any source everything listens on loopback at the known ports', () => {
  const config = loadConfig({ env: {}, flags: {} });
  expect(config.listen).toMatchObject({
    http: { host: '127.0.0.1', port: 16686 },
    'otlp-http': { host: '127.0.0.1', port: 4318 },
    'otlp-grpc': { host: '127.0.0.1', port: 4317 },
    'jaeger-http': { host: '127.0.0.1', port: 14268 },
    zipkin: 'off',
    tempo: 'off',
  });
  expect(config.data_dir).toBe('./throughline-data');
  expect(config.limits.max_body_bytes).toBe(64 * 1024 * 1024);
});

test('flags win over variables, variables over the file', () => {
  const text = 'http: 1\notlp_http: 2\notlp_grpc: 3\n';
  const env = { THROUGHLINE_OTLP_HTTP: '20', THROUGHLINE_OTLP_GRPC: '30' };
  const { listen } = load(text, env, { otlp_grpc: '300' });
  expect([listen.http, listen['otlp-http'], listen['otlp-grpc']]).toEqual(
    [1, 20, 300].map((port) => ({ host: '127.0.0.1', port })),
  );
});

test('nested keys come from each source', () => {
  expect(load('limits:\n  max_body_bytes: 5\n').limits.max_body_bytes).toBe(5);
  expect(load('', { THROUGHLINE_LIMITS_MAX_BODY_BYTES: '6' }).limits.max_body_bytes).toBe(6);
  expect(load('', {}, { 'limits.max_body_bytes': '7' }).limits.max_body_bytes).toBe(7);
  expect(load('limits:\n  max_body_bytes: 5\n').limits.query_timeout_ms).toBe(30_000);
});

describe('addresses', () => {
  test.each([
    ['4318', { host: '127.0.0.1', port: 4318 }],
    ['0', { host: '127.0.0.1', port: 0 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['localhost:65535', { host: 'localhost', port: 65_535 }],
    ['[::1]:4318', { host: '::1', port: 4318 }],
    ['off', 'off'],
  ])('%s', (value, expected) => {
    expect(load('', {}, { http: value }).listen.http).toEqual(expected);
  });

  test.each(['', 'x', '65536', '1.2.3.4', ':', 'host:', '-1', 'on'])('%j is a mistake that names its flag', (value) => {
    expect(messageOf(() => load('', {}, { http: value }))).toMatch(/^http \(--http\): must be HOST:PORT/);
  });

  test('a listener that this release does not have accepts off only', () => {
    expect(load('', {}, { zipkin: 'off' }).listen.zipkin).toBe('off');
    expect(messageOf(() => load('', {}, { zipkin: '9411' }))).toContain('not available');
  });
});

test.each([
  'THROUGHLINE_SERVICE_HOST',
  'THROUGHLINE_SERVICE_PORT',
  'THROUGHLINE_PORT',
  'THROUGHLINE_PORT_4318_TCP_ADDR',
])('Kubernetes may set %s', (variable) => {
  expect(load('', { [variable]: 'tcp://10.0.0.1:4318' }).listen.http).toMatchObject({ port: 16686 });
});

describe('the web app', () => {
  test.each([
    ['/', '/'],
    ['tracing', '/tracing/'],
    ['/a/b/', '/a/b/'],
  ])('its base path %j is %j', (written, expected) => {
    expect(load('', {}, { base_path: written }).base_path).toBe(expected);
  });

  test.each(['/a b', '//evil.example', 'https://x', '/"><script>'])('the base path %j is a mistake', (written) => {
    expect(messageOf(() => load('', {}, { base_path: written }))).toContain('base_path');
  });

  test('who may frame it is a list of origins', () => {
    expect(load().frame_ancestors).toEqual([]);
    expect(load('frame_ancestors: self, https://*.example:*').frame_ancestors).toEqual([
      "'self'",
      'https://*.example:*',
    ]);
    expect(messageOf(() => load('frame_ancestors: ["https://x; script-src *"]'))).toContain('frame_ancestors');
  });

  test('a logs link is of the web and knows its placeholders', () => {
    const good = 'https://logs.example/x?q={trace_id}&from={start}';
    expect(load('', {}, { logs_link: good }).logs_link).toBe(good);
    for (const [bad, why] of [
      ['javascript:alert({trace_id})', 'http'],
      ['https://{service}.example/', 'http'],
      ['https://a@b.example/', 'user'],
      ['https://a.example/{trace}', 'unknown placeholder {trace}'],
    ] as const) {
      expect(messageOf(() => load('', {}, { logs_link: bad }))).toContain(why);
    }
  });

  test('prices are a table by model, as YAML or as JSON', () => {
    expect(load().gen_ai_prices).toEqual({});
    const table = { 'gpt-4.1': { input: 2, output: 8, cached_input: 0.5 } };
    expect(load('gen_ai_prices:\n  gpt-4.1: { input: 2, output: 8, cached_input: 0.5 }').gen_ai_prices).toEqual(table);
    expect(load('', { THROUGHLINE_GEN_AI_PRICES: JSON.stringify(table) }).gen_ai_prices).toEqual(table);
    expect(messageOf(() => load('', {}, { gen_ai_prices: 'cheap' }))).toContain('gen_ai_prices');
    expect(messageOf(() => load('gen_ai_prices: { x: { input: -1, output: 2 } }'))).toContain('gen_ai_prices');
  });
});

describe('mistakes', () => {
  test('an unknown key in the file gets a suggestion', () => {
    expect(messageOf(() => load('otlp_htp: 1\n'))).toMatch(/otlp_htp .* did you mean otlp_http\?/);
    expect(messageOf(() => load('limits:\n  max_body_byte: 1\n'))).toMatch(/did you mean limits\.max_body_bytes\?/);
  });

  test('an unknown variable gets a suggestion', () => {
    expect(messageOf(() => load('', { THROUGHLINE_DATA_DIRR: 'x' }))).toMatch(/did you mean THROUGHLINE_DATA_DIR\?/);
  });

  test('every mistake is named at once, with its source', () => {
    const message = messageOf(() => load('log_level: loud\n', { THROUGHLINE_HTTP: 'x' }));
    expect(message.split('\n')).toHaveLength(2);
    expect(message).toContain('.yaml');
    expect(message).toContain('THROUGHLINE_HTTP');
  });

  test('a file that is missing, not YAML or not a mapping says so', () => {
    expect(messageOf(() => loadConfig({ file: join(folder, 'none'), env: {}, flags: {} }))).toContain('cannot be read');
    expect(messageOf(() => load('a: [1\n'))).toContain('.yaml');
    expect(messageOf(() => load('- 1\n'))).toContain('expected a mapping');
  });

  test.each(['0', '-1', '1.5', 'many'])('a limit of %s is a mistake', (value) => {
    expect(messageOf(() => load('', {}, { 'limits.max_body_bytes': value }))).toContain('limits.max_body_bytes');
  });
});
