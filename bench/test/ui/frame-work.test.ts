import { describe, expect, it } from 'vitest';
import { frameWork, type TraceEvent } from '../../src/ui/frame-work.ts';

const on = (tid: number, name: string, tsMs: number, durMs = 0): TraceEvent => ({
  name,
  ph: 'X',
  pid: 1,
  tid,
  ts: tsMs * 1000,
  dur: durMs * 1000,
});

describe('the work of frames', () => {
  it('is what the tasks of the page’s thread took between two animation frames', () => {
    const frame = 1000 / 60;
    const events = [
      on(1, 'FireAnimationFrame', 0),
      on(1, 'RunTask', 1, 4),
      on(1, 'RunTask', 6, 2),
      on(1, 'FireAnimationFrame', frame),
      on(1, 'RunTask', frame + 1, 3),
      on(2, 'RunTask', frame + 1, 100),
      on(2, 'FireAnimationFrame', frame + 2),
      on(1, 'FireAnimationFrame', 2 * frame),
    ];
    expect(frameWork(events)).toEqual({ workMs: [6, 3], missedShare: 0 });
  });

  it('tells the frames that were due and not made', () => {
    const frame = 1000 / 60;
    const events = [0, 1, 2, 4].map((index) => on(1, 'FireAnimationFrame', index * frame));
    expect(frameWork(events).missedShare).toBeCloseTo(0.25);
    expect(frameWork([])).toEqual({ workMs: [], missedShare: 0 });
  });
});
