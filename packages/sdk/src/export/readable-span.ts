import type { Attributes, HrTime, Link, SpanContext, SpanStatus, TraceState } from '@opentelemetry/api';
import {
  type Attributes as ModelAttributes,
  type AttributeValue,
  durationNano,
  isAttributes,
  type Resource,
  type Span,
  type SpanLink,
  StatusCode,
} from '@throughline/model';

import { parseTraceState } from '../propagation/trace-state.ts';
import { type ReadableResource, readableResource } from '../resource/readable-resource.ts';
import type { InstrumentationScope } from '../span/span-owner.ts';

export interface ReadableEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: Attributes;
  readonly droppedAttributesCount?: number;
}

/** The official SDK's `ReadableSpan`: what its exporters and processors get of a span that has ended. */
export interface ReadableSpan {
  readonly name: string;
  /** As the API counts: INTERNAL is 0. */
  readonly kind: number;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: ReadableEvent[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ReadableResource;
  readonly instrumentationScope: InstrumentationScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

const IS_REMOTE = 0x200;
const FLAGS_MASK = 0xff;

/**
 * Spans of one batch as the official SDK has them. Of the parent's context OTLP knows the id and whether it is remote;
 * its flags and trace state are taken to be the span's own.
 */
export function readableSpans(spans: readonly Span[]): ReadableSpan[] {
  const resources = new Map<Resource, ReadableResource>();
  return spans.map((span) => {
    let resource = resources.get(span.resource);
    if (resource === undefined) {
      const { attributes, schemaUrl } = span.resource;
      resource = readableResource({ attributes: attributesObject(attributes), schemaUrl });
      resources.set(span.resource, resource);
    }
    return readableSpan(span, resource);
  });
}

function readableSpan(span: Span, resource: ReadableResource): ReadableSpan {
  const { traceId, spanId, parentSpanId, flags, scope } = span;
  const traceFlags = flags & FLAGS_MASK;
  const traceState = traceStateOf(span.traceState);
  const context: SpanContext = { traceId, spanId, traceFlags, ...traceState };
  const isRemote = (flags & IS_REMOTE) !== 0;
  return {
    name: span.name,
    // OTLP counts kinds from 1.
    kind: Math.max(0, span.kind - 1),
    spanContext: () => context,
    ...(parentSpanId === ''
      ? {}
      : { parentSpanContext: { traceId, spanId: parentSpanId, traceFlags, isRemote, ...traceState } }),
    startTime: hrTimeOfNano(span.startTimeUnixNano),
    endTime: hrTimeOfNano(span.endTimeUnixNano),
    status: statusOf(span),
    attributes: attributesObject(span.attributes),
    links: span.links.map(linkOf),
    events: span.events.map(({ name, timeUnixNano, attributes, droppedAttributesCount }) => ({
      name,
      time: hrTimeOfNano(timeUnixNano),
      attributes: attributesObject(attributes),
      droppedAttributesCount,
    })),
    duration: hrTimeOfNano(durationNano(span)),
    ended: true,
    resource,
    instrumentationScope: {
      name: scope.name,
      ...(scope.version === '' ? {} : { version: scope.version }),
      ...(scope.schemaUrl === '' ? {} : { schemaUrl: scope.schemaUrl }),
    },
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

function statusOf({ status: { code, message } }: Span): SpanStatus {
  return code === StatusCode.ERROR && message !== '' ? { code, message } : { code };
}

function linkOf(link: SpanLink): Link {
  const { traceId, spanId, flags, attributes, droppedAttributesCount } = link;
  const isRemote = (flags & IS_REMOTE) !== 0;
  const context = { traceId, spanId, traceFlags: flags & FLAGS_MASK, isRemote, ...traceStateOf(link.traceState) };
  return { context, attributes: attributesObject(attributes), droppedAttributesCount };
}

function traceStateOf(text: string): { readonly traceState?: TraceState } {
  const traceState = text === '' ? undefined : parseTraceState(text);
  return traceState === undefined ? {} : { traceState };
}

function hrTimeOfNano(nano: bigint): HrTime {
  return [Number(nano / 1_000_000_000n), Number(nano % 1_000_000_000n)];
}

function attributesObject(attributes: ModelAttributes): Attributes {
  const object: Attributes = {};
  for (const [key, value] of attributes) {
    // As an own property, whatever the key (`__proto__`).
    Object.defineProperty(object, key, {
      value: plainValue(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function plainValue(value: AttributeValue): Attributes[string] {
  // Integers came from doubles, which they go back to without loss.
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  return isAttributes(value) ? attributesObject(value) : value.map(plainValue);
}
