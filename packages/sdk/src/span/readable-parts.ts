import type { Attributes, HrTime, Link, SpanContext } from '@opentelemetry/api';

import { type AttributeList, attributesObject, copyAttributes } from './attribute-list.ts';
import { type ClockAnchor, readTime } from './clock.ts';
import { textOf } from './text-of.ts';

export interface RecordedEvent {
  readonly name: string;
  readonly seconds: number;
  readonly nano: number;
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

export interface RecordedLink {
  readonly context: SpanContext;
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

/** A span's parts as they are recorded. */
export interface RecordedParts {
  readonly ended: boolean;
  readonly attributeList: AttributeList;
  readonly recordedEvents: readonly RecordedEvent[] | undefined;
  readonly recordedLinks: readonly RecordedLink[] | undefined;
}

export interface ReadableEvent {
  name: string;
  time: HrTime;
  attributes: Attributes;
  droppedAttributesCount?: number;
}

/** The same as the official SDK's processors and exporters read them. */
export interface ReadableParts {
  readonly attributes: Attributes;
  readonly events: ReadableEvent[];
  readonly links: Link[];
}

/** Only what a processor has asked for. */
const partsOfEnded = new WeakMap<RecordedParts, ReadableParts>();

/** Once a span has ended all processors get the same, so that one may change what the next exports. */
export function readableParts(span: RecordedParts): ReadableParts {
  const known = span.ended ? partsOfEnded.get(span) : undefined;
  if (known !== undefined) return known;
  const parts = {
    attributes: attributesObject(span.attributeList),
    events: (span.recordedEvents ?? []).map(readableEvent),
    links: (span.recordedLinks ?? []).map(readableLink),
  };
  if (span.ended) partsOfEnded.set(span, parts);
  return parts;
}

/** What processors have asked for of an ended span, and may have changed; undefined: nothing. */
export function partsAsked(span: RecordedParts): ReadableParts | undefined {
  return partsOfEnded.get(span);
}

/** As a processor has left it, who may have made it: its time is any that the API takes, or now. May throw. */
export function recordedEvent(event: ReadableEvent, anchor: ClockAnchor, nowMs: number): RecordedEvent {
  const { seconds, nano } = readTime(event.time, anchor, nowMs);
  const { attributes, droppedCount } = copyAttributes(event.attributes, Infinity, Infinity, true);
  return {
    name: textOf(event.name),
    seconds,
    nano,
    attributes,
    droppedCount: (event.droppedAttributesCount ?? 0) + droppedCount,
  };
}

function readableEvent({ name, seconds, nano, attributes, droppedCount }: RecordedEvent): ReadableEvent {
  return {
    name,
    time: [seconds, nano],
    attributes: attributesObject(attributes),
    droppedAttributesCount: droppedCount,
  };
}

function readableLink({ context, attributes, droppedCount }: RecordedLink): Link {
  return { context, attributes: attributesObject(attributes), droppedAttributesCount: droppedCount };
}
