import { type Attributes, type Exception, type Link, type SpanStatus, SpanStatusCode } from '@opentelemetry/api';

import { warnOnce } from '../helpers/tell-once.ts';
import { textOf } from './text-of.ts';

/*
 * What applications give a span to record. They may be written in JavaScript: the API's types are what they should give,
 * and reading it may throw. What cannot be read is left out, which is told once for each `part`.
 */

/** Undefined for what is no link. */
export function linkOf(link: Link, part: object): Link | undefined {
  if (typeof link !== 'object' || link === null) return undefined;
  const context = read(link, 'context', part);
  if (typeof context !== 'object' || context === null) return undefined;
  if (typeof read(context, 'traceId', part) !== 'string' || typeof read(context, 'spanId', part) !== 'string')
    return undefined;
  const attributes = read(link, 'attributes', part);
  return attributes === undefined ? { context } : { context, attributes };
}

/** Undefined for what is no status. Only ERROR has a message. */
export function statusOf(status: SpanStatus, part: object): SpanStatus | undefined {
  if (typeof status !== 'object' || status === null) return undefined;
  const code = read(status, 'code', part);
  if (typeof code !== 'number') return undefined;
  const message = code === SpanStatusCode.ERROR ? read(status, 'message', part) : undefined;
  return typeof message === 'string' ? { code, message } : { code };
}

/** Of its event, `exception.*`; undefined if it says neither its type nor a message. */
export function exceptionAttributes(exception: Exception, part: object): Attributes | undefined {
  const attributes: Attributes = {};
  if (typeof exception === 'string') attributes['exception.message'] = exception;
  else if (typeof exception === 'object' && exception !== null) {
    const code = read(exception, 'code', part);
    const type = code ? textOf(code) : read(exception, 'name', part);
    const message = read(exception, 'message', part);
    const stack = read(exception, 'stack', part);
    if (type) attributes['exception.type'] = type;
    if (message) attributes['exception.message'] = message;
    if (stack) attributes['exception.stacktrace'] = stack;
  }
  return attributes['exception.type'] || attributes['exception.message'] ? attributes : undefined;
}

function read<Given extends object, Key extends keyof Given>(
  given: Given,
  key: Key,
  part: object,
): Given[Key] | undefined {
  try {
    return given[key];
  } catch (error) {
    warnOnce(part, 'a span leaves out what cannot be read', error);
    return undefined;
  }
}
