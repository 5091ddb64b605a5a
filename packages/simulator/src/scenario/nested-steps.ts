import type { Step, StepAction } from './scenario.ts';

/** The steps within a step, in the order of the file. */
export function nestedSteps(action: StepAction): readonly Step[] {
  if (action.kind === 'cache') return action.miss;
  if (action.kind === 'choose') return action.alternatives.flatMap(({ steps }) => steps);
  return 'steps' in action ? action.steps : [];
}

/** Every step, however deep. */
export function* allSteps(steps: readonly Step[]): Generator<Step> {
  for (const step of steps) {
    yield step;
    yield* allSteps(nestedSteps(step.action));
  }
}
