import { describe, expect, it } from 'vitest';

import { createDetailsReader } from '../../../src/trace/span-details.ts';
import { correctedTimes } from '../../../src/trace/in-worker/clock-task.ts';
import { traceOfColumns } from '../../../src/trace/in-worker/column-trace.ts';
import { columnsOf, rowOf } from '../columns-of.ts';

describe('corrected clocks', () => {
  it('leave the first span’s host alone and move the others into their calls', () => {
    const columns = columnsOf([
      { startMs: 0, durationMs: 1000, service: 'shop' },
      { parent: 0, startMs: 300, durationMs: 600, service: 'shop' },
      { parent: 1, startMs: -150, durationMs: 500, service: 'bank' },
    ]);
    const times = correctedTimes(columns, traceOfColumns(columns), createDetailsReader(columns));
    const startMs = [0, 1, 2].map((index) => (times.startOffsetNano[rowOf(columns, index)] ?? 0) / 1e6);
    expect(startMs).toEqual([0, 300, 350]);
    expect(times.durationNano).toBe(1000e6);
    expect(times.correction?.hosts).toMatchObject([{ host: 'bank', reference: 'shop', offsetNano: 500e6 }]);
  });

  it('change nothing where no call gives a reason', () => {
    const columns = columnsOf([
      { startMs: 0, durationMs: 100, service: 'shop' },
      { parent: 0, startMs: 10, durationMs: 50, service: 'bank' },
    ]);
    const times = correctedTimes(columns, traceOfColumns(columns), createDetailsReader(columns));
    expect([...times.startOffsetNano]).toEqual([...columns.startOffsetNano]);
    expect(times.correction?.hosts).toEqual([]);
  });
});
