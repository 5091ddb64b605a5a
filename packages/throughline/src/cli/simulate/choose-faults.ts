import { CodedError } from '@throughline/model';
import {
  FAULT_KINDS,
  type FaultKind,
  type FaultSpec,
  planFault,
  RandomSource,
  rotateFaults,
  type Scenario,
} from '@throughline/simulator';
import { suggest } from '../../config/suggest.ts';

/** How long each of rotating faults lasts. */
const ROTATION_NANO = 30e9;

/**
 * The scenario with the faults that `choice` names: `scenario` (its own), `off`, `rotate` (one kind after the other), or
 * kinds separated by commas. A kind that the scenario has keeps its place there; another gets a place that fits, the
 * middle third of the time, and the numbers it has by default.
 *
 * @throws CodedError `invalid_usage`
 */
export function chooseFaults(scenario: Scenario, choice: string, seed: number): Scenario {
  if (choice === 'scenario') return scenario;
  if (choice === 'off') return { ...scenario, faults: [] };
  const { durationNano } = scenario;
  const random = new RandomSource(seed).stream('planned faults');
  if (choice === 'rotate') {
    const lengthNano = Math.min(ROTATION_NANO, durationNano / 3);
    return { ...scenario, faults: rotateFaults(scenario, { durationNano, lengthNano, random }) };
  }
  const faults: FaultSpec[] = [];
  for (const kind of choice.split(',').map((part) => part.trim())) {
    if (!isKind(kind)) throw unknownKind(kind);
    const own = scenario.faults.filter((fault) => fault.kind === kind);
    if (own.length > 0) {
      faults.push(...own);
      continue;
    }
    const window = { atNano: Math.round(durationNano / 3), lengthNano: Math.round(durationNano / 3) };
    const planned = planFault(scenario, kind, window, random);
    if (planned === undefined) {
      throw new CodedError('invalid_usage', `--faults: the scenario ${scenario.name} has no place for ${kind}`);
    }
    faults.push(planned);
  }
  return { ...scenario, faults };
}

function isKind(name: string): name is FaultKind {
  return FAULT_KINDS.some((kind) => kind === name);
}

function unknownKind(name: string): CodedError {
  const known = ['scenario', 'off', 'rotate', ...FAULT_KINDS];
  const near = suggest(name, known);
  return new CodedError(
    'invalid_usage',
    `--faults takes ${known.join(', ')}, not ${JSON.stringify(name)}${near === undefined ? '' : `; did you mean ${near}?`}`,
  );
}
