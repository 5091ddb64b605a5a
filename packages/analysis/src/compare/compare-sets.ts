import type { Trace } from '@throughline/model';
import { adjustPValues, compareRanks, fisherExact } from '../statistics/significance.ts';
import { finish, type Steps, stepping } from '../steps.ts';
import { criticalPath } from '../trace/critical-path.ts';
import { traceFacts } from '../trace/trace-facts.ts';
import { countFeatures, DEFAULT_FEATURE_LIMITS, type FeatureLimits, type TraceFeature } from './trace-features.ts';

const TESTS_OF_A_STEP = 50;

/** A feature that one set of traces has more often than the other. */
export interface FeatureLift {
  readonly feature: TraceFeature;
  readonly beforeCount: number;
  readonly afterCount: number;
  readonly beforeShare: number;
  readonly afterShare: number;
  /** `afterShare - beforeShare`. */
  readonly lift: number;
  /** Cohen's h: the difference of shares on a scale where it means the same near 0, 1/2 and 1; -pi to pi. */
  readonly effectSize: number;
  /** Fisher's exact test, adjusted for all features tested (Benjamini-Hochberg). */
  readonly adjustedPValue: number;
  /** Of an attribute: others that are in exactly the same traces, so that nothing tells them apart; 20 of them at most. */
  readonly equals: readonly TraceFeature[];
  /** How many there are. */
  readonly equalCount: number;
}

/** How the time of one operation on the critical path differs between the sets. */
export interface ComponentChange {
  readonly service: string;
  readonly operation: string;
  /** Traces that have it. */
  readonly beforeCount: number;
  readonly afterCount: number;
  /** Nanoseconds on the critical path per trace of the set; traces without it count as 0. */
  readonly beforeMeanNano: number;
  readonly afterMeanNano: number;
  readonly deltaMeanNano: number;
  /** Cliff's delta over the traces that have it: -1 (faster in all) to 1 (slower in all). */
  readonly effectSize: number;
  readonly adjustedPValue: number;
}

export interface SetComparison {
  readonly beforeTraceCount: number;
  readonly afterTraceCount: number;
  readonly deltaMeanDurationNano: number;
  /** The largest effects first. */
  readonly attributes: readonly FeatureLift[];
  /** Operations, edges and errors. */
  readonly structure: readonly FeatureLift[];
  /** The largest changes of the mean first. */
  readonly components: readonly ComponentChange[];
  readonly testedFeatureCount: number;
  /** `service key` of attributes with too many values to compare. */
  readonly highCardinalityKeys: readonly string[];
  /** Whether features were left out because there were too many. */
  readonly limited: boolean;
}

export interface SetComparisonOptions extends Partial<FeatureLimits> {
  /** What is less significant than this is left out. Default 0.05. */
  readonly maxAdjustedPValue?: number;
  /** Features whose shares differ by less than this are left out. Default 0.05. */
  readonly minLift?: number;
  /** Of each list. Default 100. */
  readonly limit?: number;
}

/**
 * What distinguishes two sets of traces: slow from normal, version from version, before from after. Traces count once
 * each, whatever their weight, as tests of significance need counts of what was really seen. Equal sets, or an empty one,
 * have no lift. Linear in spans and attributes, plus a test for each feature.
 *
 * Source: attribute lift as in Bailis et al., "MacroBase" (SIGMOD 2017), with exact tests and false discovery control.
 */
export function compareSets(
  before: readonly Trace[],
  after: readonly Trace[],
  options: SetComparisonOptions = {},
): SetComparison {
  return finish(compareSetsInSteps(before, after, options));
}

/** As {@link compareSets}. */
export function* compareSetsInSteps(
  before: readonly Trace[],
  after: readonly Trace[],
  options: SetComparisonOptions = {},
): Steps<SetComparison> {
  const { maxAdjustedPValue = 0.05, minLift = 0.05, limit = 100, ...limits } = options;
  const { lifts, ...tested } = yield* featureLiftsInSteps(before, after, { maxAdjustedPValue, minLift, ...limits });
  const components = yield* componentChanges(before, after);
  const isAttribute = ({ feature }: FeatureLift): boolean => feature.kind === 'attribute';
  return {
    beforeTraceCount: before.length,
    afterTraceCount: after.length,
    deltaMeanDurationNano: before.length === 0 || after.length === 0 ? 0 : meanDuration(after) - meanDuration(before),
    attributes: lifts.filter(isAttribute).slice(0, limit),
    structure: lifts.filter((lift) => !isAttribute(lift)).slice(0, limit),
    components: components.filter(({ adjustedPValue }) => adjustedPValue <= maxAdjustedPValue).slice(0, limit),
    ...tested,
  };
}

/**
 * The features whose shares differ surely and enough, the largest effects first. See {@link compareSets}, which also says
 * what the options are.
 */
export function featureLifts(
  before: readonly Trace[],
  after: readonly Trace[],
  options: Omit<SetComparisonOptions, 'limit'> = {},
): FeatureLifts {
  return finish(featureLiftsInSteps(before, after, options));
}

export interface FeatureLifts extends Pick<SetComparison, 'testedFeatureCount' | 'highCardinalityKeys' | 'limited'> {
  readonly lifts: readonly FeatureLift[];
}

