import { shareBounds } from '../statistics/proportion.ts';
import type { Steps } from '../steps.ts';
import type { Component, Observation, Observations } from './observations.ts';

/** In what way an operation is not as it was. */
export type AnomalyKind =
  /** Calls take longer by themselves than nearly all did before. */
  | 'slower'
  /** More calls fail by themselves. */
  | 'failing'
  /** Spans lack children that such spans had before: work was not done. */
  | 'work_missing'
  /** Spans have many more children than such spans had: work is done again and again. */
  | 'work_repeated'
  /** Calls arrive nowhere: the callee's span is missing more often. */
  | 'callee_missing';

/** One operation's strongest deviation. */
export interface Anomaly {
  readonly component: Component;
  readonly kind: AnomalyKind;
  /** Share of the operation's spans that are affected beyond what was usual; the lower bound with 95 % confidence. */
  readonly share: number;
  /** `share`, times the slow down as a share of a usual trace's duration where it is a matter of time. 0 to 1. */
  readonly severity: number;
  /** The spans that show it, the strongest first. */
  readonly affected: readonly Observation[];
  readonly observationCount: number;
  /** Of slower ones: the usual upper bound, and by how much the affected exceed it on average; also of repeated work. */
  readonly usualNano: number;
  readonly excessNano: number;
}

/** Which of the observed traces are held against which: those before the index against those from it on, or inversely. */
export interface Division {
  readonly at: number;
  readonly reference: 'before' | 'after';
  /** Traces from this index on are left out. */
  readonly until?: number | undefined;
}

interface Divided {
  readonly reference: readonly Observation[];
  readonly window: readonly Observation[];
}

/** Observations are in the order of their traces. */
function divided({ observations }: Component, { at, reference, until }: Division): Divided {
  const first = firstFrom(observations, at);
  const end = until === undefined ? observations.length : firstFrom(observations, until);
  const [before, after] = [observations.slice(0, first), observations.slice(first, end)];
  return reference === 'before' ? { reference: before, window: after } : { reference: after, window: before };
}

