import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Span } from '@throughline/model';
import { decodeOtlpProtobuf, encodeExportResponse, encodeRpcStatus } from '@throughline/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { DEFAULT_RETRY_POLICY, parseRetryAfter, retryDelayMs } from '../../../src/cli/import/retry.ts';
import {
  BatchBuilder,
  MAX_BATCH_BYTES,
  MAX_BATCH_SPANS,
  type SpanBatch,
} from '../../../src/cli/import/span-batches.ts';
import { isLocal, type SendOutcome, SpanSender } from '../../../src/cli/import/span-sender.ts';
import { portOf } from '../port-of.ts';
import { testSpan } from '../test-spans.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string;
}

const ACCEPTED: Answer = {
  status: 200,
  headers: { 'content-type': 'application/x-protobuf' },
  body: encodeExportResponse({ rejectedSpans: 0, errorMessage: '' }, 'protobuf'),
};

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** Answers the requests in turn, the last answer for all that follow. */
async function receiver(
  ...answers: (Answer | ((request: IncomingMessage, body: Buffer) => Promise<Answer> | Answer))[]
) {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(Buffer.from(part));
      const index = Math.min(bodies.length, answers.length - 1);
      bodies.push(Buffer.concat(parts));
      const chosen = answers[index] ?? ACCEPTED;
      const answer = typeof chosen === 'function' ? await chosen(request, Buffer.concat(parts)) : chosen;
      response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, bodies };
}

function batch(id = 1): SpanBatch {
  const builder = new BatchBuilder();
  const full = [...builder.add([testSpan({ id })], 100, { source: 'file', line: id }), ...builder.flush()];
  const [made] = full;
  if (made === undefined) throw new Error('no batch');
  return made;
}

function sender(url: string, options: { maxAttempts?: number; maxConcurrency?: number } = {}) {
  const outcomes: SendOutcome[] = [];
  const waits: number[] = [];
  const made = new SpanSender({
    server: { url, headers: { 'X-Scope-OrgID': 'team' }, timeoutMs: 10_000 },
    onOutcome: (_, outcome) => outcomes.push(outcome),
    retryPolicy: { ...DEFAULT_RETRY_POLICY, maxAttempts: options.maxAttempts ?? 3 },
    ...(options.maxConcurrency === undefined ? {} : { maxConcurrency: options.maxConcurrency }),
    wait: (delayMs) => {
      waits.push(delayMs);
      return Promise.resolve();
    },
    random: () => 1,
  });
  return { sender: made, outcomes, waits };
}

describe('SpanSender', () => {
  test('sends OTLP protobuf with the tenant, uncompressed on the same machine', async () => {
    const seen: Record<string, unknown>[] = [];
    const { url, bodies } = await receiver((request) => {
      seen.push({ path: request.url, ...request.headers });
      return ACCEPTED;
    });
    const { sender: made, outcomes } = sender(url);
    await made.send(batch());
    expect(await made.finish()).toBeUndefined();
    expect(seen).toMatchObject([
      { path: '/v1/traces', 'content-type': 'application/x-protobuf', 'x-scope-orgid': 'team' },
    ]);
    expect(decodeOtlpProtobuf(bodies[0] ?? Buffer.of()).spans).toEqual([testSpan({ id: 1 })]);
    expect(outcomes).toEqual([{ kind: 'accepted', rejectedCount: 0, message: '' }]);
  });

  test('counts a partial success', async () => {
    const body = encodeExportResponse({ rejectedSpans: 1, errorMessage: '1 of invalid_trace_id' }, 'protobuf');
    const { url } = await receiver({ ...ACCEPTED, body });
    const { sender: made, outcomes } = sender(url);
    await made.send(batch());
    await made.finish();
    expect(outcomes).toEqual([{ kind: 'accepted', rejectedCount: 1, message: '1 of invalid_trace_id' }]);
  });

  test.each([429, 502, 503, 504])('tries again after %i, as late as the server asks', async (status) => {
    const { url, bodies } = await receiver({ status, headers: { 'retry-after': '7' } }, { status }, ACCEPTED);
    const { sender: made, outcomes, waits } = sender(url);
    await made.send(batch());
    await made.finish();
    expect(outcomes).toMatchObject([{ kind: 'accepted' }]);
    expect(waits).toEqual([7_000, DEFAULT_RETRY_POLICY.baseDelayMs * 2]);
    expect(bodies).toHaveLength(3);
  });

  test('gives up after the last attempt, and then sending ends', async () => {
    const { url, bodies } = await receiver({ status: 503 });
    const { sender: made, outcomes } = sender(url, { maxAttempts: 3, maxConcurrency: 1 });
    await made.send(batch(1));
    await expect(made.send(batch(2))).rejects.toMatchObject({ code: 'refused' });
    expect(await made.finish()).toMatchObject({ code: 'refused' });
    expect(bodies).toHaveLength(3);
    expect(outcomes).toMatchObject([{ kind: 'failed' }, { kind: 'failed' }]);
  });

  test('a batch that is refused for its content does not end sending', async () => {
    const refusal = encodeRpcStatus({ code: 3, message: 'malformed_payload: byte 7' }, 'protobuf');
    const { url, bodies } = await receiver(
      { status: 400, headers: { 'content-type': 'application/x-protobuf' }, body: refusal },
      ACCEPTED,
    );
    const { sender: made, outcomes, waits } = sender(url, { maxConcurrency: 1 });
    await made.send(batch(1));
    await made.send(batch(2));
    expect(await made.finish()).toBeUndefined();
    expect(waits).toEqual([]);
    expect(bodies).toHaveLength(2);
    expect(outcomes[0]).toMatchObject({
      kind: 'failed',
      error: { message: expect.stringContaining('malformed_payload: byte 7') },
    });
    expect(outcomes[1]).toMatchObject({ kind: 'accepted' });
  });

  test.each<[string, Answer, string]>([
    ['a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }, 'unexpected_answer'],
    ['404', { status: 404 }, 'refused'],
    ['401', { status: 401 }, 'refused'],
  ])('%s instead of OTLP ends sending at once', async (_, answer, code) => {
    const { url, bodies } = await receiver(answer);
    const { sender: made } = sender(url);
    await made.send(batch());
    expect(await made.finish()).toMatchObject({ code });
    expect(bodies).toHaveLength(1);
  });

  test('a connection that breaks is tried again', async () => {
    let count = 0;
    const { url } = await receiver((request) => {
      if (count++ === 0) request.socket.destroy();
      return ACCEPTED;
    });
    const { sender: made, outcomes } = sender(url);
    await made.send(batch());
    await made.finish();
    expect(outcomes).toMatchObject([{ kind: 'accepted' }]);
  });

  test('has at most as many requests under way as it may', async () => {
    let underWay = 0;
    let most = 0;
    const { url } = await receiver(async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return ACCEPTED;
    });
    const { sender: made, outcomes } = sender(url, { maxConcurrency: 2 });
    for (let i = 1; i <= 12; i++) await made.send(batch(i));
    await made.finish();
    expect(outcomes).toHaveLength(12);
    expect(most).toBe(2);
  });
});

