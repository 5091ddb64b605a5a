import type { AddressInfo } from 'node:net';
import type { Span, SpanSink } from '@throughline/model';
import { openMemoryStore } from '@throughline/store';
import { columnsFromSpans } from '@throughline/wire';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { createQueryClient, type TailOptions, type TraceSummaryAnswer } from '../../../src/client/index.ts';
import { nativeApi, TailHub, type TailHubOptions } from '../../../src/index.ts';
import { traceSummary } from '../../../src/native/schemas.ts';
import { span, traceIdOf } from '../../spans.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function server(options: TailHubOptions = {}) {
  const store = await openMemoryStore();
  const tail = new TailHub(options);
  const sink = tail.sinkBefore(store);
  const app = Fastify();
  await app.register(nativeApi, { store, tail });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as AddressInfo; // It listens on a port.
  closing.push(() => app.close());
  return { app, tail, sink, baseUrl: `http://127.0.0.1:${port}` };
}

const write = (sink: SpanSink, spans: readonly Span[], tenant = 'default'): Promise<void> =>
  sink.write({ tenant, columns: columnsFromSpans({ spans, rejected: {} }) });

/** Follows until `count` traces came. */
async function followed(
  baseUrl: string,
  parameters: { readonly q?: string; readonly service?: string },
  count: number,
  onOpen: () => void,
  more: { readonly tenant?: string; readonly onSkipped?: TailOptions['onSkipped'] } = {},
): Promise<TraceSummaryAnswer[]> {
  const traces: TraceSummaryAnswer[] = [];
  const stop = new AbortController();
  const enough = new Error('enough');
  const client = createQueryClient({ baseUrl, ...(more.tenant !== undefined && { tenant: more.tenant }) });
  const onTrace = (trace: TraceSummaryAnswer): void => {
    traces.push(traceSummary.parse(trace));
    if (traces.length === count) stop.abort(enough);
  };
  const { onSkipped } = more;
  await expect(client.tail(parameters, onTrace, { signal: stop.signal, onOpen, onSkipped })).rejects.toBe(enough);
  return traces;
}

const ids = (traces: readonly TraceSummaryAnswer[]): string[] => traces.map((each) => each.trace_id);

