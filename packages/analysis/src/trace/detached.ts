import { SpanKind } from '@throughline/model';
import { durationOf, type TraceTimes } from './trace-facts.ts';

/** A child that overruns its parent by up to this share of its own duration only ended a little late. */
export const OVERRUN_TOLERANCE = 0.1;

/** By how much the child ends after its parent, in nanoseconds; 0 within the tolerance. */
export function overrunNano(facts: TraceTimes, child: number): number {
  const parent = facts.trace.parent[child] ?? -1;
  if (parent < 0) return 0;
  const overrun = (facts.endNano[child] ?? 0) - (facts.endNano[parent] ?? 0);
  return overrun > OVERRUN_TOLERANCE * durationOf(facts, child) ? overrun : 0;
}

/**
 * Whether the parent did not wait for the child: it outlives the parent, and either it is a message's consumer or a
 * producer's child, or both are of one service, whose clock they share. A child in another service that outlives its
 * parent was waited for until a timeout, or another clock makes it look late.
 */
export function isDetached(facts: TraceTimes, child: number): boolean {
  if (overrunNano(facts, child) === 0) return false;
  const parent = facts.trace.parent[child] ?? -1;
  return isMessage(facts, child) || facts.service[child] === facts.service[parent];
}

/** Whether the child takes up what its parent sent, without the parent waiting for it. */
export function isMessage({ trace, kind }: TraceTimes, child: number): boolean {
  const parent = trace.parent[child] ?? -1;
  return kind[child] === SpanKind.CONSUMER || kind[parent] === SpanKind.PRODUCER;
}
