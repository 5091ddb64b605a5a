import { type Span, SpanKind } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { analyzeTrace, type Pattern, type PatternKind, type PatternOptions } from '../../src/index.ts';
import { MS, span, trace } from '../spans.ts';

interface Found extends Pick<Pattern, 'summary' | 'confidence' | 'spanCount'> {
  readonly savingMs: number;
  readonly names: readonly string[];
}

function find(kind: PatternKind, spans: readonly Span[], options: Partial<PatternOptions> = {}): readonly Found[] {
  const of = trace(...spans);
  return analyzeTrace(of, options)
    .patterns.filter((pattern) => pattern.kind === kind)
    .map(({ summary, confidence, spanCount, savingNano, rows }) => ({
      summary,
      confidence,
      spanCount,
      savingMs: savingNano / MS,
      names: rows.map((row) => of.spans[row]?.name ?? ''),
    }));
}

const client = SpanKind.CLIENT;
const query = (id: number, from: number, to: number, statement: string, parent = 1): Span =>
  span(id, 'SELECT', from, to, {
    parent,
    kind: client,
    attributes: { 'db.system': 'postgresql', 'db.statement': statement },
  });

describe('n_plus_one', () => {
  const calls = Array.from({ length: 5 }, (_, i) =>
    query(i + 2, 10 + 10 * i, 18 + 10 * i + (i === 3 ? 1 : 0), `SELECT * FROM item WHERE id = ${i}`),
  );
  test('saves all calls but the dearest', () => {
    const [found, ...others] = find('n_plus_one', [span(1, 'GET /cart', 0, 100), ...calls]);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ savingMs: 4 * 8, spanCount: 5, confidence: 'likely' });
    expect(found?.summary).toBe('5 times shop SELECT one after another, 41ms in all');
  });

  test('not of four, of other statements, or at once', () => {
    const root = span(1, 'GET /cart', 0, 100);
    expect(find('n_plus_one', [root, ...calls.slice(1)])).toEqual([]);
    const others = ['a', 'b', 'c', 'd', 'e'].map((table, i) =>
      query(i + 2, 10 + 10 * i, 18 + 10 * i, `SELECT ${table}`),
    );
    expect(find('n_plus_one', [root, ...others])).toEqual([]);
    const parallel = [2, 3, 4, 5, 6].map((id) => query(id, 10, 20 + id, `SELECT ${id}`));
    expect(find('n_plus_one', [root, ...parallel])).toEqual([]);
  });
});

test('n_plus_one: calls of one name that reach different operations are not the same', () => {
  const call = (id: number, from: number, operation: string): readonly Span[] => [
    span(id, 'HTTP POST', from, from + 9, { parent: 1 }),
    span(id + 100, operation, from + 1, from + 8, { parent: id, service: 'other' }),
  ];
  const root = span(1, 'GET /', 0, 100);
  const same = [2, 3, 4, 5, 6].flatMap((id) => call(id, id * 10, '/seats'));
  expect(find('n_plus_one', [root, ...same])).toMatchObject([
    { summary: '5 times shop HTTP POST → other /seats one after another, 45ms in all' },
  ]);
  const different = ['/a', '/b', '/c', '/d', '/e'].flatMap((operation, i) => call(i + 2, i * 10, operation));
  expect(find('n_plus_one', [root, ...different])).toEqual([]);
});

test('repeated_slow_query: anywhere in the trace, from the threshold on', () => {
  const spans = [
    span(1, 'root', 0, 1_000),
    span(2, 'a', 0, 400, { parent: 1 }),
    span(3, 'b', 400, 1_000, { parent: 1 }),
    query(4, 0, 150, 'SELECT 1', 2),
    query(5, 200, 300, 'SELECT 2', 2),
    query(6, 500, 700, 'SELECT 3', 3),
  ];
  expect(find('repeated_slow_query', spans)).toMatchObject([{ savingMs: 250, spanCount: 3 }]);
  expect(find('repeated_slow_query', spans, { slowQueryNano: 151 * MS })).toEqual([]);
});

