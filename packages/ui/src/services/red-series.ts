import type { RedPointAnswer } from '@throughline/query/client';

export interface StepGrid {
  readonly fromMs: number;
  readonly toMs: number;
  /** At or before `fromMs`: steps begin at whole multiples of their length. */
  readonly firstStepMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
}

/** More steps than anybody can see; beyond it the answer is not drawn whole. */
const MAX_STEPS = 10_000;

export function stepGrid(
  window: { readonly start_time: number; readonly end_time: number },
  stepSeconds: number,
): StepGrid {
  const fromMs = window.start_time * 1000;
  const toMs = window.end_time * 1000;
  const stepMs = Math.max(1, stepSeconds * 1000);
  const firstStepMs = Math.floor(fromMs / stepMs) * stepMs;
  const stepCount = Math.min(MAX_STEPS, Math.max(1, Math.ceil((toMs - firstStepMs) / stepMs)));
  return { fromMs, toMs, firstStepMs, stepMs, stepCount };
}

/** RED by step of the grid. A step without requests has rates of 0 and no durations. */
export interface RedSeries {
  readonly requestRates: readonly number[];
  readonly errorRates: readonly number[];
  readonly errorShares: readonly (number | undefined)[];
  readonly p50s: readonly (number | undefined)[];
  readonly p95s: readonly (number | undefined)[];
  readonly p99s: readonly (number | undefined)[];
}

type Point = Pick<
  RedPointAnswer,
  'start_time' | 'request_count' | 'error_count' | 'p50_nano' | 'p95_nano' | 'p99_nano'
>;

export function redSeries(points: readonly Point[], grid: StepGrid): RedSeries {
  const byStep: (Point | undefined)[] = Array.from({ length: grid.stepCount });
  for (const point of points) {
    const step = Math.round((point.start_time * 1000 - grid.firstStepMs) / grid.stepMs);
    if (step >= 0 && step < grid.stepCount) byStep[step] = point;
  }
  return {
    requestRates: byStep.map((point, step) => (point?.request_count ?? 0) / secondsOf(grid, step)),
    errorRates: byStep.map((point, step) => (point?.error_count ?? 0) / secondsOf(grid, step)),
    errorShares: byStep.map((point) =>
      point === undefined || point.request_count === 0 ? undefined : point.error_count / point.request_count,
    ),
    p50s: byStep.map((point) => point?.p50_nano),
    p95s: byStep.map((point) => point?.p95_nano),
    p99s: byStep.map((point) => point?.p99_nano),
  };
}

/** How much of a step is within the window: the first and the last are often cut, and their rates are not lower. */
function secondsOf({ fromMs, toMs, firstStepMs, stepMs }: StepGrid, step: number): number {
  const start = Math.max(fromMs, firstStepMs + step * stepMs);
  const end = Math.min(toMs, firstStepMs + (step + 1) * stepMs);
  return Math.max(1, end - start) / 1000;
}
