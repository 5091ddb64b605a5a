import {
  type AttributeValue,
  emptyAttributes,
  type InstrumentationScope,
  type Resource,
  type Span,
  type SpanEvent,
  type SpanKind,
  type SpanLink,
  StatusCode,
} from '@throughline/model';
import type { TraceRecord } from './trace-record.ts';

/** Reads a host's clock. */
export interface Clock {
  /** What it shows at a true instant, both in nanoseconds since the simulation's start. */
  shownNano(trueNano: number): number;
}

const noEvents: readonly SpanEvent[] = [];
const noLinks: readonly SpanLink[] = [];

/** A span between its start and its end, as its process sees it. */
export class OpenSpan {
  readonly trace: TraceRecord;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** W3C flags, and whether the parent is of another process. */
  readonly flags: number;
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Map<string, AttributeValue>;
  readonly startNano: number;
  readonly resource: Resource;
  readonly scope: InstrumentationScope;
  readonly clock: Clock;
  readonly #epochNano: bigint;
  #events: SpanEvent[] | undefined;
  #links: SpanLink[] | undefined;
  #statusCode: StatusCode = StatusCode.UNSET;
  #statusMessage = '';

  constructor(options: {
    readonly trace: TraceRecord;
    readonly spanId: string;
    readonly parentSpanId: string;
    readonly flags: number;
    readonly name: string;
    readonly kind: SpanKind;
    readonly attributes: Map<string, AttributeValue>;
    readonly startNano: number;
    readonly resource: Resource;
    readonly scope: InstrumentationScope;
    readonly clock: Clock;
    readonly epochNano: bigint;
  }) {
    this.trace = options.trace;
    this.spanId = options.spanId;
    this.parentSpanId = options.parentSpanId;
    this.flags = options.flags;
    this.name = options.name;
    this.kind = options.kind;
    this.attributes = options.attributes;
    this.startNano = options.startNano;
    this.resource = options.resource;
    this.scope = options.scope;
    this.clock = options.clock;
    this.#epochNano = options.epochNano;
  }

  get isError(): boolean {
    return this.#statusCode === StatusCode.ERROR;
  }

  setError(message: string): void {
    this.#statusCode = StatusCode.ERROR;
    this.#statusMessage = message;
  }

  addEvent(name: string, atNano: number, attributes: ReadonlyMap<string, AttributeValue>): void {
    (this.#events ??= []).push({ name, timeUnixNano: this.#unixNano(atNano), attributes, droppedAttributesCount: 0 });
  }

  addLink(to: SpanReference, attributes: ReadonlyMap<string, AttributeValue> = emptyAttributes): void {
    (this.#links ??= []).push({
      traceId: to.traceId,
      spanId: to.spanId,
      traceState: to.traceState,
      flags: to.isSampled ? 0x301 : 0x300,
      attributes,
      droppedAttributesCount: 0,
    });
  }

  /** The finished span. */
  finish(endNano: number): Span {
    return {
      traceId: this.trace.traceId,
      spanId: this.spanId,
      parentSpanId: this.parentSpanId,
      traceState: this.trace.traceState,
      flags: this.flags,
      name: this.name,
      kind: this.kind,
      startTimeUnixNano: this.#unixNano(this.startNano),
      endTimeUnixNano: this.#unixNano(endNano),
      attributes: this.attributes,
      droppedAttributesCount: 0,
      events: this.#events ?? noEvents,
      droppedEventsCount: 0,
      links: this.#links ?? noLinks,
      droppedLinksCount: 0,
      status: { code: this.#statusCode, message: this.#statusMessage },
      resource: this.resource,
      scope: this.scope,
      weight: this.trace.weight,
    };
  }

  #unixNano(trueNano: number): bigint {
    return this.#epochNano + BigInt(this.clock.shownNano(trueNano));
  }
}

/** What a message or a header carries of a span. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly isSampled: boolean;
}
