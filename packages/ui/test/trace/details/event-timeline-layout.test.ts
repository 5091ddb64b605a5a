import { expect, it } from 'vitest';

import { eventMarks, timelineRange } from '../../../src/trace/details/event-timeline-layout.ts';

const at = (offsetNano: number, isError = false) => ({ offsetNano, isError });

it('has a mark for every event that can be told apart, and one for those that cannot', () => {
  expect(eventMarks([at(0), at(500), at(501, true), at(1000)], 1000)).toEqual([
    { at: 0, events: [0], isError: false },
    { at: 0.5, events: [1, 2], isError: true },
    { at: 1, events: [3], isError: false },
  ]);
});

it('shows events outside the span, too', () => {
  expect(timelineRange([at(-100), at(1900)], 1000)).toEqual({ startNano: -100, endNano: 1900 });
  expect(eventMarks([at(-100), at(1900)], 1000).map((mark) => mark.at)).toEqual([0, 1]);
});

it('has a scale for a span without duration', () => {
  expect(eventMarks([at(0)], 0)).toEqual([{ at: 0, events: [0], isError: false }]);
});