function spans(count: number): Span[] {
  return Array.from({ length: count }, (_, i) => testSpan({ id: i + 1 }));
}

describe('BatchBuilder', () => {
  const place = { source: 'file', line: 1 };

  test('a batch is full at the number of spans, and messages share batches', () => {
    const builder = new BatchBuilder();
    expect([...builder.add(spans(MAX_BATCH_SPANS - 1), 1_000, place)]).toEqual([]);
    const full = [...builder.add(spans(2), 10, { source: 'file', line: 2 })];
    expect(full.map(({ spanCount, place: at }) => [spanCount, at])).toEqual([[MAX_BATCH_SPANS, place]]);
    expect([...builder.flush()].map(({ spanCount, place: at }) => [spanCount, at])).toEqual([
      [1, { source: 'file', line: 2 }],
    ]);
    expect([...builder.flush()]).toEqual([]);
  });

  test('batches above the size are halved until they fit, and a single large span goes alone', () => {
    const large = { ...testSpan({ id: 1 }), name: 'x'.repeat(MAX_BATCH_BYTES / 4) };
    const huge = { ...testSpan({ id: 2 }), name: 'x'.repeat(MAX_BATCH_BYTES + 1) };
    const builder = new BatchBuilder();
    // Compressed text tells nothing about the size, so the estimate is far too low.
    const batches = [...builder.add([large, large, large, large, large, huge], 100, place), ...builder.flush()];
    expect(batches.reduce((sum, { spanCount }) => sum + spanCount, 0)).toBe(6);
    for (const { bytes, spanCount } of batches) expect(bytes.length <= MAX_BATCH_BYTES || spanCount === 1).toBe(true);
  });
});

test('waits grow, keep to their limits, and are spread by chance', () => {
  const policy = { maxAttempts: 9, baseDelayMs: 100, maxDelayMs: 1_000, maxRetryAfterMs: 5_000 };
  expect([1, 2, 3, 4, 5].map((attempt) => retryDelayMs(policy, attempt, undefined, 1))).toEqual([
    100, 200, 400, 800, 1_000,
  ]);
  expect(retryDelayMs(policy, 1, undefined, 0)).toBe(50);
  expect(retryDelayMs(policy, 1, 3_000, 0)).toBe(3_000);
  expect(retryDelayMs(policy, 1, 60_000, 0)).toBe(5_000);
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseRetryAfter('12', now)).toBe(12_000);
  expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:05 GMT', now)).toBe(5_000);
  expect(parseRetryAfter('Thu, 01 Jan 2020 00:00:05 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter(null, now)).toBeUndefined();
});

test('which servers are on this machine', () => {
  expect(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'http://127.1.2.3'].map(isLocal)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['http://10.0.0.1', 'http://localhost.example', 'https://traces.example:16686'].map(isLocal)).toEqual([
    false,
    false,
    false,
  ]);
});