describe('sequential_calls', () => {
  const calls = [
    span(2, 'GET /user', 10, 40, { parent: 1, kind: client }),
    span(3, 'GET /cart', 41, 61, { parent: 1, kind: client }),
    span(4, 'GET /ads', 62, 72, { parent: 1, kind: client }),
  ];
  test('at once they would take as long as the longest', () => {
    expect(find('sequential_calls', [span(1, 'GET /', 0, 100), ...calls])).toMatchObject([
      { savingMs: 30, spanCount: 3, confidence: 'possible', names: ['GET /user', 'GET /cart', 'GET /ads'] },
    ]);
  });

  test('not where the parent works in between', () => {
    const later = span(3, 'GET /cart', 70, 90, { parent: 1, kind: client });
    expect(find('sequential_calls', [span(1, 'GET /', 0, 100), ...calls.slice(0, 1), later])).toEqual([]);
  });

  test('without kinds, a span around another service is a call', () => {
    const spans = [
      span(1, 'page', 0, 100),
      span(2, 'user', 0, 50, { parent: 1 }),
      span(3, 'serve user', 5, 45, { parent: 2, service: 'users' }),
      span(4, 'cart', 50, 100, { parent: 1 }),
      span(5, 'serve cart', 55, 95, { parent: 4, service: 'carts' }),
    ];
    expect(find('sequential_calls', spans)).toMatchObject([{ savingMs: 50, names: ['user', 'cart'] }]);
  });
});

describe('retry_storm', () => {
  const attempt = (id: number, from: number, to: number, error?: string): Span =>
    span(id, 'POST /pay', from, to, { parent: 1, kind: client, ...(error !== undefined && { error }) });
  test('saves the failed attempts and the waits between', () => {
    const spans = [
      span(1, 'checkout', 0, 100),
      attempt(2, 10, 20, 'refused'),
      attempt(3, 30, 40, 'refused'),
      attempt(4, 60, 90),
    ];
    expect(find('retry_storm', spans)).toMatchObject([{ savingMs: 10 + 10 + 10 + 20, spanCount: 3 }]);
    expect(find('retry_storm', spans)[0]?.summary).toBe(
      '3 attempts at shop POST /pay, only the last of which succeeded',
    );
  });

  test('two attempts are no storm, and a call after a success is no retry', () => {
    expect(find('retry_storm', [span(1, 'c', 0, 100), attempt(2, 10, 20, ''), attempt(3, 30, 40)])).toEqual([]);
    expect(
      find('retry_storm', [span(1, 'c', 0, 100), attempt(2, 10, 20), attempt(3, 30, 40), attempt(4, 50, 60, '')]),
    ).toEqual([]);
  });
});

describe('timeout_cascade', () => {
  test('from the topmost caller that gave up', () => {
    const spans = [
      span(1, 'gateway', 0, 100, { service: 'gateway', error: 'deadline exceeded' }),
      span(2, 'orders', 10, 150, { parent: 1, service: 'orders', error: 'deadline exceeded' }),
      span(3, 'stock', 20, 300, { parent: 2, service: 'stock' }),
    ];
    expect(find('timeout_cascade', spans)).toMatchObject([
      { savingMs: 200, names: ['gateway', 'orders', 'stock'], confidence: 'likely' },
    ]);
  });

  test('possible where nothing says that the caller failed; none within the tolerance, in one service, of messages', () => {
    const outliving = (given: Parameters<typeof span>[4], to = 300): readonly Span[] => [
      span(1, 'a', 0, 100),
      span(2, 'b', 10, to, { parent: 1, ...given }),
    ];
    expect(find('timeout_cascade', outliving({ service: 'other' }, 180))).toEqual([]);
    expect(find('timeout_cascade', outliving({ service: 'other', error: 'timed out' }, 180))).toMatchObject([
      { confidence: 'likely' },
    ]);
    expect(find('timeout_cascade', outliving({ service: 'other' }))).toMatchObject([{ confidence: 'possible' }]);
    expect(find('timeout_cascade', outliving({ service: 'other' }, 105))).toEqual([]);
    expect(find('timeout_cascade', outliving({}))).toEqual([]);
    expect(find('timeout_cascade', outliving({ service: 'other', kind: SpanKind.CONSUMER }))).toEqual([]);
  });
});

