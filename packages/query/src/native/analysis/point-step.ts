import type { AnalysisWindow } from '../../analysis-window.ts';
import { ParameterError } from '../../http/parameter-error.ts';

/** A point for each of these lengths of time until there are few enough. */
const STEPS_SECONDS = [1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 43_200, 86_400] as const;
const USUAL_POINTS = 60n;
const SECOND_NANO = 1_000_000_000n;

/**
 * The length of a point in nanoseconds, whole seconds: as asked, or such that there are about 60.
 *
 * @throws ParameterError
 */
export function pointStep(
  { fromUnixNano, toUnixNano }: AnalysisWindow,
  asked: bigint | undefined,
  maxPoints: number,
): bigint {
  const length = toUnixNano - fromUnixNano;
  if (asked === undefined) {
    const usual = STEPS_SECONDS.find((each) => length / (BigInt(each) * SECOND_NANO) <= USUAL_POINTS);
    const days = length / (86_400n * SECOND_NANO * USUAL_POINTS) + 1n;
    return usual === undefined ? days * 86_400n * SECOND_NANO : BigInt(usual) * SECOND_NANO;
  }
  if (asked < SECOND_NANO || asked % SECOND_NANO !== 0n || length / asked >= BigInt(maxPoints)) {
    throw new ParameterError(
      'invalid_parameter',
      'step',
      `Parameter "step": write whole seconds, long enough that the window has at most ${maxPoints} of them`,
    );
  }
  return asked;
}
