import type { TimeChartData, TimeChartLayout } from './time-chart-layout.ts';

/** The step below a place, also where it is beside the plot; undefined without steps. */
export function stepAt({ columns }: TimeChartLayout, x: number): number | undefined {
  if (columns.length === 0) return undefined;
  const found = columns.findIndex(({ right }) => x < right);
  return found < 0 ? columns.length - 1 : found;
}

/** The time of some steps, both included, within the chart's own. */
export function timeOfSteps(
  data: Pick<TimeChartData, 'fromMs' | 'toMs' | 'firstStepMs' | 'stepMs'>,
  first: number,
  last: number,
): { readonly fromMs: number; readonly toMs: number } {
  return {
    fromMs: Math.max(data.fromMs, data.firstStepMs + first * data.stepMs),
    toMs: Math.min(data.toMs, data.firstStepMs + (last + 1) * data.stepMs),
  };
}