describe('GET /v1/tail', () => {
  it('tells of the traces that match, of the tenant, once they are stored', async () => {
    const { sink, baseUrl } = await server();
    const onOpen = async (): Promise<void> => {
      await write(sink, [span({ trace: 1, id: 1 })], 'other');
      await write(sink, [
        span({ trace: 2, id: 1, name: 'page', durationMs: 9 }),
        span({ trace: 3, id: 1, name: 'page' }),
        span({ trace: 2, id: 2, parent: 1, service: 'cart', error: true }),
      ]);
      await write(sink, [span({ trace: 4, id: 2, service: 'cart', error: true })]);
    };
    const traces = await followed(baseUrl, { q: '{ status = error }' }, 2, () => void onOpen());
    expect(ids(traces)).toEqual([traceIdOf(2), traceIdOf(4)]);
    expect(traces[0]).toMatchObject({
      root_service: 'shop',
      root_operation: 'page',
      services: ['cart', 'shop'],
      span_count: 2,
      error_count: 1,
      duration: 0.009,
    });
  });

  it('takes the parameters of a search and the tenant', async () => {
    const { sink, baseUrl } = await server();
    const onOpen = async (): Promise<void> => {
      await write(sink, [span({ trace: 1, id: 1, service: 'cart' })]);
      await write(sink, [span({ trace: 2, id: 1 }), span({ trace: 3, id: 1, service: 'cart' })], 'mine');
    };
    const traces = await followed(baseUrl, { service: 'cart' }, 1, () => void onOpen(), { tenant: 'mine' });
    expect(ids(traces)).toEqual([traceIdOf(3)]);
    const refused = createQueryClient({ baseUrl }).tail({ q: '{ nonsense' }, () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_query' });
  });

  it('skips what comes too fast, and says how much', async () => {
    const { sink, baseUrl } = await server({ maxSpansPerSecond: 3, maxWaitingTraceCount: 1, now: () => 0 });
    let skippedCount = 0;
    const onOpen = async (): Promise<void> => {
      // Two traces are looked at, of which one may wait; the third is cut and skipped with the fourth.
      await write(sink, [
        span({ trace: 1, id: 1 }),
        span({ trace: 2, id: 1 }),
        span({ trace: 3, id: 1 }),
        span({ trace: 3, id: 2 }),
        span({ trace: 4, id: 1 }),
      ]);
    };
    const skipped = new Promise<void>((resolve) => {
      const onSkipped = (count: number): void => {
        skippedCount += count;
        resolve();
      };
      const client = createQueryClient({ baseUrl });
      const traces: string[] = [];
      const stop = new AbortController();
      closing.push(() => Promise.resolve(stop.abort()));
      client
        .tail({}, (trace) => traces.push(trace.trace_id), {
          signal: stop.signal,
          onOpen: () => void onOpen(),
          onSkipped,
        })
        .catch(() => undefined);
    });
    await skipped;
    expect(skippedCount).toBe(3);
  });

  it('takes so many subscribers and no more, and forgets those that went', async () => {
    const { sink, tail, baseUrl } = await server({ maxSubscriberCount: 1 });
    const client = createQueryClient({ baseUrl });
    const tooMany: Promise<unknown>[] = [];
    const onOpen = async (): Promise<void> => {
      tooMany.push(client.tail({}, () => undefined).catch((error: unknown) => error));
      expect(await tooMany[0]).toMatchObject({ code: 'too_many_subscribers', httpStatus: 429, retryable: true });
      await write(sink, [span({ trace: 1, id: 1 })]);
    };
    await followed(baseUrl, {}, 1, () => void onOpen());
    expect(tooMany).toHaveLength(1);
    await expect.poll(() => tail.subscriberCount).toBe(0);
    await followed(baseUrl, {}, 1, () => void write(sink, [span({ trace: 2, id: 1 })]));
  });

  it('ends when the server closes', async () => {
    const { app, tail, baseUrl } = await server();
    const client = createQueryClient({ baseUrl });
    await client.tail({}, () => undefined, { onOpen: () => void app.close() });
    expect(tail.subscriberCount).toBe(0);
  });

  it('is not available where nothing is taken in', async () => {
    const app = Fastify();
    await app.register(nativeApi, { store: await openMemoryStore() });
    const answer = await app.inject('/v1/tail');
    expect([answer.statusCode, answer.json().error.code]).toEqual([501, 'tail_not_available']);
  });
});

describe('TailHub', () => {
  it('hands everything on, and leaves what fails to the writer', async () => {
    const tail = new TailHub();
    const failure = new Error('disk full');
    const sink = tail.sinkBefore({ write: () => Promise.reject(failure) });
    await expect(write(sink, [span({ trace: 1, id: 1 })])).rejects.toBe(failure);
    const { subscription, calls } = subscribed(tail);
    await expect(write(sink, [span({ trace: 1, id: 1 })])).rejects.toBe(failure);
    await new Promise(setImmediate);
    expect([calls.count, subscription.take()]).toEqual([0, { traces: [], skippedCount: 0 }]);
  });

  it('tells once that there is something, until it is taken', async () => {
    const tail = new TailHub();
    const sink = tail.sinkBefore({ write: () => Promise.resolve() });
    const { subscription, calls } = subscribed(tail);
    for (const trace of [1, 2]) await write(sink, [span({ trace, id: 1 })]);
    await new Promise(setImmediate);
    expect(calls.count).toBe(1);
    expect(subscription.take().traces.map(({ traceId }) => traceId)).toEqual([traceIdOf(1), traceIdOf(2)]);
    await write(sink, [span({ trace: 3, id: 1 })]);
    await new Promise(setImmediate);
    expect(calls.count).toBe(2);
    subscription.end();
    await write(sink, [span({ trace: 4, id: 1 })]);
    await new Promise(setImmediate);
    expect(calls.count).toBe(2);
  });
});

function subscribed(tail: TailHub) {
  const calls = { count: 0 };
  const query = {
    kind: 'query',
    spanset: { kind: 'filter', condition: { kind: 'literal', type: 'boolean', value: true } },
  } as const;
  return { calls, subscription: tail.subscribe('default', query, () => calls.count++) };
}
