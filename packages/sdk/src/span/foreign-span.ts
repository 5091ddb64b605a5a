import type { SpanContext, TraceState } from '@opentelemetry/api';

import { hexOf2, int16OfLowerHex, int32OfHex } from './hex.ts';
import { UnrecordedSpan } from './unrecorded-span.ts';

const UPPER_CASE = /[A-F]/;
/** Whose ids are replaced at once. */
const NOBODY = new UnrecordedSpan(undefined);

/** A span that this SDK did not start, as the parent of one that it does: it has been read once, whatever asks for it. */
export class ForeignSpan extends UnrecordedSpan {
  private readonly remote: boolean;
  private readonly given: SpanContext | undefined;

  private constructor(remote: boolean, given: SpanContext | undefined) {
    super(NOBODY);
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
    const span = new ForeignSpan(true, undefined);
    span.trace0 = (a << 16) | b;
    span.trace1 = (c << 16) | d;
    span.trace2 = (e << 16) | f;
    span.trace3 = (g << 16) | h;
    span.span0 = (i << 16) | j;
    span.span1 = (k << 16) | l;
    span.traceFlags = traceFlags;
    span.traceState = traceState;
    span.known = text.slice(traceIdAt, traceIdAt + 32);
    return span;
  }

  /** A valid context, which may be anybody's. */
  static ofContext(context: SpanContext): ForeignSpan {
    const { traceId, spanId, traceFlags, traceState } = context;
    const span = new ForeignSpan(context.isRemote === true, context);
    span.trace0 = int32OfHex(traceId, 0);
    span.trace1 = int32OfHex(traceId, 8);
    span.trace2 = int32OfHex(traceId, 16);
    span.trace3 = int32OfHex(traceId, 24);
    span.span0 = int32OfHex(spanId, 0);
    span.span1 = int32OfHex(spanId, 8);
    span.traceFlags = traceFlags;
    span.traceState = traceState;
    // The API lets upper case pass; ids are lower case.
    span.known = UPPER_CASE.test(traceId) ? undefined : traceId;
    return span;
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
