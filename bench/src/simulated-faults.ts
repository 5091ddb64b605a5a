import { readFileSync } from 'node:fs';
import { assembleTrace, type Span, type Trace } from '@throughline/model';
import {
  FAULT_KINDS,
  type FaultKind,
  parseScenario,
  planFault,
  RandomSource,
  type Scenario,
  Simulator,
  type Truth,
  withRate,
} from '@throughline/simulator';
import { parse } from 'yaml';

const SCENARIOS = ['shop', 'checkout', 'banking', 'video'] as const;
const SEEDS = [1, 2] as const;
const SECOND_NANO = 1e9;
/** As long without the fault as with it. */
const HALF_NANO = 180 * SECOND_NANO;
const REQUESTS_A_SECOND = 8;
const START_UNIX_NANO = 1_767_225_600_000_000_000n;
/** A fault that met fewer requests than this cannot be told from chance by anybody. */
const MIN_AFFECTED_TRACES = 20;

export interface SimulatedFault {
  readonly kind: FaultKind;
  readonly scenario: string;
  readonly seed: number;
  /** Traces that began before the fault, and during it. */
  readonly reference: readonly Trace[];
  readonly window: readonly Trace[];
  /** Names that a ranking may give the culprit: of a service, or of the instances on a bad host. */
  readonly culprits: ReadonlySet<string>;
  /** What is to be ranked. */
  readonly level: 'service' | 'instance';
  /** What may be ranked at all, for the mean rank of what is not. */
  readonly candidateCount: number;
}

/** Each kind of fault at a place drawn from each scenario that has one for it. */
export function* simulatedFaults(): Generator<SimulatedFault> {
  for (const name of SCENARIOS) {
    const file = new URL(`../../packages/throughline/scenarios/${name}.yaml`, import.meta.url);
    const scenario = withRate(parseScenario(parse(readFileSync(file, 'utf8'))), REQUESTS_A_SECOND);
    for (const kind of FAULT_KINDS) {
      for (const seed of SEEDS) {
        const fault = simulate(name, scenario, kind, seed);
        if (fault !== undefined) yield fault;
      }
    }
  }
}

function simulate(name: string, scenario: Scenario, kind: FaultKind, seed: number): SimulatedFault | undefined {
  const place = new RandomSource(seed).stream(`${name}/${kind}`);
  const spec = planFault(scenario, kind, { atNano: HALF_NANO, lengthNano: HALF_NANO }, place);
  if (spec === undefined) return undefined;
  const byTrace = new Map<string, Span[]>();
  const simulator = new Simulator(
    { ...scenario, durationNano: 2 * HALF_NANO, faults: [spec] },
    {
      seed,
      startUnixNano: START_UNIX_NANO,
      onSpans: (spans) => {
        for (const span of spans) {
          const known = byTrace.get(span.traceId);
          if (known === undefined) byTrace.set(span.traceId, [span]);
          else known.push(span);
        }
      },
    },
  );
  simulator.run();
  const [truth] = simulator.truth();
  if (truth === undefined || truth.affected.size < MIN_AFFECTED_TRACES) return undefined;
  const traces = Array.from(byTrace.values(), (spans) => assembleTrace(spans));
  const isDuring = ({ startTimeUnixNano }: Trace): boolean => startTimeUnixNano >= truth.startTimeUnixNano;
  const level = truth.service === undefined ? 'instance' : 'service';
  const instances = new Map<string, string>();
  for (const spans of byTrace.values()) {
    for (const { resource } of spans) {
      const [pod, host] = [resource.attributes.get('k8s.pod.name'), resource.attributes.get('host.name')];
      if (typeof pod === 'string' && typeof host === 'string') instances.set(pod, host);
    }
  }
  return {
    kind,
    scenario: name,
    seed,
    reference: traces.filter((trace) => !isDuring(trace)),
    window: traces.filter(isDuring),
    culprits:
      level === 'service'
        ? serviceNames(scenario, truth)
        : new Set([...instances].flatMap(([pod, host]) => (host === truth.host ? [pod] : []))),
    level,
    candidateCount: level === 'service' ? scenario.services.size : instances.size,
  };
}

/** A database without spans of its own is known by what its callers say: its system and its name. */
function serviceNames(scenario: Scenario, { service = '' }: Truth): ReadonlySet<string> {
  const names = new Set([service]);
  const { database, databaseName } = scenario.services.get(service) ?? {};
  if (database !== undefined) names.add(databaseName === undefined ? database : `${database}/${databaseName}`);
  return names;
}
