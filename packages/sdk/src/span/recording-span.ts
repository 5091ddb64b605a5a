import {
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';

import type { ReadableResource } from '../resource/readable-resource.ts';
import { type AttributeList, attributesObject, copyAttributes, indexOfKey } from './attribute-list.ts';
import { type ClockAnchor, elapsed, hrTimeOf, isTimeInput } from './clock.ts';
import { copyValue } from './copy-value.ts';
import type { SpanIds } from './span-ids.ts';
import type { InstrumentationScope, SpanOwner } from './span-owner.ts';

export interface RecordedEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

export interface RecordedLink {
  readonly context: SpanContext;
  readonly attributes: AttributeList;
  readonly droppedCount: number;
}

export interface SpanStart {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanContext: SpanContext | undefined;
  readonly anchor: ClockAnchor;
  readonly startTime: TimeInput | undefined;
  readonly attributes: AttributeList;
  readonly droppedAttributesCount: number;
}

/** A span that records. After `end` it changes no more and every mutator is without effect. */
export class RecordingSpan implements Span {
  name: string;
  readonly kind: number;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  endTime: HrTime = [0, 0];
  ended = false;
  status: SpanStatus = { code: SpanStatusCode.UNSET };
  droppedAttributesCount: number;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  readonly ids: SpanIds;
  readonly anchor: ClockAnchor;
  readonly attributeList: AttributeList;
  recordedEvents: RecordedEvent[] | undefined = undefined;
  recordedLinks: RecordedLink[] | undefined = undefined;
  private readonly owner: SpanOwner;

  constructor(owner: SpanOwner, ids: SpanIds, start: SpanStart) {
    this.owner = owner;
    this.ids = ids;
    this.name = start.name;
    this.kind = start.kind;
    if (start.parentSpanContext !== undefined) this.parentSpanContext = start.parentSpanContext;
    this.anchor = start.anchor;
    this.startTime = hrTimeOf(start.startTime, owner.provider.clock, start.anchor);
    this.attributeList = start.attributes;
    this.droppedAttributesCount = start.droppedAttributesCount;
  }

  spanContext(): SpanContext {
    return this.ids.context();
  }

  isRecording(): boolean {
    return !this.ended;
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.ended || value === undefined || key === '') return this;
    const { attributeCountLimit, attributeValueLengthLimit } = this.owner.provider.limits;
    const list = this.attributeList;
    const index = indexOfKey(list, key);
    if (index < 0 && list.length >= 2 * attributeCountLimit) {
      this.droppedAttributesCount++;
      return this;
    }
    const copy = copyValue(value, attributeValueLengthLimit);
    if (copy === undefined) return this;
    if (index < 0) list.push(key, copy);
    else list[index + 1] = copy;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const key in attributes) if (Object.hasOwn(attributes, key)) this.setAttribute(key, attributes[key]);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.ended) return this;
    const { limits, clock } = this.owner.provider;
    if (limits.eventCountLimit === 0) {
      this.droppedEventsCount++;
      return this;
    }
    this.recordedEvents ??= [];
    if (this.recordedEvents.length >= limits.eventCountLimit) {
      this.recordedEvents.shift();
      this.droppedEventsCount++;
    }
    const timeFirst = isTimeInput(attributesOrTime);
    const { attributes, droppedCount } = copyAttributes(
      timeFirst ? undefined : attributesOrTime,
      limits.attributePerEventCountLimit,
      limits.attributeValueLengthLimit,
      true,
    );
    const at = timeFirst && !isTimeInput(time) ? attributesOrTime : time;
    this.recordedEvents.push({ name, time: hrTimeOf(at, clock, this.anchor), attributes, droppedCount });
    return this;
  }

  addLink(link: Link): this {
    if (this.ended) return this;
    const { limits } = this.owner.provider;
    if (limits.linkCountLimit === 0) {
      this.droppedLinksCount++;
      return this;
    }
    this.recordedLinks ??= [];
    if (this.recordedLinks.length >= limits.linkCountLimit) {
      this.recordedLinks.shift();
      this.droppedLinksCount++;
    }
    const { attributes, droppedCount } = copyAttributes(
      link.attributes,
      limits.attributePerLinkCountLimit,
      limits.attributeValueLengthLimit,
    );
    this.recordedLinks.push({ context: link.context, attributes, droppedCount });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  /** OK is final, UNSET is ignored, and only ERROR has a message. */
  setStatus(status: SpanStatus): this {
    if (this.ended || status.code === SpanStatusCode.UNSET || this.status.code === SpanStatusCode.OK) return this;
    this.status =
      status.code === SpanStatusCode.ERROR && typeof status.message === 'string'
        ? { code: status.code, message: status.message }
        : { code: status.code };
    return this;
  }

  updateName(name: string): this {
    if (!this.ended) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes: Attributes = {};
    if (typeof exception === 'string') attributes['exception.message'] = exception;
    else if (typeof exception === 'object' && exception !== null) {
      if (exception.code) attributes['exception.type'] = exception.code.toString();
      else if (exception.name) attributes['exception.type'] = exception.name;
      if (exception.message) attributes['exception.message'] = exception.message;
      if (exception.stack) attributes['exception.stacktrace'] = exception.stack;
    }
    if (attributes['exception.type'] || attributes['exception.message']) this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    if (this.ended) return;
    const { provider } = this.owner;
    const endTime = hrTimeOf(time, provider.clock, this.anchor);
    const [seconds, nano] = this.startTime;
    const early = endTime[0] < seconds || (endTime[0] === seconds && endTime[1] < nano);
    this.endTime = early ? [seconds, nano] : endTime;
    for (const processor of provider.processors) processor.onEnding?.(this);
    this.ended = true;
    if (provider.ended !== undefined && this.ids.sampled) provider.ended.add(this);
    for (const processor of provider.processors) processor.onEnd(this);
  }

  get duration(): HrTime {
    return this.ended ? elapsed(this.startTime, this.endTime) : [-1, -1];
  }

  get attributes(): Attributes {
    return attributesObject(this.attributeList);
  }

  get events(): { name: string; time: HrTime; attributes: Attributes; droppedAttributesCount: number }[] {
    return (this.recordedEvents ?? []).map(({ name, time, attributes, droppedCount }) => ({
      name,
      time,
      attributes: attributesObject(attributes),
      droppedAttributesCount: droppedCount,
    }));
  }

  get links(): Link[] {
    return (this.recordedLinks ?? []).map(({ context, attributes, droppedCount }) => ({
      context,
      attributes: attributesObject(attributes),
      droppedAttributesCount: droppedCount,
    }));
  }

  get resource(): ReadableResource {
    return this.owner.provider.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.owner.scope;
  }
}
