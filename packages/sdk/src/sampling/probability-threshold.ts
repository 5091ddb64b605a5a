import type { TraceState } from '@opentelemetry/api';

import { emptyTraceState } from '../propagation/trace-state.ts';

/**
 * Consistent probability sampling: `th` (rejection threshold) and `rv` (randomness) in the trace state's entry `ot`.
 * Both are held as 14 hex digits, whose order as text is their order as numbers: no arithmetic of 56 bits on each span.
 * Source: OpenTelemetry specification, TraceState: Probability Sampling.
 */
export interface OtFields {
  /** 14 hex digits, or undefined. */
  readonly threshold: string | undefined;
  /** 14 hex digits, or undefined. */
  readonly randomness: string | undefined;
  /** The fields that are neither, joined by `;`. */
  readonly others: string;
}

const NO_FIELDS: OtFields = { threshold: undefined, randomness: undefined, others: '' };
const MAX_OT_CHARACTERS = 256;

export function readOtFields(traceState: TraceState | undefined): OtFields {
  const text = traceState?.get('ot');
  if (text === undefined) return NO_FIELDS;
  let threshold: string | undefined;
  let randomness: string | undefined;
  const others: string[] = [];
  for (const field of text.split(';', MAX_OT_CHARACTERS)) {
    const value = field.slice(3);
    if (field.startsWith('th:')) threshold = /^[0-9a-f]{1,14}$/.test(value) ? value.padEnd(14, '0') : undefined;
    else if (field.startsWith('rv:')) randomness = /^[0-9a-f]{14}$/.test(value) ? value : undefined;
    else if (field !== '') others.push(field);
  }
  return { threshold, randomness, others: others.join(';') };
}

/** The trace's randomness: `rv`, else the lower 56 bits of the trace id. */
export function randomnessOf(fields: OtFields, traceId: string): string {
  return fields.randomness ?? traceId.slice(18);
}

/** The trace state with another threshold (undefined erases it); `rv` and other fields stay. Undefined: nothing left. */
export function withThreshold(
  traceState: TraceState | undefined,
  fields: OtFields,
  threshold: string | undefined,
  randomness: string | undefined = fields.randomness,
): TraceState | undefined {
  if (traceState === undefined && threshold === undefined && randomness === undefined) return undefined;
  const parts: string[] = [];
  if (threshold !== undefined) parts.push(`th:${threshold.replace(/0+$/, '') || '0'}`);
  if (randomness !== undefined) parts.push(`rv:${randomness}`);
  const known = parts.join(';');
  const all = [known, fields.others].filter((part) => part !== '').join(';');
  const text = all.length > MAX_OT_CHARACTERS ? known : all;
  const base = traceState ?? emptyTraceState;
  return text === '' ? base.unset('ot') : base.set('ot', text);
}

/** The threshold that keeps `probability`, as 14 hex digits; undefined keeps nothing (0, or below 2^-56). */
export function thresholdOf(probability: number): string | undefined {
  const kept = BigInt(Math.round(probability * 2 ** 56));
  return kept <= 0n ? undefined : (2n ** 56n - kept).toString(16).padStart(14, '0');
}

/** Within 0 to 1; what is no number is 0. */
export function probabilityWithin(probability: number): number {
  return probability >= 1 ? 1 : probability > 0 ? probability : 0;
}
