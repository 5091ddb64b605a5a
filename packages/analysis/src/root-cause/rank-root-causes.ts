import type { Trace } from '@throughline/model';
import { type Anomaly, type AnomalyKind, type Division, findAnomalies } from './anomalies.ts';
import { type CauseAttribute, causeAttributes } from './cause-attributes.ts';
import { type Blame, divideBlame } from './blame.ts';
import { finish, type Steps } from '../steps.ts';
import { observe, type Observation, type Observations } from './observations.ts';

/** Spans that show a deviation, the strongest first. */
export interface RootCauseEvidence {
  readonly kind: AnomalyKind;
  readonly service: string;
  readonly operation: string;
  readonly callee: string | undefined;
  /** What it adds to the cause's score, 0 to 1. */
  readonly weight: number;
  readonly affectedCount: number;
  readonly observationCount: number;
  /** Of `slower`: what was usual at most, and by how much the affected exceed it on average, in nanoseconds. */
  readonly usualNano: number;
  readonly excessNano: number;
  readonly samples: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface RootCause {
  readonly name: string;
  /** 0 to 1: 1 less the product of (1 - weight) over its evidence. Comparable within one ranking. */
  readonly score: number;
  /** The heaviest first. */
  readonly evidence: readonly RootCauseEvidence[];
}

/** Each the most probable first; candidates without evidence are left out. */
export interface RootCauseRanking {
  readonly services: readonly RootCause[];
  /** `service operation`. */
  readonly operations: readonly RootCause[];
  /** Pods, service instances, containers or hosts, whichever the resources name first. */
  readonly instances: readonly RootCause[];
  /** What the traces that show the first service's evidence have more often than the rest of the window. */
  readonly attributes: readonly CauseAttribute[];
}

/** A ranking before attributes are compared, which is done once. */
export interface ObservedRanking extends Omit<RootCauseRanking, 'attributes'> {
  /** Indices of the traces that show the first service's evidence. */
  readonly affectedTraces: ReadonlySet<number>;
}

const MAX_SAMPLES = 5;
const MAX_EVIDENCE = 10;

/**
 * Which services, operations and instances explain how the window's traces deviate from the reference's.
 *
 * Each operation's deviation (`findAnomalies`) has a severity between 0 and 1; a call's is divided between caller and
 * callee (`divideBlame`). What a candidate answers for is combined as independent evidence ("noisy or"), so that many
 * weak deviations do not outweigh a strong one by their number alone.
 *
 * Assumptions: those of `findAnomalies`, and that causes are in what was traced. An empty window or reference has no
 * causes. O(n log n) in the number of spans.
 *
 * Source of the parts: exclusive time and caller/callee edges as in MicroRank (Yu et al., WWW 2021) and TraceRCA (Li et
 * al., IWQoS 2021); noisy or from Pearl, "Probabilistic Reasoning in Intelligent Systems" (1988).
 */
export function rankRootCauses(reference: readonly Trace[], window: readonly Trace[]): RootCauseRanking {
  return finish(rankRootCausesInSteps(reference, window));
}

/** As {@link rankRootCauses}. */
export function* rankRootCausesInSteps(reference: readonly Trace[], window: readonly Trace[]): Steps<RootCauseRanking> {
  const observations = yield* observe([...reference, ...window]);
  const { affectedTraces, ...ranking } = yield* rankObserved(observations, {
    at: reference.length,
    reference: 'before',
  });
  const affected = tracesAt(observations, affectedTraces);
  return { ...ranking, attributes: yield* causeAttributes(window, (trace) => affected.has(trace)) };
}

/** The traces of the indices. */
export function tracesAt({ traces }: Observations, indices: ReadonlySet<number>): ReadonlySet<Trace> {
  return new Set(traces.filter((_, index) => indices.has(index)));
}

export function* rankObserved(observations: Observations, division: Division): Steps<ObservedRanking> {
  const anomalies = yield* findAnomalies(observations, division);
  const blames = divideBlame(anomalies, callsOf(observations));
  const services = new Map<string, RootCauseEvidence[]>();
  const operations = new Map<string, RootCauseEvidence[]>();
  const instances = new Map<string, RootCauseEvidence[]>();
  /** By anomaly: the service that answers for most of it. */
  const answering = new Map<Anomaly, string>();
  for (const anomaly of anomalies) {
    const { component, severity } = anomaly;
    const { callee } = component;
    const { caller: ofCaller, callee: ofCallee }: Blame = blames.get(anomaly) ?? { caller: 1, callee: 0 };
    const evidence = evidenceOf(observations, anomaly);
    answering.set(anomaly, callee !== undefined && ofCallee > ofCaller ? callee : component.service);
    add(services, component.service, { ...evidence, weight: severity * ofCaller });
    if (callee !== undefined) add(services, callee, { ...evidence, weight: severity * ofCallee });
    add(operations, `${component.service} ${component.operation}`, { ...evidence, weight: severity });
    for (const [instance, share] of sharesOf(anomaly.affected, ({ instance: name }) => name)) {
      add(instances, instance, { ...evidence, weight: severity * ofCaller * share });
    }
    for (const [instance, share] of sharesOf(anomaly.affected, ({ calleeInstance }) => calleeInstance)) {
      add(instances, instance, { ...evidence, weight: severity * ofCallee * share });
    }
  }
  const rankedServices = ranked(services);
  const affectedTraces = new Set<number>();
  for (const anomaly of anomalies) {
    if (answering.get(anomaly) !== rankedServices[0]?.name) continue;
    for (const { trace } of anomaly.affected) affectedTraces.add(trace);
  }
  return {
    services: rankedServices,
    operations: ranked(operations),
    instances: ranked(instances),
    affectedTraces,
  };
}

/** Which services call which, as far as spans show. */
function callsOf({ components }: Observations): readonly { readonly service: string; readonly callee: string }[] {
  const calls = new Map<string, { readonly service: string; readonly callee: string }>();
  for (const { service, callee } of components) {
    if (callee !== undefined) calls.set(`${service}\n${callee}`, { service, callee });
  }
  return [...calls.values()];
}

function evidenceOf({ traces }: Observations, anomaly: Anomaly): Omit<RootCauseEvidence, 'weight'> {
  const { kind, component, affected, observationCount, usualNano, excessNano } = anomaly;
  return {
    kind,
    service: component.service,
    operation: component.operation,
    callee: component.callee,
    affectedCount: affected.length,
    observationCount,
    usualNano,
    excessNano,
    samples: affected.slice(0, MAX_SAMPLES).map(({ trace, row }) => ({
      traceId: traces[trace]?.traceId ?? '',
      spanId: traces[trace]?.spans[row]?.spanId ?? '',
    })),
  };
}

/** How the affected spans spread over names; those without one count for none. */
function sharesOf(
  affected: readonly Observation[],
  nameOf: (observation: Observation) => string | undefined,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const observation of affected) {
    const name = nameOf(observation);
    if (name !== undefined) shares.set(name, (shares.get(name) ?? 0) + 1 / affected.length);
  }
  return shares;
}

function add(causes: Map<string, RootCauseEvidence[]>, name: string, evidence: RootCauseEvidence): void {
  if (evidence.weight <= 0) return;
  const known = causes.get(name);
  if (known === undefined) causes.set(name, [evidence]);
  else known.push(evidence);
}

function ranked(causes: ReadonlyMap<string, readonly RootCauseEvidence[]>): readonly RootCause[] {
  return [...causes]
    .map(([name, evidence]): RootCause => ({
      name,
      score: 1 - evidence.reduce((product, { weight }) => product * (1 - Math.min(1, weight)), 1),
      evidence: evidence.toSorted((a, b) => b.weight - a.weight).slice(0, MAX_EVIDENCE),
    }))
    .toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
}