function firstFrom(observations: readonly Observation[], trace: number): number {
  let [low, high] = [0, observations.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((observations[middle]?.trace ?? 0) < trace) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An operation seen less often than this before has no usual behaviour. */
const MIN_REFERENCE = 5;
const USUAL_QUANTILE = 0.99;

/**
 * How the operations of some traces deviate from what they did in reference traces, the severest first.
 *
 * Assumptions: the reference is mostly sound; what a span does by itself (its self time, whether it fails, which kinds of
 * children it has, and how many) depends on its operation and not on which traces happened to come. No distribution is assumed: "usual"
 * is below the reference's 99th percentile (its maximum, where there are fewer than 100 spans), and a share of affected
 * spans counts as far as it surely exceeds the share that would exceed it by chance. O(n log n).
 */
export function* findAnomalies(observations: Observations, division: Division): Steps<readonly Anomaly[]> {
  const anomalies: Anomaly[] = [];
  for (const component of observations.components) {
    yield;
    const { reference, window } = divided(component, division);
    if (reference.length < MIN_REFERENCE || window.length === 0) continue;
    const candidates = [
      slower(observations, reference, window),
      failing(reference, window),
      workMissing(observations, reference, window),
      workRepeated(observations, reference, window),
      ...(component.callee === undefined ? [] : [calleeMissing(reference, window)]),
    ];
    const [strongest] = candidates.toSorted((a, b) => b.severity - a.severity);
    if (strongest === undefined || strongest.severity <= 0) continue;
    anomalies.push({ component, observationCount: window.length, ...strongest });
  }
  return anomalies.toSorted((a, b) => b.severity - a.severity);
}

type Deviation = Omit<Anomaly, 'component' | 'observationCount'>;

/** Below what the reference's values usually are. */
function usualBound(reference: readonly Observation[], valueOf: (observation: Observation) => number): number {
  const usual = Float64Array.from(reference, valueOf).sort();
  const rank = usual.length < 1 / (1 - USUAL_QUANTILE) ? usual.length : Math.ceil(USUAL_QUANTILE * usual.length);
  return usual[rank - 1] ?? 0;
}

/** That a new value exceeds the largest of n has the probability 1 / (n + 1). */
function byChance(referenceCount: number): number {
  return Math.max(1 - USUAL_QUANTILE, 1 / (referenceCount + 1));
}

/** The median duration of the traces that the spans are in. */
function typicalTraceNano({ durationNano }: Observations, reference: readonly Observation[]): number {
  const durations = Float64Array.from(reference, ({ trace }) => durationNano[trace] ?? 0).sort();
  return durations[durations.length >> 1] ?? 0;
}

/** The affected share, times what they lose as a share of a usual trace's duration. */
function timeSeverity(
  share: number,
  excessNano: number,
  observations: Observations,
  reference: readonly Observation[],
): number {
  if (share === 0) return 0;
  const typicalNano = typicalTraceNano(observations, reference);
  return share * (typicalNano > 0 ? Math.min(1, excessNano / typicalNano) : 1);
}

/** More than so many times the usual number of children is not the same work a little more often. */
const REPEATED_FACTOR = 2;

/** By how many more children, and the share of a usual trace's duration that they take beyond the usual ones. */
function workRepeated(
  observations: Observations,
  reference: readonly Observation[],
  window: readonly Observation[],
): Deviation {
  // Without that many children nothing is sorted.
  const mayRepeat = window.some(({ childCount }) => childCount > REPEATED_FACTOR);
  const usualCount = mayRepeat ? usualBound(reference, ({ childCount }) => childCount) : 0;
  const affected = window.filter(({ childCount }) => childCount > REPEATED_FACTOR * Math.max(1, usualCount));
  const share = beyond(shareBounds(affected.length, window.length).low, byChance(reference.length));
  const excess = affected.reduce(
    (sum, { childCount, childNano }) => sum + (childNano * (childCount - usualCount)) / childCount,
    0,
  );
  const excessNano = affected.length === 0 ? 0 : excess / affected.length;
  return {
    kind: 'work_repeated',
    share,
    severity: timeSeverity(share, excessNano, observations, reference),
    affected: affected.toSorted((a, b) => b.childCount - a.childCount),
    usualNano: 0,
    excessNano,
  };
}

function slower(
  observations: Observations,
  reference: readonly Observation[],
  window: readonly Observation[],
): Deviation {
  const usualNano = usualBound(reference, ({ selfNano }) => selfNano);
  const affected = window.filter(({ selfNano }) => selfNano > usualNano);
  const excess = affected.reduce((sum, { selfNano }) => sum + selfNano - usualNano, 0);
  const share = beyond(shareBounds(affected.length, window.length).low, byChance(reference.length));
  const excessNano = affected.length === 0 ? 0 : excess / affected.length;
  return {
    kind: 'slower',
    share,
    severity: timeSeverity(share, excessNano, observations, reference),
    affected: affected.toSorted((a, b) => b.selfNano - a.selfNano),
    usualNano,
    excessNano,
  };
}

function failing(reference: readonly Observation[], window: readonly Observation[]): Deviation {
  const affected = window.filter(({ isErrorOrigin }) => isErrorOrigin);
  const before = reference.filter(({ isErrorOrigin }) => isErrorOrigin).length;
  return moreOften('failing', affected, window.length, before, reference.length);
}

function calleeMissing(reference: readonly Observation[], window: readonly Observation[]): Deviation {
  const affected = window.filter(({ callee }) => callee === undefined);
  const before = reference.filter(({ callee }) => callee === undefined).length;
  return moreOften('callee_missing', affected, window.length, before, reference.length);
}

/**
 * Shapes that became more frequent at the cost of shapes with the same children and more: spans that stopped half-way.
 * A mere change of which requests come moves the frequency between shapes of which none contains the other.
 */
function workMissing(
  { shapes }: Observations,
  reference: readonly Observation[],
  window: readonly Observation[],
): Deviation {
  const before = countShapes(reference);
  const after = countShapes(window);
  const lost = new Map<number, number>();
  for (const [shape, count] of before) {
    const loss = shareBounds(count, reference.length).low - shareBounds(after.get(shape) ?? 0, window.length).high;
    if (loss > 0) lost.set(shape, loss);
  }
  let share = 0;
  const grown = new Set<number>();
  for (const [shape, count] of after) {
    const usual = shareBounds(before.get(shape) ?? 0, reference.length).high;
    let gain = shareBounds(count, window.length).low - usual;
    if (gain <= 0) continue;
    for (const [larger, loss] of lost) {
      if (!containsAll(shapes[larger] ?? [], shapes[shape] ?? [])) continue;
      const moved = Math.min(gain, loss);
      if (moved <= 0) continue;
      gain -= moved;
      lost.set(larger, loss - moved);
      share += moved;
      grown.add(shape);
    }
  }
  const affected = window.filter(({ shape }) => grown.has(shape));
  return { kind: 'work_missing', share, severity: share, affected, usualNano: 0, excessNano: 0 };
}

function moreOften(
  kind: AnomalyKind,
  affected: readonly Observation[],
  total: number,
  countBefore: number,
  totalBefore: number,
): Deviation {
  const share = beyond(shareBounds(affected.length, total).low, shareBounds(countBefore, totalBefore).high);
  return { kind, share, severity: share, affected, usualNano: 0, excessNano: 0 };
}

/** How much of what could still be affected is. */
function beyond(share: number, usual: number): number {
  return usual < 1 ? Math.max(0, (share - usual) / (1 - usual)) : 0;
}

function countShapes(observations: readonly Observation[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { shape } of observations) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return counts;
}

function containsAll(larger: readonly number[], smaller: readonly number[]): boolean {
  if (larger.length <= smaller.length) return false;
  const set = new Set(larger);
  return smaller.every((kind) => set.has(kind));
}
