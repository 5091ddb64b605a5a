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
import { CHILD_WORDS, type IdWords, ROOT_WORDS } from './id-words.ts';

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

  /** Only assigns: where a constructor does more, the compiler calls it instead of allocating in place. */
  protected constructor(
    trace0: number,
    trace1: number,
    trace2: number,
    trace3: number,
    span0: number,
    span1: number,
    traceFlags: number,
    traceState: TraceState | undefined,
    known: SpanContext | string | undefined,
  ) {
    this.trace0 = trace0;
    this.trace1 = trace1;
    this.trace2 = trace2;
    this.trace3 = trace3;
    this.span0 = span0;
    this.span1 = span1;
    this.traceFlags = traceFlags;
    this.traceState = traceState;
    this.known = known;
  }

  /** A new span of a new trace. */
  static root(ids: IdWords): UnrecordedSpan {
    const { words, at } = ids;
    ids.at = at + ROOT_WORDS;
    return new UnrecordedSpan(
      words[at]!,
      words[at + 1]!,
      words[at + 2]!,
      words[at + 3]!,
      words[at + 4]!,
      words[at + 5]!,
      RANDOM_FLAG,
      undefined,
      undefined,
    );
  }

  /** A new span of the parent's trace. */
  static child(parent: UnrecordedSpan, ids: IdWords): UnrecordedSpan {
    const { trace0, trace1, trace2, trace3, traceState, known } = parent;
    const { words, at } = ids;
    ids.at = at + CHILD_WORDS;
    const traceFlags = parent.traceFlags & RANDOM_FLAG;
    const traceId = typeof known === 'object' ? known.traceId : known;
    return new UnrecordedSpan(
      trace0,
      trace1,
      trace2,
      trace3,
      words[at]!,
      words[at + 1]!,
      traceFlags,
      traceState,
      traceId,
    );
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
