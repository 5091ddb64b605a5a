import {
  type Attributes,
  type AttributeValue,
  diag,
  type Exception,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';

import { warnOnce } from '../helpers/tell-once.ts';
import { ATTRIBUTES, EXPORT, RECORDING, type Stopwatch } from '../overhead/stopwatch.ts';
import type { ReadableResource } from '../resource/readable-resource.ts';
import {
  type AttributeList,
  attributeListOf,
  copyAttributes,
  lengthBit,
  NO_ATTRIBUTES,
  placeOfKey,
} from './attribute-list.ts';
import { type ClockAnchor, elapsed, isTimeInput, readTime } from './clock.ts';
import { copyValue } from './copy-value.ts';
import { exceptionAttributes, linkOf, statusOf } from './given-parts.ts';
import {
  partsAsked,
  type ReadableEvent,
  readableParts,
  recordedEvent,
  type RecordedEvent,
  type RecordedLink,
} from './readable-parts.ts';
import type { EndedSpans, InstrumentationScope, SpanOwner } from './span-owner.ts';
import type { SpanProcessor } from './span-processor.ts';
import { textOf } from './text-of.ts';
import type { UnrecordedSpan } from './unrecorded-span.ts';

const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });

interface DroppedCounts {
  attributes: number;
  events: number;
  links: number;
}

/** States of a span. A greater number is a span that is open and timed, and stands for so many spans. */
const ENDED = -1;
/** Processors are in `onEnding`: all but `end` has its effect. */
const ENDING = -2;
const OPEN = 0;
/** Spans of which a processor's `onEnding` changes something just now: they are open for it. */
const changedWhileEnding = new WeakSet<RecordingSpan>();

type TimedCall = 'setAttribute' | 'setAttributes' | 'addEvent' | 'addLink' | 'setStatus' | 'recordException' | 'end';

/** A span that records. After `end` it changes no more and every mutator is without effect. */
export class RecordingSpan implements Span {
  // Declared, not defined: defining a field stores `undefined` first, which costs its number representation.
  declare name: string;
  declare readonly kind: number;
  /** Of another kind than a property so that it is made when it is asked for; see below. */
  declare readonly parentSpanContext?: SpanContext;
  declare readonly identity: UnrecordedSpan;
  /** By its ids alone: a span that has ended is not kept alive by its children. */
  declare readonly parent: UnrecordedSpan | undefined;
  declare readonly anchor: ClockAnchor;
  declare readonly startSeconds: number;
  declare readonly startNano: number;
  endSeconds = 0;
  endNano = 0;
  private state = OPEN;
  status: SpanStatus = UNSET;
  /** Made when something is dropped. */
  private dropped: DroppedCounts | undefined = undefined;
  attributeList: AttributeList = NO_ATTRIBUTES;
  /** Of the list, as far as it is filled. */
  private attributeEnd = 0;
  /** `lengthBit` of all keys. */
  private keyLengths = 0;
  recordedEvents: RecordedEvent[] | undefined = undefined;
  recordedLinks: RecordedLink[] | undefined = undefined;
  declare readonly owner: SpanOwner;

  private constructor(
    owner: SpanOwner,
    identity: UnrecordedSpan,
    parent: UnrecordedSpan | undefined,
    name: string,
    kind: number,
    anchor: ClockAnchor,
    startSeconds: number,
    startNano: number,
  ) {
    this.owner = owner;
    this.identity = identity;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.anchor = anchor;
    this.startSeconds = startSeconds;
    this.startNano = startNano;
  }

  /** `nowMs` is that of the monotonic clock. */
  static start(
    owner: SpanOwner,
    identity: UnrecordedSpan,
    parent: UnrecordedSpan | undefined,
    name: string,
    kind: number,
    anchor: ClockAnchor,
    startTime: TimeInput | undefined,
    nowMs: number,
  ): RecordingSpan {
    // Not by the constructor: where that does more than assign, the compiler calls it instead of allocating in place.
    const { seconds, nano } = readTime(startTime, anchor, nowMs);
    return new RecordingSpan(owner, identity, parent, textOf(name), kind, anchor, seconds, nano);
  }

  spanContext(): SpanContext {
    return this.identity.spanContext();
  }

  /** Those of the options, once, before anything else is set; `invalidCount` more were left out before. */
  setFirstAttributes(attributes: Readonly<Attributes>, invalidCount: number): void {
    const { attributeCountLimit, attributeValueLengthLimit } = this.owner.provider.limits;
    const copy = copyAttributes(attributes, attributeCountLimit, attributeValueLengthLimit);
    this.attributeList = copy.attributes;
    this.attributeEnd = copy.length;
    this.keyLengths = copy.keyLengths;
    const droppedCount = copy.droppedCount + invalidCount;
    if (droppedCount > 0) this.droppedCounts().attributes = droppedCount;
  }

  isRecording(): boolean {
    return this.state !== ENDED;
  }

  get ended(): boolean {
    return this.state === ENDED;
  }

  /** The span stands for `weight` spans whose cost is to be known. */
  timeFromNow(weight: number): void {
    if (this.state === OPEN) this.state = weight;
  }

