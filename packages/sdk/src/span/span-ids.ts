import { type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';

import { hexOfInt32, int32OfHex, randomInt32 } from './id-source.ts';

/** W3C Trace Context level 2, trace flags. */
export const RANDOM_FLAG = 2;

/** A span's ids as integers; the hex of a `SpanContext` is made when it is first asked for. */
export class SpanIds {
  readonly trace0: number;
  readonly trace1: number;
  readonly trace2: number;
  readonly trace3: number;
  readonly span0: number;
  readonly span1: number;
  flags: number;
  traceState: TraceState | undefined;
  private made: SpanContext | undefined = undefined;

  /** A new span of the parent's trace, or of a new one with random ids. */
  constructor(parent: SpanContext | undefined) {
    if (parent === undefined) {
      this.trace0 = randomInt32();
      this.trace1 = randomInt32();
      this.trace2 = randomInt32();
      // An id of all zeros is invalid.
      this.trace3 = randomInt32() || 1;
      this.flags = RANDOM_FLAG;
    } else {
      this.trace0 = int32OfHex(parent.traceId, 0);
      this.trace1 = int32OfHex(parent.traceId, 8);
      this.trace2 = int32OfHex(parent.traceId, 16);
      this.trace3 = int32OfHex(parent.traceId, 24);
      this.flags = parent.traceFlags & RANDOM_FLAG;
    }
    this.span0 = randomInt32();
    this.span1 = randomInt32() || 1;
    this.traceState = parent?.traceState;
  }

  get sampled(): boolean {
    return (this.flags & TraceFlags.SAMPLED) !== 0;
  }

  get traceId(): string {
    return hexOfInt32(this.trace0) + hexOfInt32(this.trace1) + hexOfInt32(this.trace2) + hexOfInt32(this.trace3);
  }

  context(): SpanContext {
    if (this.made !== undefined) return this.made;
    const context: SpanContext = {
      traceId: this.traceId,
      spanId: hexOfInt32(this.span0) + hexOfInt32(this.span1),
      traceFlags: this.flags,
    };
    if (this.traceState !== undefined) context.traceState = this.traceState;
    this.made = context;
    return context;
  }
}
