import { CodedError } from '@throughline/model';
import { spanFilter } from '@throughline/traceql';
import { describe, expect, it } from 'vitest';
import { DEFAULT_QUERY_LIMITS, type QueryLimits } from '../src/limits.ts';
import { type SearchRequest, searchTraces } from '../src/search-traces.ts';
import { queryFromText } from '../src/query-text.ts';
import { type StoreScript, scriptedStore } from './scripted-store.ts';
import { EPOCH_UNIX_NANO, span, traceIdOf } from './spans.ts';

/** Ten traces of two spans, a second apart; the even ones have an error in their second span, half a second in. */
const TRACES = Array.from({ length: 10 }, (_, trace) => [
  span({ trace, id: 1, startMs: trace * 1_000, durationMs: 800 }),
  span({ trace, id: 2, parent: 1, startMs: trace * 1_000 + 500, name: 'inner', error: trace % 2 === 0 }),
]);
const ERRORS = queryFromText('{ span:error = true }');
const EVERYTHING = spanFilter({});

function search(
  request: Partial<SearchRequest>,
  script: Partial<StoreScript> = {},
  limits: Partial<QueryLimits> = {},
  signal?: AbortSignal,
) {
  return searchTraces(
    { tenant: 'default', query: ERRORS, order: 'newest', limit: 100, ...request },
    { store: scriptedStore({ traces: TRACES, ...script }), limits: { ...DEFAULT_QUERY_LIMITS, ...limits }, signal },
  );
}

const ids = (answer: { readonly traces: readonly { readonly traceId: string }[] }): string[] =>
  answer.traces.map(({ traceId }) => traceId);
const NEWEST_ERRORS = [8, 6, 4, 2, 0].map(traceIdOf);

function at(ms: number): bigint {
  return EPOCH_UNIX_NANO + BigInt(ms) * 1_000_000n;
}

/** Never gives out a page. */
function hang(_page: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
}

/** The traces with an error that started within the milliseconds. */
async function foundWithin(fromMs: number, toMs: number): Promise<readonly string[]> {
  return ids(await search({ window: { fromUnixNano: at(fromMs), toUnixNano: at(toMs) } }));
}

describe('searchTraces', () => {
  it('lists what matches exactly, in the order of the store', async () => {
    const answer = await search({});
    expect(ids(answer)).toEqual(NEWEST_ERRORS);
    expect(answer).toMatchObject({ complete: true, reasons: [], cursor: undefined });
  });

  it('takes the word of the store for candidates that it is sure of', async () => {
    const read: string[] = [];
    const answer = await search(
      {},
      { exact: (id) => id !== traceIdOf(9), onRead: (traceIds) => read.push(...traceIds) },
    );
    expect(ids(answer)).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map(traceIdOf));
    expect(read).toEqual([traceIdOf(9)]);
  });

  it('wants a span that matches within the window, not just any span of the trace', async () => {
    expect(await foundWithin(4_000, 5_000)).toEqual([traceIdOf(4)]);
    expect(await foundWithin(4_000, 4_500)).toEqual([]);
    expect(await foundWithin(4_000, 4_501)).toEqual([traceIdOf(4)]);
    expect(await foundWithin(4_500, 4_501)).toEqual([traceIdOf(4)]);
    expect(await foundWithin(4_501, 5_000)).toEqual([]);
  });

  it('pages through all of them, whatever the sizes of pages', async () => {
    for (const [limit, pageSize] of [
      [1, 1],
      [1, 3],
      [2, 3],
      [3, 2],
      [5, 10],
      [4, 10],
    ] as const) {
      const found: string[] = [];
      let cursor: string | undefined;
      let pages = 0;
      do {
        const answer = await search({ limit, cursor }, { pageSize });
        expect(answer.complete).toBe(true);
        expect(answer.traces.length).toBeLessThanOrEqual(limit);
        found.push(...ids(answer));
        cursor = answer.cursor;
        pages++;
      } while (cursor !== undefined && pages < 20);
      expect(found).toEqual(NEWEST_ERRORS);
    }
  });

  it('has no cursor when the last candidate fills the answer', async () => {
    const answer = await search({ query: EVERYTHING, limit: 10 });
    expect(answer.traces).toHaveLength(10);
    expect(answer.cursor).toBeUndefined();
    expect((await search({ query: EVERYTHING, limit: 9 })).cursor).toBeDefined();
  });

  it('refuses the cursor of another search', async () => {
    const { cursor } = await search({ limit: 1 });
    const refused = expect.objectContaining({ code: 'invalid_cursor' });
    await expect(search({ cursor, query: EVERYTHING })).rejects.toEqual(refused);
    await expect(search({ cursor, order: 'longest' })).rejects.toEqual(refused);
    await expect(search({ cursor, tenant: 'other' })).rejects.toEqual(refused);
    await expect(search({ cursor, window: { fromUnixNano: 0n, toUnixNano: 1n } })).rejects.toEqual(refused);
    await expect(search({ cursor, limit: 7 })).resolves.toMatchObject({ complete: true });
  });

  it('looks through the window of the first page, however the clock moves', async () => {
    const first = await search({
      limit: 1,
      window: { fromUnixNano: at(3_000), toUnixNano: 2n ** 63n },
      windowText: 'since',
    });
    const second = await search({
      cursor: first.cursor,
      window: { fromUnixNano: at(9_000), toUnixNano: 2n ** 63n },
      windowText: 'since',
    });
    expect([...ids(first), ...ids(second)]).toEqual([8, 6, 4].map(traceIdOf));
  });
});