  /** The way of a call where the span is not simply open: a timed one makes it again meanwhile open, an ended one does not. */
  private aside<Call extends TimedCall>(part: number, call: Call, ...values: Parameters<RecordingSpan[Call]>): this {
    const { state } = this;
    const { meter } = this.owner.provider;
    if (state === ENDING) return this.whileEnding(call, values);
    if (state === ENDED || meter === undefined) return this;
    this.state = OPEN;
    const isTimed = meter.beginLater(state, part);
    try {
      Reflect.apply(this[call], this, values);
    } finally {
      if (isTimed) meter.end();
      if (this.ended) meter.countContents(state, this.attributeEnd / 2, this.recordedEvents?.length ?? 0);
      else this.state = state;
    }
    return this;
  }

  private whileEnding<Call extends TimedCall>(call: Call, values: Parameters<RecordingSpan[Call]>): this {
    if (call === 'end') return this;
    const { endSeconds, endNano } = this;
    this.state = OPEN;
    changedWhileEnding.add(this);
    try {
      Reflect.apply(this[call], this, values);
    } finally {
      changedWhileEnding.delete(this);
      this.state = ENDING;
      this.endSeconds = endSeconds;
      this.endNano = endNano;
    }
    return this;
  }

  /** Tells it once of each `what`. */
  private leaveOut(what: string, ...detail: unknown[]): this {
    warnOnce(this.owner.provider, `a span leaves out ${what}`, ...detail);
    return this;
  }

  /** Apart from `setAttribute`, which is to be small enough for being compiled into its callers. */
  private leaveOutAttribute(key: string, value: AttributeValue): this {
    // Not there is not wrong.
    if (value === undefined) return this;
    if (typeof key !== 'string' || key === '') return this.leaveOut('an attribute without a key');
    const { attributeList, attributeEnd } = this;
    // Beyond the limit its value does not matter.
    const isNew = placeOfKey(attributeList, key) === attributeEnd;
    if (isNew && attributeEnd >= 2 * this.owner.provider.limits.attributeCountLimit) this.droppedCounts().attributes++;
    return this.leaveOut('an attribute whose value is of no type that attributes have', key);
  }

  setAttribute(key: string, value: AttributeValue): this {
    if (this.state !== OPEN) return this.aside(ATTRIBUTES, 'setAttribute', key, value);
    const { attributeCountLimit, attributeValueLengthLimit } = this.owner.provider.limits;
    const copy = typeof key === 'string' && key !== '' ? copyValue(value, attributeValueLengthLimit) : undefined;
    if (copy === undefined) return this.leaveOutAttribute(key, value);
    const { attributeList, attributeEnd } = this;
    const bit = lengthBit(key);
    const place = (this.keyLengths & bit) === 0 ? attributeEnd : placeOfKey(attributeList, key);
    const isNew = place === attributeEnd;
    if (isNew && place >= 2 * attributeCountLimit) {
      this.droppedCounts().attributes++;
      return this;
    }
    if (isNew) {
      this.attributeEnd = place + 2;
      this.keyLengths |= bit;
      if (place === 0) {
        this.attributeList = attributeListOf(key, copy);
        return this;
      }
      attributeList[place] = key;
    }
    attributeList[place + 1] = copy;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    if (this.state !== OPEN) return this.aside(ATTRIBUTES, 'setAttributes', attributes);
    if (typeof attributes !== 'object' || attributes === null) return this;
    try {
      for (const key in attributes)
        if (Object.prototype.hasOwnProperty.call(attributes, key)) this.setAttribute(key, attributes[key]);
    } catch (error) {
      this.leaveOut('attributes that cannot be read', error);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.state !== OPEN) return this.aside(RECORDING, 'addEvent', name, attributesOrTime, time);
    const { limits, clock } = this.owner.provider;
    if (limits.eventCountLimit === 0) {
      this.droppedCounts().events++;
      return this;
    }
    this.recordedEvents ??= [];
    if (this.recordedEvents.length >= limits.eventCountLimit) {
      this.recordedEvents.shift();
      this.droppedCounts().events++;
    }
    const timeFirst = isTimeInput(attributesOrTime);
    const { attributes, droppedCount } = copyAttributes(
      timeFirst ? undefined : attributesOrTime,
      limits.attributePerEventCountLimit,
      limits.attributeValueLengthLimit,
      true,
    );
    const at = timeFirst && !isTimeInput(time) ? attributesOrTime : time;
    const { seconds, nano } = readTime(at, this.anchor, clock.monotonicMs());
    this.recordedEvents.push({ name: textOf(name), seconds, nano, attributes, droppedCount });
    return this;
  }

  addLink(link: Link): this {
    if (this.state !== OPEN) return this.aside(RECORDING, 'addLink', link);
    const { provider } = this.owner;
    const { limits } = provider;
    const given = linkOf(link, provider);
    if (limits.linkCountLimit === 0 || given === undefined) {
      this.droppedCounts().links++;
      return given === undefined ? this.leaveOut('a link that is none') : this;
    }
    this.recordedLinks ??= [];
    if (this.recordedLinks.length >= limits.linkCountLimit) {
      this.recordedLinks.shift();
      this.droppedCounts().links++;
    }
    const { attributes, droppedCount } = copyAttributes(
      given.attributes,
      limits.attributePerLinkCountLimit,
      limits.attributeValueLengthLimit,
    );
    this.recordedLinks.push({ context: given.context, attributes, droppedCount });
    return this;
  }

