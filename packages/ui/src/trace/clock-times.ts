import type { TraceColumns } from '@throughline/model';

/** When spans begin, in nanoseconds from the earliest start, by one reading of the clocks. */
export interface ClockTimes {
  readonly startOffsetNano: Float64Array;
  /** From the earliest start to the latest end. */
  readonly durationNano: number;
  /** What was added to the spans' own instants; undefined where they are shown as they came. */
  readonly correction: ClockCorrection | undefined;
}

export interface ClockCorrection {
  /** By row, before the trace's start was put to 0 again. */
  readonly shiftNano: Float64Array;
  /** Hosts whose clock was put right, the largest offset first. */
  readonly hosts: readonly CorrectedHost[];
}

export interface CorrectedHost {
  readonly host: string;
  readonly reference: string;
  readonly offsetNano: number;
  readonly errorNano: number;
  readonly spanCount: number;
}

/** As the spans' own clocks have it. */
export function rawTimes(columns: TraceColumns): ClockTimes {
  return {
    startOffsetNano: columns.startOffsetNano,
    durationNano: Number(columns.endTimeUnixNano - columns.startTimeUnixNano),
    correction: undefined,
  };
}