describe('the limits of a search', () => {
  it('checks as many candidates as it may, and says where it stopped', async () => {
    const all = await search({}, {}, { maxCandidates: 10 });
    expect(all).toMatchObject({ complete: true, cursor: undefined });

    const some = await search({}, {}, { maxCandidates: 9 });
    expect(ids(some)).toEqual(NEWEST_ERRORS.slice(0, 4));
    expect(some).toMatchObject({ complete: false, reasons: [{ code: 'candidate_limit' }] });
    const rest = await search({ cursor: some.cursor }, {}, { maxCandidates: 9 });
    expect(ids(rest)).toEqual([traceIdOf(0)]);
    expect(rest).toMatchObject({ complete: true, cursor: undefined });
  });

  it('does not count candidates that need no check', async () => {
    expect(await search({}, { exact: () => true }, { maxCandidates: 0 })).toMatchObject({ complete: true });
  });

  it('says when a trace was too large to be checked whole', async () => {
    const whole = await search({}, {}, { maxSpansPerTrace: 2 });
    expect(whole).toMatchObject({ complete: true });

    const cut = await search({}, {}, { maxSpansPerTrace: 1 });
    expect(cut).toMatchObject({ traces: [], complete: false, reasons: [{ code: 'trace_truncated' }] });
  });

  it('answers with what it has when the time is up, and goes on from there', async () => {
    const stopped = await search(
      {},
      { beforePage: (page, signal) => (page < 2 ? Promise.resolve() : hang(page, signal)) },
      { queryTimeoutMs: 50 },
    );
    expect(ids(stopped)).toEqual(NEWEST_ERRORS.slice(0, 3));
    expect(stopped).toMatchObject({ complete: false, reasons: [{ code: 'query_timeout' }] });
    expect(ids(await search({ cursor: stopped.cursor }))).toEqual(NEWEST_ERRORS.slice(3));
  });

  it('does the same when the store says that its time is up', async () => {
    const slow = new CodedError('query_timeout', 'slow', { retryable: true });
    const beforePage = (page: number): Promise<void> => (page < 1 ? Promise.resolve() : Promise.reject(slow));
    const stopped = await search({}, { beforePage });
    expect(ids(stopped)).toEqual([traceIdOf(8)]);
    expect(stopped).toMatchObject({ complete: false, reasons: [{ code: 'query_timeout' }] });
  });

  it('fails when the time is up before anything was looked at', async () => {
    await expect(search({}, { beforePage: hang }, { queryTimeoutMs: 1 })).rejects.toMatchObject({
      code: 'query_timeout',
      retryable: true,
    });
  });

  it('ends when its caller leaves', async () => {
    const controller = new AbortController();
    const left = search({}, { beforePage: hang }, {}, controller.signal);
    controller.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(search({}, {}, {}, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });

  it('passes on what the store fails with', async () => {
    const fail = new CodedError('query_memory_limit', 'too much');
    await expect(search({}, { fail })).rejects.toBe(fail);
  });
});