/** As {@link featureLifts}. */
export function* featureLiftsInSteps(
  before: readonly Trace[],
  after: readonly Trace[],
  options: Omit<SetComparisonOptions, 'limit'> = {},
): Steps<FeatureLifts> {
  const { maxAdjustedPValue = 0.05, minLift = 0.05, ...limits } = options;
  const { features, highCardinalityKeys, limited } = yield* countFeatures(before, after, {
    ...DEFAULT_FEATURE_LIMITS,
    ...limits,
  });
  const pValues: number[] = [];
  for (const { beforeCount, afterCount } of features) {
    pValues.push(fisherExact(afterCount, after.length, beforeCount, before.length));
    if (pValues.length % TESTS_OF_A_STEP === 0) yield;
  }
  const adjusted = adjustPValues(pValues);
  const lifts = features
    .map(({ feature, beforeCount, afterCount, traceSet, valueCount }, i): UngroupedLift => {
      const beforeShare = share(beforeCount, before.length);
      const afterShare = share(afterCount, after.length);
      return {
        feature,
        beforeCount,
        afterCount,
        beforeShare,
        afterShare,
        lift: afterShare - beforeShare,
        effectSize: 2 * Math.asin(Math.sqrt(afterShare)) - 2 * Math.asin(Math.sqrt(beforeShare)),
        adjustedPValue: adjusted[i] ?? 1,
        traceSet,
        valueCount,
      };
    })
    .filter(({ lift, adjustedPValue }) => Math.abs(lift) >= minLift && adjustedPValue <= maxAdjustedPValue)
    .toSorted((a, b) => Math.abs(b.effectSize) - Math.abs(a.effectSize) || a.adjustedPValue - b.adjustedPValue);
  return { lifts: grouped(withoutEchoes(lifts)), testedFeatureCount: features.length, highCardinalityKeys, limited };
}

/**
 * Without the resource attributes that are in just as many traces as an operation of their service: they say that the
 * service took part, which the operation says.
 */
function withoutEchoes(lifts: readonly UngroupedLift[]): readonly UngroupedLift[] {
  const countsOf = ({ feature: { service }, beforeCount, afterCount }: UngroupedLift): string =>
    `${service}\n${beforeCount}\n${afterCount}`;
  const operations = new Set(lifts.filter(({ feature }) => feature.kind === 'operation').map(countsOf));
  return lifts.filter(
    (lift) => lift.feature.kind !== 'attribute' || lift.feature.scope !== 'resource' || !operations.has(countsOf(lift)),
  );
}

interface UngroupedLift extends Omit<FeatureLift, 'equals' | 'equalCount'> {
  readonly traceSet: number;
  readonly valueCount: number;
}

const MAX_EQUALS = 20;

/**
 * Of attributes that are in exactly the same traces one for all of them: that with the fewest values, as it says most with
 * least (a version before the pods that run it). What the structure says stands by itself.
 */
function grouped(lifts: readonly UngroupedLift[]): readonly FeatureLift[] {
  const groups = new Map<string, UngroupedLift[]>();
  for (const lift of lifts) {
    const own = lift.feature.kind === 'attribute' ? '' : groups.size;
    const key = `${own} ${lift.beforeCount} ${lift.afterCount} ${lift.traceSet}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [lift]);
    else group.push(lift);
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...others] = group.toSorted((x, y) => x.valueCount - y.valueCount);
    if (first === undefined) return [];
    const { traceSet: _, valueCount: __, ...lift } = first;
    return [{ ...lift, equals: others.slice(0, MAX_EQUALS).map(({ feature }) => feature), equalCount: others.length }];
  });
}

/** Of every operation, the largest changes first; those of equal sets are 0. */
function* componentChanges(before: readonly Trace[], after: readonly Trace[]): Steps<readonly ComponentChange[]> {
  const left = yield* criticalTimes(before);
  const right = yield* criticalTimes(after);
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  const comparisons = keys.map((key) => {
    const [a, b] = [left.get(key) ?? [], right.get(key) ?? []];
    return { key, a, b, ...compareRanks(a, b) };
  });
  const adjusted = adjustPValues(comparisons.map(({ pValue }) => pValue));
  return comparisons
    .map(({ key, a, b, delta }, i): ComponentChange => {
      const [service = '', operation = ''] = key.split('\n');
      const beforeMeanNano = share(sum(a), before.length);
      const afterMeanNano = share(sum(b), after.length);
      return {
        service,
        operation,
        beforeCount: a.length,
        afterCount: b.length,
        beforeMeanNano,
        afterMeanNano,
        deltaMeanNano: afterMeanNano - beforeMeanNano,
        effectSize: delta,
        adjustedPValue: adjusted[i] ?? 1,
      };
    })
    .toSorted((a, b) => Math.abs(b.deltaMeanNano) - Math.abs(a.deltaMeanNano));
}

/** By operation: its time on the critical path in each trace that has it. */
function* criticalTimes(traces: readonly Trace[]): Steps<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>();
  yield* stepping(traces, (trace) => {
    const facts = traceFacts(trace);
    const { contributionNano } = criticalPath(facts);
    const ofTrace = new Map<string, number>();
    for (const [row, { name }] of trace.spans.entries()) {
      const key = `${facts.services[facts.service[row] ?? 0] ?? ''}\n${name}`;
      ofTrace.set(key, (ofTrace.get(key) ?? 0) + (contributionNano[row] ?? 0));
    }
    for (const [key, nano] of ofTrace) {
      const all = times.get(key);
      if (all === undefined) times.set(key, [nano]);
      else all.push(nano);
    }
  });
  return times;
}

function meanDuration(traces: readonly Trace[]): number {
  return share(
    sum(traces.map(({ startTimeUnixNano, endTimeUnixNano }) => Number(endTimeUnixNano - startTimeUnixNano))),
    traces.length,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** 0 of nothing. */
function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
