import type { Attributes, Exception, Link, SpanStatus } from '@opentelemetry/api';

import { textOf } from './text-of.ts';

/*
 * What applications give a span to record. They may be written in JavaScript: the API's types are what they should give.
 */

export function isLink(link: unknown): link is Link {
  if (typeof link !== 'object' || link === null || !('context' in link)) return false;
  const { context } = link;
  if (typeof context !== 'object' || context === null) return false;
  return (
    typeof Reflect.get(context, 'traceId') === 'string' &&
    typeof Reflect.get(context, 'spanId') === 'string' &&
    isTraceState(Reflect.get(context, 'traceState'))
  );
}

function isTraceState(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && 'serialize' in value);
}

export function isStatus(status: unknown): status is SpanStatus {
  return typeof status === 'object' && status !== null && 'code' in status;
}

/** Of its event, `exception.*`; undefined if it says neither its type nor a message. */
export function exceptionAttributes(exception: Exception): Attributes | undefined {
  const attributes: Attributes = {};
  if (typeof exception === 'string') attributes['exception.message'] = exception;
  else if (typeof exception === 'object' && exception !== null) {
    if (exception.code) attributes['exception.type'] = textOf(exception.code);
    else if (exception.name) attributes['exception.type'] = exception.name;
    if (exception.message) attributes['exception.message'] = exception.message;
    if (exception.stack) attributes['exception.stacktrace'] = exception.stack;
  }
  return attributes['exception.type'] || attributes['exception.message'] ? attributes : undefined;
}
