import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';

/** As `SamplingDecision` of the official SDK: its numbers, so that its samplers plug in and ours plug into it. */
export const SamplingDecision = { NOT_RECORD: 0, RECORD: 1, RECORD_AND_SAMPLED: 2 } as const;
export type SamplingDecision = (typeof SamplingDecision)[keyof typeof SamplingDecision];

export interface SamplingResult {
  readonly decision: SamplingDecision;
  /** Added to the span. */
  readonly attributes?: Readonly<Attributes>;
  /** The span's trace state; absent: the parent's. */
  readonly traceState?: TraceState;
}

/**
 * Decides at a span's start. The interface of OpenTelemetry's specification (Trace SDK, Sampling) and of the official
 * SDK. Called on the application's thread for each root at least: no waiting, no throwing.
 */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  /**
   * The same decision as `shouldSample` from the parent and the new span's ids alone, for less: no ids in hex, no copy of
   * attributes. Asked first, if it is there; undefined: `shouldSample` must be asked. The result has no attributes.
   */
  decide?(parent: DecidedParent | undefined, ids: TraceRandomness): SamplingResult | undefined;
  toString(): string;
}

/** What a parent's decision was. It is valid. */
export interface DecidedParent {
  readonly traceFlags: number;
  readonly traceState?: TraceState | undefined;
  readonly isRemote?: boolean;
}

/** The last two words of the trace id, the first of them with 24 bits of the trace's randomness, the second with 32. */
export interface TraceRandomness {
  readonly trace2: number;
  readonly trace3: number;
}
