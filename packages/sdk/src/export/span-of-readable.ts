import type { Attributes, HrTime, SpanContext } from '@opentelemetry/api';
import {
  type Attributes as ModelAttributes,
  type AttributeValue,
  emptyAttributes,
  type InstrumentationScope,
  normalizeSpanId,
  normalizeTraceId,
  type Resource,
  type Span,
  type SpanEvent,
  SpanKind,
  type SpanLink,
  StatusCode,
} from '@throughline/model';

import { traceStateText } from '../propagation/trace-state.ts';
import { copyValue, type RecordedValue } from '../span/copy-value.ts';
import type { ReadableEvent, ReadableSpan } from './readable-span.ts';

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const FLAGS_MASK = 0xff;

const NO_RESOURCE: Resource = { attributes: emptyAttributes, droppedAttributesCount: 0, schemaUrl: '' };
const NO_SCOPE: InstrumentationScope = {
  name: '',
  version: '',
  attributes: emptyAttributes,
  droppedAttributesCount: 0,
  schemaUrl: '',
};

const KINDS: readonly SpanKind[] = [
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
];

/** By the API's numbers, which are OTLP's. */
const STATUS_CODES: readonly StatusCode[] = [StatusCode.UNSET, StatusCode.OK, StatusCode.ERROR];

/** A span of the official SDK as the model has it, but for its resource, its scope and its weight. */
export function spanOfReadable(span: ReadableSpan): Span {
  const context = span.spanContext();
  const { traceId, spanId, traceFlags } = context;
  return {
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId ?? '',
    traceState: traceStateText(context),
    flags: flagsOf(traceFlags, span.parentSpanContext),
    name: span.name,
    kind: KINDS[span.kind] ?? SpanKind.UNSPECIFIED,
    startTimeUnixNano: nanoOf(span.startTime),
    endTimeUnixNano: nanoOf(span.endTime),
    attributes: modelAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(eventOf),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(linkOf),
    droppedLinksCount: span.droppedLinksCount,
    status: {
      code: STATUS_CODES[span.status.code] ?? StatusCode.UNSET,
      message: span.status.message ?? '',
    },
    resource: NO_RESOURCE,
    scope: NO_SCOPE,
    weight: 1,
  };
}

function eventOf({ name, time, attributes, droppedAttributesCount = 0 }: ReadableEvent): SpanEvent {
  return { name, timeUnixNano: nanoOf(time), attributes: modelAttributes(attributes), droppedAttributesCount };
}

function linkOf({ context, attributes, droppedAttributesCount = 0 }: ReadableSpan['links'][number]): SpanLink {
  return {
    traceId: normalizeTraceId(context.traceId) ?? '',
    spanId: normalizeSpanId(context.spanId) ?? '',
    traceState: traceStateText(context),
    flags: flagsOf(context.traceFlags, context),
    attributes: modelAttributes(attributes),
    droppedAttributesCount,
  };
}

function flagsOf(traceFlags: number, remoteIf: SpanContext | undefined): number {
  return (traceFlags & FLAGS_MASK) | HAS_IS_REMOTE | (remoteIf?.isRemote === true ? IS_REMOTE : 0);
}

function nanoOf([seconds, nano]: HrTime): bigint {
  return BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nano));
}

function modelAttributes(attributes: Attributes | undefined): ModelAttributes {
  const map = new Map<string, AttributeValue>();
  for (const [key, value] of Object.entries(attributes ?? {})) {
    const copy = copyValue(value, Infinity);
    if (copy !== undefined) map.set(key, modelValue(copy));
  }
  return map;
}

function modelValue(value: RecordedValue): AttributeValue {
  if (typeof value === 'number') {
    return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : value;
  }
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  // `isArray` forgets what a readonly list holds.
  if (Array.isArray(value)) return (value as readonly RecordedValue[]).map(modelValue);
  return new Map(Object.entries(value).map(([key, member]) => [key, modelValue(member)]));
}
