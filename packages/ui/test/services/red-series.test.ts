import { describe, expect, it } from 'vitest';

import { deploymentMarks } from '../../src/services/deployment-marks.ts';
import { redSeries, stepGrid } from '../../src/services/red-series.ts';

describe('redSeries', () => {
  const grid = stepGrid({ start_time: 90, end_time: 270 }, 60);
  const point = (startTime: number, requests: number, errors: number) => ({
    start_time: startTime,
    request_count: requests,
    error_count: errors,
    p50_nano: 1,
    p95_nano: 2,
    p99_nano: 3,
  });

  it('has steps at whole multiples of their length', () => {
    expect(grid).toEqual({ fromMs: 90_000, toMs: 270_000, firstStepMs: 60_000, stepMs: 60_000, stepCount: 4 });
  });

  it('counts by the time that a step has within the window', () => {
    const series = redSeries([point(60, 30, 15), point(120, 60, 0)], grid);
    expect(series.requestRates).toEqual([1, 1, 0, 0]);
    expect(series.errorRates).toEqual([0.5, 0, 0, 0]);
    expect(series.errorShares).toEqual([0.5, 0, undefined, undefined]);
    expect(series.p95s).toEqual([2, 2, undefined, undefined]);
  });

  it('leaves out what is beside the window', () => {
    expect(redSeries([point(0, 1, 0), point(300, 1, 0)], grid).requestRates).toEqual([0, 0, 0, 0]);
  });
});

describe('deploymentMarks', () => {
  const window = { start_time: 0, end_time: 1000 };

  it('are where a version appears that was not there from the beginning', () => {
    const marks = deploymentMarks(
      [
        { version: '2', first_seen: 500 },
        { version: '1', first_seen: 3 },
        { version: '1b', first_seen: 4 },
      ],
      window,
    );
    expect(marks).toEqual([{ atMs: 500_000, label: '2' }]);
  });

  it('are none of a single version, nor of the first one that there is', () => {
    expect(deploymentMarks([{ version: '1', first_seen: 700 }], window)).toEqual([]);
    const late = deploymentMarks(
      [
        { version: '1', first_seen: 700 },
        { version: '2', first_seen: 900 },
      ],
      window,
    );
    expect(late).toEqual([{ atMs: 900_000, label: '2' }]);
  });
});
