import { PassThrough } from 'node:stream';
import { CodedError } from '@throughline/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { tenantOf } from '../../http/tenant.ts';
import { validQuery } from '../../http/zod-routes.ts';
import type { QueryContext } from '../../query-context.ts';
import type { TailHub } from '../../tail/tail-hub.ts';
import { filterParameters, filterQueryOf } from '../filter-parameters.ts';
import { errorAnswer } from '../schemas.ts';
import { summaryAnswer } from '../to-answers.ts';

/** Traces are told at most so often, together. */
const PAUSE_MS = 200;
/** A comment so often keeps proxies from closing the connection, and notices that the client has gone. */
const HEARTBEAT_MS = 15_000;

const parameters = z.strictObject(filterParameters);
const events = z.string().meta({
  description:
    'text/event-stream: `open` once, then `trace` with a TraceSummary of what arrived, and `skipped` with {count} of ' +
    'traces that came too fast',
});

/** `GET /v1/tail` */
export function tailRoute(scope: FastifyInstance, { tail }: QueryContext): void {
  const streams = new Set<PassThrough>();
  // A server that closes waits for its answers to end.
  scope.addHook('preClose', () => {
    for (const stream of streams) stream.end();
    return Promise.resolve();
  });

  scope.get(
    '/v1/tail',
    {
      schema: {
        tags: ['traces'],
        operationId: 'tailTraces',
        summary: 'Follow the traces that match as they arrive, as server-sent events',
        description:
          'A trace is matched, and summarized, by those of its spans that arrived together; when more of its spans arrive ' +
          'it may be told again.',
        querystring: parameters,
        response: { 200: events, '4xx': errorAnswer, '5xx': errorAnswer },
      },
    },
    (request, reply) => {
      const tenant = tenantOf(request);
      const query = filterQueryOf(validQuery(request, parameters));
      if (tail === undefined) {
        throw new CodedError('tail_not_available', 'This server takes in no spans, so that none can be followed');
      }
      const stream = new PassThrough();
      const stop = follow(tail, tenant, query, stream);
      streams.add(stream);
      stream.once('close', () => {
        stop();
        streams.delete(stream);
      });
      return reply
        .type('text/event-stream; charset=utf-8')
        .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
        .send(stream);
    },
  );
}

/** Writes events to the stream as traces arrive; returns what ends it. */
function follow(
  tail: TailHub,
  tenant: string,
  query: Parameters<TailHub['subscribe']>[1],
  to: PassThrough,
): () => void {
  let pause: NodeJS.Timeout | undefined;
  let isFull = false;
  let hasMore = false;
  const subscription = tail.subscribe(tenant, query, () => {
    hasMore = true;
    if (pause === undefined && !isFull) send();
  });
  const write = (event: string, data: object): void => {
    isFull = !to.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const send = (): void => {
    if (!hasMore) return;
    hasMore = false;
    const { traces, skippedCount } = subscription.take();
    for (const trace of traces) write('trace', summaryAnswer(trace));
    if (skippedCount > 0) write('skipped', { count: skippedCount });
    pause = setTimeout(() => {
      pause = undefined;
      if (!isFull) send();
    }, PAUSE_MS);
  };
  to.on('drain', () => {
    isFull = false;
    if (pause === undefined) send();
  });
  const heartbeat = setInterval(() => to.write(': heartbeat\n\n'), HEARTBEAT_MS);
  write('open', {});
  return () => {
    clearTimeout(pause);
    clearInterval(heartbeat);
    subscription.end();
  };
}
