import { type Context, defaultTextMapSetter } from '@opentelemetry/api';

import { textOf } from '../span/text-of.ts';
import { contextToInject } from './carried-context.ts';
import { traceContextPropagator } from './w3c-trace-context.ts';

export interface SqlCommentOptions {
  /** `sqlcommenter` (default): `traceparent='..'`; `ids`: `/*trace_id=..,span_id=..*` + `/`. */
  readonly style?: 'sqlcommenter' | 'ids';
  /** More keys for sqlcommenter, e.g. `action`, `framework`, `db_driver`. Empty values are left out. */
  readonly tags?: Readonly<Record<string, string>>;
}

const traceContext = traceContextPropagator();

/**
 * The statement with a comment that names the current span, before a closing semicolon. Unchanged when it is empty or
 * already holds a comment. Every statement gets its own text: do not use it where statements are prepared and cached by
 * their text. Source: sqlcommenter's specification (keys sorted, URL-encoded, values quoted).
 */
export function withSqlComment(context: Context, statement: string, options: SqlCommentOptions = {}): string {
  if (typeof statement !== 'string' || statement.trim() === '' || statement.includes('/*') || statement.includes('--'))
    return statement;
  const comment = options.style === 'ids' ? idsComment(context) : sqlcommenterComment(context, options.tags ?? {});
  if (comment === '') return statement;
  let end = statement.length;
  while (end > 0 && (statement[end - 1] === ';' || statement[end - 1]?.trim() === '')) end--;
  const tail = statement.slice(end).includes(';') ? ';' : '';
  return `${statement.slice(0, end)} /*${comment}*/${tail}`;
}

function idsComment(context: Context): string {
  const spanContext = contextToInject(context);
  return spanContext === undefined ? '' : `trace_id=${spanContext.traceId},span_id=${spanContext.spanId}`;
}

function sqlcommenterComment(context: Context, tags: Readonly<Record<string, string>>): string {
  const pairs: Record<string, string> = { ...tags };
  traceContext.inject(context, pairs, defaultTextMapSetter);
  return Object.keys(pairs)
    .filter((key) => key !== '' && textOf(pairs[key]) !== '')
    .map((key) => `${encoded(key)}='${encoded(textOf(pairs[key]))}'`)
    .sort()
    .join(',');
}

/**
 * URL-encoded, and the quote that this leaves escaped. `*` is encoded too, so that nothing can end the comment, and `!`:
 * MySQL executes a comment that begins with it.
 */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('*', '%2A')
    .replaceAll('!', '%21')
    .replaceAll("'", String.raw`\'`);
}
