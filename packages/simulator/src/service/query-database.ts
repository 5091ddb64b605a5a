import { SpanKind } from '@throughline/model';
import type { Process } from '../engine/simulation.ts';
import { type Distribution, draw } from '../random/distribution.ts';
import type { CallPolicy } from '../scenario/scenario.ts';
import { databaseAttributes, type QuerySummary, summarize } from '../spans/database-spans.ts';
import type { OpenSpan } from '../spans/open-span.ts';
import type { Failure } from '../spans/request-spans.ts';
import { withPolicy, withTimeout } from './attempt-policy.ts';
import { withConnection } from './connection-pool.ts';
import { transmit } from './network.ts';
import type { RunningService } from './running-service.ts';
import { endSpan, type Frame, startChild } from './world.ts';

export interface Query {
  readonly database: string;
  readonly text: string;
  /** Of the span; undefined: what the text is about. */
  readonly name: string | undefined;
  readonly latency: Distribution | undefined;
  readonly rows: Distribution | undefined;
  readonly policy: CallPolicy;
}

/** What a query fails with when the database has too many of them waiting. */
const TOO_MANY: Failure = { type: '53300', message: 'too many connections', status: 503, isException: false };

/** A query: a client span, and a worker of the database for as long as the query takes. Databases make no spans. */
export function* queryDatabase(frame: Frame, query: Query): Process<Failure | undefined> {
  const database = frame.world.services.get(query.database);
  if (database === undefined) throw new Error(`there is no database ${query.database}`);
  return yield* withPolicy(frame, database.name, query.policy, (resendCount) =>
    withConnection(frame, database.name, () => attempt(frame, query, database, resendCount)),
  );
}

function* attempt(
  frame: Frame,
  query: Query,
  database: RunningService,
  resendCount: number,
): Process<Failure | undefined> {
  const { world, operation, trace } = frame;
  const summary = summarize(query.text);
  const span = startChild(frame, {
    name: query.name ?? summary.summary,
    kind: SpanKind.CLIENT,
    instrumented: 'database',
    attributes: databaseAttributes({
      system: database.spec.database ?? 'other_sql',
      namespace: database.spec.databaseName,
      text: query.text,
      query: summary,
      peer: database.peer,
    }),
  });
  if (resendCount > 0) world.faults.retried(database.name, { trace, witness: span });
  world.recorder.retain(trace);
  const exchanged = exchange(frame, query, summary, database, span);
  const { timeoutNano } = query.policy;
  const failure = timeoutNano === undefined ? yield* exchanged : yield* withTimeout(frame, timeoutNano, exchanged);
  if (span !== undefined) {
    if (failure !== undefined) {
      span.attributes.set('error.type', failure.type);
      if (failure === TOO_MANY) span.attributes.set('db.response.status_code', failure.type);
      span.setError(failure.message);
    } else if (query.rows !== undefined) {
      span.attributes.set('db.response.returned_rows', BigInt(Math.round(draw(query.rows, operation.random))));
    }
    endSpan(world, operation.service, span);
  }
  world.recorder.release(trace, world.simulation.nowNano);
  return failure;
}

function* exchange(
  frame: Frame,
  query: Query,
  { summary }: QuerySummary,
  database: RunningService,
  span: OpenSpan | undefined,
): Process<Failure | undefined> {
  const { world, replica, trace, operation } = frame;
  const { counters } = database;
  const server = database.nextReplica();
  const at = { trace, witness: span };
  yield* transmit(world, replica, server, at);
  if (server.workers.queueLength >= database.spec.queue) {
    counters.refused++;
    return TOO_MANY;
  }
  const grant = server.workers.request();
  let failure: Failure | undefined;
  try {
    if (grant.isPending) {
      yield grant;
      const waitNano = world.simulation.nowNano - grant.requestedAtNano;
      if (waitNano > counters.maxQueueWaitNano) counters.maxQueueWaitNano = waitNano;
    }
    counters.handled++;
    const latencyNano = draw(query.latency ?? database.spec.latency, operation.random);
    const slowedNano =
      latencyNano * world.faults.slowdownAt(server, summary, at) + world.faults.addedDelayNano(server, summary, at);
    if (slowedNano > 0) yield slowedNano;
    failure = world.faults.failureOf(server, summary, at);
    if (failure !== undefined) counters.failures++;
  } finally {
    server.workers.release(grant);
  }
  yield* transmit(world, server, replica, at);
  return failure;
}
