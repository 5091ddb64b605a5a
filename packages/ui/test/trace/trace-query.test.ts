import { QueryClient } from '@tanstack/react-query';
import type { ArrivingTraceColumns } from '@throughline/query/client';
import { beforeEach, expect, it, vi } from 'vitest';

import { type OpenedTrace, readTraceAhead, traceQuery } from '../../src/trace/trace-query.ts';
import { columnsOf } from './columns-of.ts';

interface Answer {
  readonly signal: AbortSignal | undefined;
  readonly end: (error?: Error) => void;
}

const columns = columnsOf([{ startMs: 0, durationMs: 5 }]);
const { traceId } = columns;
const key = ['trace', traceId];
let answers: Answer[] = [];
let stored = columns;
let queries = new QueryClient();

beforeEach(() => {
  answers = [];
  stored = columns;
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
});

/** The trace can be shown at once; its details come when a test says so. */
const server = {
  openTraceColumns: (_id: string, { signal }: { readonly signal?: AbortSignal | undefined } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => reject(signal.reason));
    answers.push({ signal, end: (error) => (error === undefined ? resolve() : reject(error)) });
    async function* arrivals(): AsyncGenerator<void, void> {
      await promise;
      yield;
    }
    const arriving: ArrivingTraceColumns = {
      columns: stored,
      incomplete: [],
      arrivals: arrivals(),
      giveUpDetails: () => undefined,
    };
    return Promise.resolve(arriving);
  },
};

async function opened(): Promise<OpenedTrace> {
  return queries.fetchQuery({ ...traceQuery(traceId, server), staleTime: 0 });
}

it('a trace that is left before its details have come is called off and forgotten', async () => {
  const leave = readTraceAhead(queries, traceId, server);
  await vi.waitFor(() => expect(queries.getQueryData(key)).toBeDefined());
  expect(answers[0]?.signal?.aborted).toBe(false);
  leave();
  expect(answers[0]?.signal?.aborted).toBe(true);
  expect(queries.getQueryData(key)).toBeUndefined();
});

it('a trace that is left later is kept for the way back', async () => {
  const leave = readTraceAhead(queries, traceId, server);
  await vi.waitFor(() => expect(queries.getQueryData(key)).toBeDefined());
  answers[0]?.end();
  await queries.getQueryData<OpenedTrace>(key)?.arrival.ended;
  leave();
  expect(answers[0]?.signal?.aborted).toBe(false);
  expect(queries.getQueryData(key)).toBeDefined();
});

it('the same trace again stays as it is, and its details are not read twice', async () => {
  const first = await opened();
  answers[0]?.end();
  await first.arrival.ended;
  expect(await opened()).toBe(first);
  expect(answers[1]?.signal?.aborted).toBe(true);
});

it('a trace with another span, or one whose details did not come, takes the place of the old', async () => {
  const first = await opened();
  answers[0]?.end(new Error('broken'));
  await first.arrival.ended;
  expect(first.arrival.state()).toMatchObject({ kind: 'failed' });
  const second = await opened();
  expect(second).not.toBe(first);
  answers[1]?.end();
  await second.arrival.ended;
  stored = columnsOf([
    { startMs: 0, durationMs: 5 },
    { startMs: 1, durationMs: 1, parent: 0 },
  ]);
  const third = await opened();
  expect(third.columns.spanCount).toBe(2);
  expect(answers[2]?.signal?.aborted).toBe(false);
});
