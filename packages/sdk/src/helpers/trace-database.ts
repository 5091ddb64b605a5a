import { type Attributes, context, type Span, SpanKind } from '@opentelemetry/api';
import { withSqlComment } from '../propagation/sql-comment.ts';
import { runningTracing } from '../start/running-tracing.ts';
import { withSpan } from './with-span.ts';

export interface DatabaseCall {
  /** `db.system.name`, e.g. `postgresql`. */
  readonly system?: string;
  /** `db.query.text`: with placeholders, never with values in it. Cut at 4,096 characters. */
  readonly statement?: string;
  /** `db.operation.name`, e.g. `SELECT`; default: the statement's first word. */
  readonly operation?: string;
  /** `db.collection.name`: the table or collection. */
  readonly collection?: string;
  /** `db.namespace`: the database. */
  readonly namespace?: string;
  readonly attributes?: Attributes;
}

const MAX_STATEMENT_LENGTH = 4096;

/**
 * Runs a database call in a CLIENT span `database.query` with the stable `db.*` attributes. Text alone is the statement.
 * `fn` gets the statement to send: with the comment that `propagation.database` asks for while `startTracing` has tracing
 * running, else as it was given ('' without one).
 */
export function traceDatabase<R>(call: string | DatabaseCall, fn: (span: Span, statement: string) => R): R {
  const described: DatabaseCall = typeof call === 'string' ? { statement: call } : call;
  const attributes: Attributes = { ...described.attributes };
  const { statement } = described;
  const operation =
    described.operation ?? (statement === undefined ? undefined : /^\s*([A-Za-z]+)/.exec(statement)?.[1]);
  if (described.system !== undefined) attributes['db.system.name'] = described.system;
  if (statement !== undefined) attributes['db.query.text'] = statement.slice(0, MAX_STATEMENT_LENGTH);
  if (operation !== undefined) attributes['db.operation.name'] = operation.toUpperCase();
  if (described.collection !== undefined) attributes['db.collection.name'] = described.collection;
  if (described.namespace !== undefined) attributes['db.namespace'] = described.namespace;
  return withSpan('database.query', { kind: SpanKind.CLIENT, attributes }, (span) => fn(span, commented(statement)));
}

function commented(statement = ''): string {
  const style = runningTracing()?.config.propagation.database ?? 'off';
  if (style === 'off') return statement;
  return withSqlComment(context.active(), statement, { style: style === 'trace_id' ? 'ids' : 'sqlcommenter' });
}