  addLinks(links: Link[]): this {
    try {
      if (Array.isArray(links)) for (const link of links) this.addLink(link);
    } catch (error) {
      this.leaveOut('links that cannot be read', error);
    }
    return this;
  }

  /** OK is final, UNSET is ignored, and only ERROR has a message. */
  setStatus(status: SpanStatus): this {
    if (this.state !== OPEN) return this.aside(RECORDING, 'setStatus', status);
    const given = statusOf(status, this.owner.provider);
    if (given === undefined) return this.leaveOut('a status that is none');
    if (given.code !== SpanStatusCode.UNSET && this.status.code !== SpanStatusCode.OK) this.status = given;
    return this;
  }

  updateName(name: string): this {
    if (this.state !== ENDED) this.name = textOf(name);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    if (this.state !== OPEN) {
      this.aside(RECORDING, 'recordException', exception, time);
      return;
    }
    const attributes = exceptionAttributes(exception, this.owner.provider);
    if (attributes === undefined) this.leaveOut('an exception without a type and a message');
    else this.addEvent('exception', attributes, time);
  }

  end(time?: TimeInput): void {
    if (this.state !== OPEN) {
      this.aside(RECORDING, 'end', time);
      return;
    }
    const { provider } = this.owner;
    const { processors } = provider;
    const { seconds, nano } = readTime(time, this.anchor, provider.clock.monotonicMs());
    const isEarly = seconds < this.startSeconds || (seconds === this.startSeconds && nano < this.startNano);
    this.endSeconds = isEarly ? this.startSeconds : seconds;
    this.endNano = isEarly ? this.startNano : nano;
    if (processors.length > 0 && !this.tellProcessors(processors)) return;
    this.state = ENDED;
    const { sampled } = this.identity;
    if (provider.ended === undefined || !sampled) provider.meter?.countUnqueuedEnd(sampled);
    else if (provider.watch.isRunning) this.addTimed(provider.watch, provider.ended);
    else provider.ended.add(this);
  }

  /**
   * Before it is encoded: what they change of attributes and events is what is exported. The specification has `onEnd` only
   * read them; many a processor of the official SDK takes secrets out there nevertheless. False: they are being told
   * already, and something that they had the span read has ended it again.
   */
  private tellProcessors(processors: readonly SpanProcessor[]): boolean {
    if (changedWhileEnding.has(this)) return false;
    this.state = ENDING;
    for (const processor of processors) processor.onEnding?.(this);
    this.state = ENDED;
    for (const processor of processors) processor.onEnd(this);
    const parts = partsAsked(this);
    if (parts === undefined) return true;
    const { attributes, length } = copyAttributes(parts.attributes, Infinity, Infinity);
    this.attributeList = attributes;
    this.attributeEnd = length;
    const nowMs = this.owner.provider.clock.monotonicMs();
    const events = parts.events.flatMap((event) => {
      try {
        return [recordedEvent(event, this.anchor, nowMs)];
      } catch (error) {
        this.leaveOut('an event that a processor has made, as it cannot be read', error);
        return [];
      }
    });
    if (events.length > 0 || this.recordedEvents !== undefined) this.recordedEvents = events;
    return true;
  }

  private addTimed(watch: Stopwatch, ended: EndedSpans): void {
    const before = watch.switchTo(EXPORT);
    ended.add(this);
    watch.switchTo(before);
  }

  private droppedCounts(): DroppedCounts {
    if (this.dropped === undefined) {
      this.dropped = { attributes: 0, events: 0, links: 0 };
      diag.debug(`the span ${this.name} loses attributes, events or links that are invalid or above its limits`);
    }
    return this.dropped;
  }

  get droppedAttributesCount(): number {
    return this.dropped?.attributes ?? 0;
  }

  get droppedEventsCount(): number {
    return this.dropped?.events ?? 0;
  }

  get droppedLinksCount(): number {
    return this.dropped?.links ?? 0;
  }

  get startTime(): HrTime {
    return [this.startSeconds, this.startNano];
  }

  get endTime(): HrTime {
    return [this.endSeconds, this.endNano];
  }

  get duration(): HrTime {
    return this.ended ? elapsed(this.startTime, this.endTime) : [-1, -1];
  }

  get attributes(): Attributes {
    return readableParts(this).attributes;
  }

  get events(): ReadableEvent[] {
    return readableParts(this).events;
  }

  get links(): Link[] {
    return readableParts(this).links;
  }

  get resource(): ReadableResource {
    return this.owner.provider.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.owner.scope;
  }
}

// The official type has an optional property, which an accessor of a class cannot be.
Object.defineProperty(RecordingSpan.prototype, 'parentSpanContext', {
  configurable: true,
  get(this: RecordingSpan): SpanContext | undefined {
    return this.parent?.spanContext();
  },
});
