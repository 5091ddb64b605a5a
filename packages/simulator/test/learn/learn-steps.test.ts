import { SpanKind } from '@throughline/model';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/index.ts';
import { learn, span, type SpanInput, stepsOf } from './spans.ts';

const root = { id: 1, name: 'GET /', kind: SpanKind.SERVER } as const;

/** What is learnt of `shop GET /`, from 10 ms to 30 ms or as told, and what happens in it. */
function steps(inside: readonly SpanInput[], more: Partial<SpanInput> = {}): unknown {
  const spans = [{ ...root, startMs: 10, endMs: 30, ...more }, ...inside].map(span);
  const learnt = learn(spans);
  parseScenario(learnt.data);
  return stepsOf(learnt, 'shop', 'GET /');
}

describe('the time of a span', () => {
  test('is work before, between and after its children', () => {
    expect(
      steps([
        { id: 2, parent: 1, name: 'first', startMs: 12, endMs: 15 },
        { id: 3, parent: 1, name: 'second', startMs: 20, endMs: 29 },
      ]),
    ).toEqual([
      { work: '2ms' },
      { span: 'first', steps: [{ work: '3ms' }] },
      { work: '5ms' },
      { span: 'second', steps: [{ work: '9ms' }] },
      { work: '1ms' },
    ]);
  });

  test('children that overlap are parallel, each with what passed before it began', () => {
    expect(
      steps([
        { id: 2, parent: 1, name: 'a', startMs: 10, endMs: 30 },
        { id: 3, parent: 1, name: 'b', startMs: 14, endMs: 24 },
      ]),
    ).toEqual([
      {
        parallel: [
          { span: 'a', steps: [{ work: '20ms' }] },
          { sequence: [{ work: '4ms' }, { span: 'b', steps: [{ work: '10ms' }] }] },
        ],
      },
    ]);
  });

  test('the same child several times in a row is a loop, and at once are copies', () => {
    const rows = [0, 1, 2].map((i) => ({ id: 2 + i, parent: 1, name: 'row', startMs: 10 + 2 * i, endMs: 12 + 2 * i }));
    expect(steps(rows, { endMs: 16 })).toEqual([{ span: 'row', steps: [{ work: '2ms' }], repeat: 3 }]);
    const atOnce = [0, 1, 2].map((i) => ({ id: 2 + i, parent: 1, name: 'row', startMs: 10, endMs: 16 }));
    expect(steps(atOnce, { endMs: 16 })).toEqual([
      { parallel: [{ span: 'row', steps: [{ work: '6ms' }] }], copies: 3 },
    ]);
    const pairs = [0, 1, 2, 3].map((i) => ({
      id: 2 + i,
      parent: 1,
      name: i % 2 === 0 ? 'read' : 'write',
      startMs: 10 + 2 * i,
      endMs: 12 + 2 * i,
    }));
    expect(steps(pairs, { endMs: 18 })).toEqual([
      {
        sequence: [
          { span: 'read', steps: [{ work: '2ms' }] },
          { span: 'write', steps: [{ work: '2ms' }] },
        ],
        repeat: 2,
      },
    ]);
  });

  test('a child that outlives its parent is in the background', () => {
    expect(steps([{ id: 2, parent: 1, name: 'flush', startMs: 20, endMs: 90 }])).toEqual([
      { work: '10ms' },
      { background: [{ span: 'flush', steps: [{ work: '70ms' }] }] },
      { work: '10ms' },
    ]);
    expect(steps([{ id: 2, parent: 1, name: 'late', startMs: 45, endMs: 46 }])).toEqual([
      { work: '20ms' },
      { background: [{ work: '15ms' }, { span: 'late', steps: [{ work: '1ms' }] }] },
    ]);
  });
});

