import {
  diag,
  isValidSpanId,
  isValidTraceId,
  type Span,
  type SpanContext,
  TraceFlags,
  type TraceState,
} from '@opentelemetry/api';

import { hexOf2, hexOf4, int32OfHex } from './hex.ts';
import type { IdGenerator } from './id-generator.ts';
import { randomInt32 } from './id-source.ts';

/** W3C Trace Context level 2, trace flags. */
const RANDOM_FLAG = 2;

/**
 * A span by its ids alone: what is left of one that is not recorded, and the identity of one that is. Ids are integers;
 * the hex of a `SpanContext` is made when it is first asked for.
 */
export class UnrecordedSpan implements Span {
  // Declared, not defined: defining a field stores `undefined` first, which costs its number representation.
  declare trace0: number;
  declare trace1: number;
  declare trace2: number;
  declare trace3: number;
  declare span0: number;
  declare span1: number;
  declare traceFlags: number;
  declare traceState: TraceState | undefined;
  /** What was asked for, or was known before: the whole context, or the hex of the trace id. One field, as spans are many. */
  declare protected known: SpanContext | string | undefined;

  /** A new span: of the parent's trace, or of a new one. */
  constructor(parent: UnrecordedSpan | undefined) {
    if (parent !== undefined) {
      this.trace0 = parent.trace0;
      this.trace1 = parent.trace1;
      this.trace2 = parent.trace2;
      this.trace3 = parent.trace3;
      this.span0 = randomInt32();
      // An id of all zeros is invalid.
      this.span1 = randomInt32() || 1;
      this.traceFlags = parent.traceFlags & RANDOM_FLAG;
      this.traceState = parent.traceState;
      const { known } = parent;
      this.known = typeof known === 'object' ? known.traceId : known;
    } else {
      this.trace0 = randomInt32();
      this.trace1 = randomInt32();
      this.trace2 = randomInt32();
      this.trace3 = randomInt32() || 1;
      this.span0 = randomInt32();
      this.span1 = randomInt32() || 1;
      this.traceFlags = RANDOM_FLAG;
      this.traceState = undefined;
      this.known = undefined;
    }
  }

  /** Whether it is one of another process. */
  get isRemote(): boolean {
    return false;
  }

  /** Before anybody has seen the span: ids that the application makes. Ones that are not valid leave ours. */
  takeIds(generator: IdGenerator, isRoot: boolean): void {
    try {
      const spanId = generator.generateSpanId();
      if (isValidSpanId(spanId)) {
        this.span0 = int32OfHex(spanId, 0);
        this.span1 = int32OfHex(spanId, 8);
      }
      if (!isRoot) return;
      const traceId = generator.generateTraceId();
      if (!isValidTraceId(traceId)) return;
      this.trace0 = int32OfHex(traceId, 0);
      this.trace1 = int32OfHex(traceId, 8);
      this.trace2 = int32OfHex(traceId, 16);
      this.trace3 = int32OfHex(traceId, 24);
      this.traceFlags = generator.isTraceIdRandom === true ? RANDOM_FLAG : 0;
    } catch (error) {
      diag.warn('the id generator failed', error);
    }
  }

  get sampled(): boolean {
    return (this.traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  get traceId(): string {
    const { known } = this;
    if (typeof known === 'object') return known.traceId;
    if (known !== undefined) return known;
    const traceId = hexOf4(this.trace0, this.trace1, this.trace2, this.trace3);
    this.known = traceId;
    return traceId;
  }

  spanContext(): SpanContext {
    const { known } = this;
    if (typeof known === 'object') return known;
    const context = this.makeContext();
    this.known = context;
    return context;
  }

  /** A plain object, because applications spread it. */
  protected makeContext(): SpanContext {
    const context: SpanContext = {
      traceId: this.traceId,
      spanId: hexOf2(this.span0, this.span1),
      traceFlags: this.traceFlags,
    };
    if (this.traceState !== undefined) context.traceState = this.traceState;
    return context;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {}

  end(): void {}
}
