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
  toString(): string;
}
