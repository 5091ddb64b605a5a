import {
  type Attributes,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type TextMapGetter,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { runningTracing } from '../start/running-tracing.ts';
import { type ContextCarrying, extractWith, injectWith } from './carry-context.ts';
import { withSpan } from './with-span.ts';

export interface MessagingTarget {
  /** `messaging.destination.name`: topic, queue, or exchange. */
  readonly destination: string;
  /** `messaging.system`, e.g. `kafka`, `rabbitmq`. */
  readonly system?: string;
  readonly attributes?: Attributes;
}

export interface MessagePublish<C extends object> extends MessagingTarget {
  /** The message's headers, into which the context is written; default: a new object. */
  readonly carrier?: C;
  readonly setter?: TextMapSetter<C>;
}

export interface MessageProcess<C extends object> extends MessagingTarget {
  /** The message's headers. */
  readonly carrier: C | undefined;
  readonly getter?: TextMapGetter<C>;
}

export interface MessageBatch<C extends object> extends MessagingTarget {
  /** The headers of each message; `undefined` for one without. */
  readonly carriers: readonly (C | undefined)[];
  readonly getter?: TextMapGetter<C>;
}

/** What `propagation.messaging` says while `startTracing` has tracing running, else the registered propagator. */
function messagePropagation(): ContextCarrying {
  return runningTracing()?.propagators.messaging ?? propagation;
}

function attributesOf(target: MessagingTarget, name: 'send' | 'process'): Attributes {
  const attributes: Attributes = { ...target.attributes };
  if (target.system !== undefined) attributes['messaging.system'] = target.system;
  attributes['messaging.destination.name'] = target.destination;
  attributes['messaging.operation.name'] = name;
  attributes['messaging.operation.type'] = name;
  return attributes;
}

/**
 * Runs `fn` in a PRODUCER span `send <destination>` and hands it the message's headers with the span's context in them.
 */
export function traceMessagePublish<R, C extends object = Record<string, unknown>>(
  message: MessagePublish<C>,
  fn: (carrier: C, span: Span) => R,
): R {
  const options = { kind: SpanKind.PRODUCER, attributes: attributesOf(message, 'send') };
  return withSpan(`send ${message.destination}`, options, (span) =>
    fn(injectWith(messagePropagation(), message.carrier, context.active(), message.setter), span),
  );
}

/**
 * Runs `fn` in a CONSUMER span `process <destination>` that continues the trace of the message's sender. A message without
 * a context is processed in the active one.
 */
export function traceMessageProcess<R, C extends object = Record<string, unknown>>(
  message: MessageProcess<C>,
  fn: (span: Span) => R,
): R {
  const parent = extractWith(messagePropagation(), message.carrier, context.active(), message.getter);
  const options = { kind: SpanKind.CONSUMER, attributes: attributesOf(message, 'process'), parent };
  return withSpan(`process ${message.destination}`, options, fn);
}

/**
 * Runs `fn` in one CONSUMER span `process <destination>` for several messages, with a link to the sender of each: a span
 * has one parent, and the messages may come from many traces.
 */
export function traceMessageBatch<R, C extends object = Record<string, unknown>>(
  batch: MessageBatch<C>,
  fn: (span: Span) => R,
): R {
  const links: Link[] = [];
  const by = messagePropagation();
  for (const carrier of batch.carriers) {
    const sender = trace.getSpanContext(extractWith(by, carrier, ROOT_CONTEXT, batch.getter));
    if (sender !== undefined && trace.isSpanContextValid(sender)) links.push({ context: sender });
  }
  const attributes = attributesOf(batch, 'process');
  attributes['messaging.batch.message_count'] = batch.carriers.length;
  return withSpan(`process ${batch.destination}`, { kind: SpanKind.CONSUMER, attributes, links }, fn);
}