describe('queue_wait', () => {
  test('a consumer that began late', () => {
    const spans = [
      span(1, 'publish', 0, 10, { kind: SpanKind.PRODUCER }),
      span(2, 'consume', 60, 100, { parent: 1, kind: SpanKind.CONSUMER, service: 'worker' }),
    ];
    expect(find('queue_wait', spans)).toMatchObject([
      { savingMs: 50, confidence: 'likely', names: ['consume', 'publish'] },
    ]);
  });

  test('a call that is mostly outside its server', () => {
    const spans = [
      span(1, 'GET', 0, 100, { kind: client }),
      span(2, 'serve', 80, 95, { parent: 1, kind: SpanKind.SERVER, service: 'other' }),
    ];
    expect(find('queue_wait', spans)).toMatchObject([{ savingMs: 85 }]);
    const busy = span(2, 'serve', 3, 97, { parent: 1, kind: SpanKind.SERVER, service: 'other' });
    expect(find('queue_wait', [...spans.slice(0, 1), busy])).toEqual([]);
  });
});

test('chatty_service: saves what the calls take outside the callee, but for one a caller', () => {
  const calls = Array.from({ length: 20 }, (_, i) => [
    span(10 + i, 'call', i * 5, i * 5 + 4, { parent: 1, kind: client }),
    span(50 + i, 'serve', i * 5 + 1, i * 5 + 3, { parent: 10 + i, service: 'stock' }),
  ]).flat();
  const spans = [span(1, 'root', 0, 100), ...calls];
  expect(find('chatty_service', spans)).toMatchObject([{ spanCount: 20, savingMs: 40 * (19 / 20) }]);
  expect(find('chatty_service', spans, { minChattyCalls: 21 })).toEqual([]);
});

test('high_cardinality: names and keys that differ in ids only', () => {
  const spans = Array.from({ length: 10 }, (_, i) =>
    span(i + 1, `GET /user/${i}`, i, i + 1, { attributes: { [`item.${i}.price`]: 1n } }),
  );
  expect(find('high_cardinality', spans).map(({ summary }) => summary)).toEqual([
    '10 span names like shop GET /user/0',
    '10 attribute names like item.0.price',
  ]);
  expect(find('high_cardinality', spans.slice(1))).toEqual([]);
});

test('payload_in_attribute: at n and n + 1', () => {
  const of = (length: number, key = 'http.request.body'): readonly Span[] => [
    span(1, 'a', 0, 1, { attributes: { [key]: 'x'.repeat(length) } }),
  ];
  expect(find('payload_in_attribute', of(4_096))).toEqual([]);
  expect(find('payload_in_attribute', of(4_097))).toMatchObject([
    { summary: 'http.request.body holds 4097 characters or bytes in 1 spans', savingMs: 0 },
  ]);
  expect(find('payload_in_attribute', of(4_097, 'exception.stacktrace'))).toEqual([]);
});

describe('error_origin', () => {
  test('where it began, how it spread, what did not fail', () => {
    const spans = [
      span(1, 'page', 0, 100),
      span(2, 'checkout', 10, 90, { parent: 1, error: 'no payment' }),
      span(3, 'pay', 20, 80, { parent: 2, service: 'pay', error: 'card declined' }),
      span(4, 'stock', 15, 18, { parent: 2, service: 'stock', error: 'cache miss' }),
    ];
    expect(find('error_origin', spans)).toMatchObject([
      {
        names: ['pay', 'checkout'],
        summary:
          'pay pay failed (card declined) and spread through 1 callers up to shop checkout; shop page did not fail',
      },
      { names: ['stock'], summary: 'stock stock failed (cache miss) and did not spread; shop checkout did not fail' },
    ]);
  });
});

test('patterns come with what saves most first, and evidence is cut at its limit', () => {
  const calls = Array.from({ length: 30 }, (_, i) => query(i + 2, 3 * i, 3 * i + 2, `SELECT ${i}`));
  const of = trace(span(1, 'root', 0, 100), ...calls);
  const { patterns } = analyzeTrace(of, { maxEvidence: 7 });
  expect(patterns.map(({ savingNano }) => savingNano)).toEqual(
    patterns.map(({ savingNano }) => savingNano).toSorted((a, b) => b - a),
  );
  expect(patterns[0]).toMatchObject({ kind: 'n_plus_one', spanCount: 30, rows: [1, 2, 3, 4, 5, 6, 7] });
});
