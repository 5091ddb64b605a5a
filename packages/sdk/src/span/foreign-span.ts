import { isSpanContextValid, type Span, type SpanContext, type TraceState } from '@opentelemetry/api';

import { warnOnce } from '../helpers/tell-once.ts';
import { checkedTraceState } from '../propagation/trace-state.ts';
import { hexOf2, int16OfLowerHex, int32OfHex } from './hex.ts';
import { UnrecordedSpan } from './unrecorded-span.ts';

const UPPER_CASE = /[A-F]/;

/** Of a span that may be anybody's; undefined if its context is not valid or cannot be read, which is told once. */
export function ofValidContext<Result>(span: Span, read: (context: SpanContext) => Result): Result | undefined {
  try {
    const spanContext = span.spanContext();
    return isSpanContextValid(spanContext) ? read(spanContext) : undefined;
  } catch (error) {
    warnOnce(ForeignSpan, 'a span context that cannot be read is left out', error);
    return undefined;
  }
}

/** A span that this SDK did not start, as the parent of one that it does: it has been read once, whatever asks for it. */
export class ForeignSpan extends UnrecordedSpan {
  private readonly remote: boolean;
  private readonly given: SpanContext | undefined;

  private constructor(
    trace0: number,
    trace1: number,
    trace2: number,
    trace3: number,
    span0: number,
    span1: number,
    traceFlags: number,
    traceState: TraceState | undefined,
    traceId: string | undefined,
    remote: boolean,
    given: SpanContext | undefined,
  ) {
    super(trace0, trace1, trace2, trace3, span0, span1, traceFlags, traceState, traceId);
    this.remote = remote;
    this.given = given;
  }

  /**
   * What another process sent: 32 digits of a trace id and 16 of a span id, in lower case, in `text`. Undefined if they
   * are not that, or all zeros.
   */
  static ofHex(
    text: string,
    traceIdAt: number,
    spanIdAt: number,
    traceFlags: number,
    traceState: TraceState | undefined,
  ): ForeignSpan | undefined {
    const a = int16OfLowerHex(text, traceIdAt);
    const b = int16OfLowerHex(text, traceIdAt + 4);
    const c = int16OfLowerHex(text, traceIdAt + 8);
    const d = int16OfLowerHex(text, traceIdAt + 12);
    const e = int16OfLowerHex(text, traceIdAt + 16);
    const f = int16OfLowerHex(text, traceIdAt + 20);
    const g = int16OfLowerHex(text, traceIdAt + 24);
    const h = int16OfLowerHex(text, traceIdAt + 28);
    const i = int16OfLowerHex(text, spanIdAt);
    const j = int16OfLowerHex(text, spanIdAt + 4);
    const k = int16OfLowerHex(text, spanIdAt + 8);
    const l = int16OfLowerHex(text, spanIdAt + 12);
    const ofTrace = a | b | c | d | e | f | g | h;
    const ofSpan = i | j | k | l;
    if (ofTrace <= 0 || ofSpan <= 0) return undefined;
    const traceId = text.slice(traceIdAt, traceIdAt + 32);
    return new ForeignSpan(
      (a << 16) | b,
      (c << 16) | d,
      (e << 16) | f,
      (g << 16) | h,
      (i << 16) | j,
      (k << 16) | l,
      traceFlags,
      traceState,
      traceId,
      true,
      undefined,
    );
  }

  /** A valid context, which may be anybody's. */
  static ofContext(context: SpanContext): ForeignSpan {
    const { traceId, spanId, traceFlags, traceState } = context;
    return new ForeignSpan(
      int32OfHex(traceId, 0),
      int32OfHex(traceId, 8),
      int32OfHex(traceId, 16),
      int32OfHex(traceId, 24),
      int32OfHex(spanId, 0),
      int32OfHex(spanId, 8),
      traceFlags,
      checkedTraceState(traceState),
      // The API lets upper case pass; ids are lower case.
      UPPER_CASE.test(traceId) ? undefined : traceId,
      context.isRemote === true,
      context,
    );
  }

  override get isRemote(): boolean {
    return this.remote;
  }

  override spanContext(): SpanContext {
    return this.given ?? super.spanContext();
  }

  protected override makeContext(): SpanContext {
    const { traceId, traceFlags, traceState } = this;
    const context: SpanContext = { traceId, spanId: hexOf2(this.span0, this.span1), traceFlags, isRemote: this.remote };
    if (traceState !== undefined) context.traceState = traceState;
    return context;
  }
}