describe('calls', () => {
  test('a span with nothing but a call below it is the call’s, with the time around the request', () => {
    expect(
      steps([
        { id: 2, parent: 1, name: 'HTTP POST', startMs: 11, endMs: 29 },
        { id: 3, parent: 2, name: '/charge', service: 'bank', startMs: 13, endMs: 28 },
      ]),
    ).toEqual([
      { work: '1ms' },
      { call: 'bank /charge', client: { name: 'HTTP POST', kind: 'internal', before: '2ms', after: '1ms' } },
      { work: '1ms' },
    ]);
  });

  test('without a span of the caller there is none', () => {
    const called = { id: 2, parent: 1, name: 'find all', service: 'user db', startMs: 15, endMs: 25 };
    const call = { call: { service: 'user db', operation: 'find all' }, client: 'none' };
    expect(steps([called])).toEqual([{ work: '5ms' }, call, { work: '5ms' }]);
    // A clock that is ahead: the call took as long as it says, within the caller's span.
    expect(steps([{ ...called, startMs: 25, endMs: 35 }])).toEqual([{ work: '10ms' }, call]);
  });

  test('a span that waits for a call beside it lasts as long as the call', () => {
    expect(
      steps([
        { id: 2, parent: 1, name: 'Handler.handle', startMs: 10, endMs: 30 },
        { id: 3, parent: 1, name: 'HTTP GET', kind: SpanKind.CLIENT, startMs: 12, endMs: 30 },
        { id: 4, parent: 3, name: '/', service: 'bank', startMs: 12, endMs: 30 },
      ]),
    ).toEqual([
      {
        parallel: [{ sequence: [{ work: '2ms' }, { call: 'bank /', client: { name: 'HTTP GET' } }] }],
        alongside: [{ span: 'Handler.handle' }],
      },
    ]);
  });

  test('queries keep their text without the values, and go to the database that they name', () => {
    const attributes = {
      'db.system': 'mysql',
      'db.statement': "SELECT  *\nFROM users WHERE name = 'Ann O''Hara' AND age > 42",
      'net.peer.name': 'users-db',
    };
    const learnt = learn(
      [
        { ...root, startMs: 0, endMs: 5 },
        { id: 2, parent: 1, name: 'SELECT users', kind: SpanKind.CLIENT, startMs: 0, endMs: 5, attributes },
      ].map(span),
    );
    expect(stepsOf(learnt, 'shop', 'GET /')).toEqual([
      {
        query: 'SELECT * FROM users WHERE name = ? AND age > ?',
        database: 'users-db',
        name: 'SELECT users',
        latency: '5ms',
      },
    ]);
    expect(parseScenario(learnt.data).services.get('users-db')?.database).toBe('mysql');
    expect(JSON.stringify(learnt.data)).not.toMatch(/Ann|42/);
  });
});

describe('ways and failures', () => {
  const request = (
    trace: number,
    inside: readonly SpanInput[],
    more: Partial<SpanInput> = {},
  ): readonly SpanInput[] => [
    { ...root, trace, startMs: 0, endMs: 10, ...more },
    ...inside.map((one) => ({ ...one, trace })),
  ];
  const hit = { id: 2, parent: 1, name: 'cache', startMs: 0, endMs: 10 };
  const called = { id: 2, parent: 1, name: '/charge', service: 'bank', startMs: 0, endMs: 10 };

  test('what an operation does at different times are alternatives with their shares', () => {
    const spans = [
      ...request(1, [hit]),
      ...request(2, [hit]),
      ...request(3, [{ ...hit, name: 'compute' }]),
      ...request(4, [], { isError: true, attributes: { 'error.type': 'Timeout' } }),
    ];
    expect(stepsOf(learn(spans.map(span)), 'shop', 'GET /')).toEqual([
      {
        choose: [
          { weight: 2, steps: [{ span: 'cache', steps: [{ work: '10ms' }] }] },
          { weight: 1, steps: [{ span: 'compute', steps: [{ work: '10ms' }] }] },
          { weight: 1, steps: [{ work: '10ms' }, { fail: 'Timeout' }] },
        ],
      },
    ]);
  });

  test('a failure that came from a call comes from the call again', () => {
    const spans = [
      ...request(1, [called]),
      ...request(2, [called]),
      ...request(3, [{ ...called, isError: true }], { isError: true }),
    ];
    const learnt = learn(spans.map(span));
    expect(stepsOf(learnt, 'shop', 'GET /')).toEqual([{ call: 'bank /charge', client: 'none' }]);
    expect(stepsOf(learnt, 'bank', '/charge')).toEqual([
      {
        choose: [
          { weight: 2, steps: [{ work: '10ms' }] },
          { weight: 1, steps: [{ work: '10ms' }, { fail: 'error' }] },
        ],
      },
    ]);
  });

  test('a failed call that its caller survives is optional', () => {
    const spans = [...request(1, [called]), ...request(2, [{ ...called, isError: true }])];
    expect(stepsOf(learn(spans.map(span)), 'shop', 'GET /')).toEqual([
      { call: 'bank /charge', client: 'none', optional: true },
    ]);
  });

  test('ways that are too rare are mixed, with all that they call', () => {
    const names = Array.from({ length: 30 }, (_, i) => `/${i}`);
    const spans = names.flatMap((name, trace) => [
      ...request(trace, [
        { ...called, name, startMs: 0, endMs: 4 },
        { ...called, id: 3, name: names[trace + 1] ?? '/0', startMs: 4, endMs: 8 },
      ]),
    ]);
    const learnt = learn(spans.map(span));
    expect(learnt.report.mixedSpans).toBe(18);
    const text = JSON.stringify(stepsOf(learnt, 'shop', 'GET /'));
    for (const name of names) expect(text).toContain(`"bank ${name}"`);
    expect(text).toContain('"probability"');
    parseScenario(learnt.data);
  });
});

test('spans that are nested too deeply are work', () => {
  const nested = Array.from({ length: 60 }, (_, i) => ({
    ...root,
    id: i + 1,
    parent: i,
    name: `level ${i}`,
    startMs: 0,
    endMs: 10,
  }));
  const learnt = learn(nested.map(span));
  // The operation's own span, 41 within it, and the rest.
  expect(learnt.report.deepSpans).toBe(18);
  parseScenario(learnt.data);
});
