import { once } from 'node:events';
import { createServer } from 'node:http';
import { encodeJaegerTrace } from '@throughline/wire';
import * as fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { jaegerUrl, type JaegerPull, pullJaeger } from '../../../src/cli/import/jaeger-source.ts';
import type { ReadResult } from '../../../src/cli/import/read-spans.ts';
import { portOf } from '../port-of.ts';
import { EPOCH_UNIX_NANO, testSpan } from '../test-spans.ts';

const EPOCH_MICROS = EPOCH_UNIX_NANO / 1_000n;

/** A trace of one span in each of its services, starting this many microseconds after the epoch. */
interface FakeTrace {
  readonly services: readonly string[];
  readonly startMicros: number;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function fakeJaeger(traces: readonly FakeTrace[]) {
  const documents = traces.map(({ services, startMicros }, i) =>
    encodeJaegerTrace(
      services.map((service, n) =>
        testSpan({ id: n + 1, trace: i + 1, service, startNano: startMicros * 1_000, durationNano: 1_000 }),
      ),
    ),
  );
  const requests: URL[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://jaeger');
    requests.push(url);
    const { searchParams: asked } = url;
    if (url.pathname === '/base/api/services') {
      response.end(JSON.stringify({ data: [...new Set(traces.flatMap(({ services }) => services))] }));
    } else if (url.pathname === '/base/api/traces') {
      const [from, to] = [Number(asked.get('start')), Number(asked.get('end'))];
      const data = documents.filter((_, i) => {
        const start = Number(EPOCH_MICROS) + (traces[i]?.startMicros ?? 0);
        return start >= from && start <= to && traces[i]?.services.includes(asked.get('service') ?? '') === true;
      });
      response.end(JSON.stringify({ data: data.slice(0, Number(asked.get('limit'))) }));
    } else response.writeHead(404).end(JSON.stringify({ errors: [{ code: 404, msg: 'no such route' }] }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  closers.push(close);
  return { url: `http://127.0.0.1:${portOf(server)}/base`, requests };
}

async function pull(url: string, given: Partial<JaegerPull> = {}): Promise<ReadResult[]> {
  const results: ReadResult[] = [];
  const settings: JaegerPull = {
    service: undefined,
    operation: undefined,
    fromMicros: EPOCH_MICROS,
    toMicros: EPOCH_MICROS + 1_000_000n,
    limit: 3,
    timeoutMs: 10_000,
    maxBytes: 1_000_000,
    ...given,
  };
  for await (const result of pullJaeger(url, settings)) results.push(result);
  return results;
}

function idsOf(results: readonly ReadResult[]): string[] {
  return results.flatMap((result) =>
    result.kind === 'spans' ? result.spans.spans.map(({ traceId, spanId }) => `${traceId}/${spanId}`) : [],
  );
}

describe('pullJaeger', () => {
  test('gets every trace once, however they lie in the window and whatever the limit', async () => {
    const trace = fc.record({
      services: fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 }),
      // Crowded and sparse parts.
      startMicros: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1_000_000 })),
    });
    const distinct = fc.uniqueArray(trace, { selector: ({ startMicros }) => startMicros, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(distinct, fc.integer({ min: 2, max: 5 }), async (traces, limit) => {
        const { url } = await fakeJaeger(traces);
        const results = await pull(url, { limit });
        expect(results.filter(({ kind }) => kind === 'unreadable')).toEqual([]);
        const ids = idsOf(results);
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids).toHaveLength(traces.reduce((sum, { services }) => sum + services.length, 0));
      }),
      { numRuns: 30 },
    );
  });

  test('asks for what is selected, as it was recorded', async () => {
    const { url, requests } = await fakeJaeger([{ services: ['a'], startMicros: 5 }]);
    await pull(url, { service: 'a', operation: 'GET /x?y=z' });
    expect(requests.map(({ pathname }) => pathname)).toEqual(['/base/api/traces']);
    expect(Object.fromEntries(requests[0]?.searchParams ?? [])).toEqual({
      service: 'a',
      operation: 'GET /x?y=z',
      start: String(EPOCH_MICROS),
      end: String(EPOCH_MICROS + 1_000_000n),
      limit: '3',
      raw: 'true',
    });
  });

  test('a microsecond with more traces than the limit is told, and what came is kept', async () => {
    const { url } = await fakeJaeger(Array.from({ length: 4 }, () => ({ services: ['a'], startMicros: 7 })));
    const results = await pull(url);
    expect(idsOf(results)).toHaveLength(3);
    expect(results.filter(({ kind }) => kind === 'unreadable')).toMatchObject([{ error: { code: 'limit_reached' } }]);
  });

  test('a long window with little in it takes few requests', async () => {
    const { url, requests } = await fakeJaeger(
      Array.from({ length: 40 }, (_, i) => ({ services: ['a'], startMicros: 900_000 + i })),
    );
    await pull(url, { service: 'a', limit: 10, fromMicros: 0n });
    expect(requests.length).toBeLessThan(25);
  });

  test('no Jaeger, another server, and too large an answer are told', async () => {
    const { url } = await fakeJaeger([{ services: ['a'], startMicros: 5 }]);
    await expect(pull(`${url}/other`)).rejects.toMatchObject({ code: 'jaeger_failed' });
    expect(await pull(`${url}/other`, { service: 'a' })).toMatchObject([
      { kind: 'unreadable', error: { code: 'jaeger_failed', message: expect.stringContaining('no such route') } },
    ]);
    expect(await pull(url, { service: 'a', maxBytes: 20 })).toMatchObject([
      { kind: 'unreadable', error: { code: 'jaeger_failed' } },
    ]);
    await closers.splice(0)[0]?.();
    await expect(pull(url)).rejects.toMatchObject({ code: 'unreachable' });
  });
});

test('jaegerUrl', () => {
  expect(jaegerUrl('file.json')).toBeUndefined();
  expect(jaegerUrl('jaeger:http://host:16686/base/')).toBe('http://host:16686/base');
  expect(jaegerUrl('jaeger:host:16686')).toBe('http://host:16686');
  expect(() => jaegerUrl('jaeger:')).toThrow(expect.objectContaining({ code: 'invalid_usage' }));
});
