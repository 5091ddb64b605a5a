import { type Span, SpanKind } from '@throughline/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeZipkinJson } from '../../src/zipkin/decode-zipkin-json.ts';
import { MAX_MERGE_CANDIDATES } from '../../src/zipkin/merge-fragments.ts';

const SHARED_ID = '00000000000000aa';

interface Json {
  readonly traceId: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

const trace = { traceId: '1', timestamp: 1_700_000_000_000_000, duration: 100 };
const front = { serviceName: 'front', ipv4: '10.0.0.1' };
const back = { serviceName: 'back', ipv4: '10.0.0.2' };

const root: Json = { ...trace, id: '1', kind: 'SERVER', name: 'root', localEndpoint: front };
const client: Json = { ...trace, id: 'aa', parentId: '1', kind: 'CLIENT', name: 'call', localEndpoint: front };
const server: Json = {
  ...trace,
  id: 'aa',
  parentId: '1',
  kind: 'SERVER',
  name: 'serve',
  shared: true,
  localEndpoint: back,
};
const query: Json = { ...trace, id: 'bb', parentId: 'aa', kind: 'CLIENT', name: 'query', localEndpoint: back };

function decode(...spans: readonly Json[]): readonly Span[] {
  return decodeZipkinJson(spans).spans;
}

function named(spans: readonly Span[], name: string): Span {
  const span = spans.find((candidate) => candidate.name === name);
  if (span === undefined) throw new Error(`no span ${name}`);
  return span;
}

/** What a span is, whatever its place in the result. */
function sorted(spans: readonly Span[]): readonly Span[] {
  return spans.toSorted((a, b) => (a.spanId + a.name < b.spanId + b.name ? -1 : 1));
}

describe('a call whose sides share an id', () => {
  test('the server is a child of the client, and its own children are its own', () => {
    const spans = decode(root, client, server, query);
    expect(named(spans, 'call')).toMatchObject({ spanId: SHARED_ID, parentSpanId: '0000000000000001' });
    const { spanId, parentSpanId } = named(spans, 'serve');
    expect(spanId).not.toBe(SHARED_ID);
    expect(parentSpanId).toBe(SHARED_ID);
    expect(named(spans, 'query').parentSpanId).toBe(spanId);
  });

  test('in any order', () => {
    const expected = sorted(decode(root, client, server, query));
    fc.assert(
      fc.property(fc.shuffledSubarray([root, client, server, query], { minLength: 4 }), (spans) => {
        expect(sorted(decode(...spans))).toEqual(expected);
      }),
    );
  });

  test('without the flag, where both sides are there', () => {
    const { shared: _, ...unflagged } = server;
    const spans = decode(root, client, unflagged, query);
    expect(sorted(spans)).toEqual(sorted(decode(root, client, server, query)));
  });

  test('in two lists: the server has the same id and hangs below the client', () => {
    const together = decode(root, client, server, query);
    expect(decode(server, query)).toEqual([named(together, 'serve'), named(together, 'query')]);
    expect(decode(root, client)).toEqual([named(together, 'root'), named(together, 'call')]);
  });

  test("a client's own child stays with the client", () => {
    const local = { ...trace, id: 'cc', parentId: 'aa', name: 'encode', localEndpoint: front };
    expect(named(decode(client, server, local), 'encode').parentSpanId).toBe(SHARED_ID);
  });

  test('a service that calls itself: the address decides', () => {
    const otherSelf = { serviceName: 'front', ipv4: '10.0.0.9' };
    const self = { ...server, localEndpoint: otherSelf };
    const ofServer = { ...trace, id: 'c1', parentId: 'aa', name: 'of server', localEndpoint: otherSelf };
    const ofClient = { ...trace, id: 'c2', parentId: 'aa', name: 'of client', localEndpoint: front };
    const spans = decode(client, self, ofServer, ofClient);
    expect(named(spans, 'of server').parentSpanId).toBe(named(spans, 'serve').spanId);
    expect(named(spans, 'of client').parentSpanId).toBe(SHARED_ID);
  });

  test('a shared span that does not say its kind is the server', () => {
    const { kind: _, ...kindless } = server;
    expect(named(decode(client, kindless), 'serve')).toMatchObject({
      kind: SpanKind.SERVER,
      parentSpanId: SHARED_ID,
    });
  });
});

describe('a server whose client was never reported', () => {
  test('in a recorded trace it takes the place of the client', () => {
    const spans = decode(root, server, query);
    expect(named(spans, 'serve').parentSpanId).toBe(named(spans, 'root').spanId);
    expect(named(spans, 'query').parentSpanId).toBe(named(spans, 'serve').spanId);
  });

  test('in a recorded trace it may be the root', () => {
    const { parentId: _, ...sharedRoot } = server;
    const other = { ...trace, id: 'dd', parentId: 'bb', name: 'db', localEndpoint: { serviceName: 'db' } };
    expect(named(decode(sharedRoot, query, other), 'serve').parentSpanId).toBe('');
  });
});

test('several receivers of one message have ids of their own, and each its children', () => {
  const producer = { ...client, kind: 'PRODUCER', name: 'send' };
  const receivers = [1, 2, 3].map((i) => ({
    ...server,
    kind: 'CONSUMER',
    name: `receive ${i}`,
    timestamp: trace.timestamp + 10 * i,
  }));
  const child = { ...query, timestamp: trace.timestamp + 25, name: 'work' };
  const spans = decode(producer, ...receivers, child);
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(5);
  for (const { name } of receivers) expect(named(spans, name).parentSpanId).toBe(SHARED_ID);
  expect(named(spans, 'work').parentSpanId).toBe(named(spans, 'receive 2').spanId);
});

describe('a span reported in pieces', () => {
  const start = { ...server, duration: undefined, tags: { a: '1' } };
  const end = { ...server, timestamp: undefined, kind: undefined, tags: { b: '2' }, name: '' };

  test('is one span, in any order', () => {
    for (const pieces of [
      [client, start, end],
      [end, start, client],
    ]) {
      const { spans, mergedFragmentCount } = decodeZipkinJson(pieces);
      expect(mergedFragmentCount).toBe(1);
      expect(spans).toHaveLength(2);
      expect(named(spans, 'serve')).toMatchObject({
        startTimeUnixNano: 1_700_000_000_000_000_000n,
        endTimeUnixNano: 1_700_000_000_000_100_000n,
        attributes: new Map([
          ['a', '1'],
          ['b', '2'],
        ]),
      });
    }
  });

  test('and so are exact copies', () => {
    const { spans, mergedFragmentCount } = decodeZipkinJson([server, client, server]);
    expect(spans).toEqual(decode(server, client));
    expect(mergedFragmentCount).toBe(1);
  });

  test('spans of one id and side that start at different times are different spans', () => {
    expect(decode(client, { ...client, timestamp: trace.timestamp + 1 })).toHaveLength(2);
  });

  test('a piece that fits two spans joins neither and has no start', () => {
    const { spans, rejected } = decodeZipkinJson([start, { ...start, timestamp: trace.timestamp + 1 }, end]);
    expect(spans).toHaveLength(2);
    expect(rejected).toEqual({ invalid_start_time: 1 });
  });

  test.each([
    [MAX_MERGE_CANDIDATES, 1],
    [MAX_MERGE_CANDIDATES + 1, 0],
  ])('is looked for among %i others', (otherCount, expected) => {
    const others = Array.from({ length: otherCount - 1 }, (_, i) => ({
      ...client,
      timestamp: trace.timestamp + i,
    }));
    const { mergedFragmentCount } = decodeZipkinJson([...others, start, end]);
    expect(mergedFragmentCount).toBe(expected);
  });
});

test('a list of one id only is read in about its length', () => {
  const halves = Array.from({ length: 20_000 }, (_, i) => ({ ...server, timestamp: trace.timestamp + i }));
  const children = Array.from({ length: 20_000 }, (_, i) => ({ ...query, id: (i + 1000).toString(16) }));
  expect(decode(client, ...halves, ...children)).toHaveLength(40_001);
});
