import { expect, it } from 'vitest';

import { gatherChanges } from '../../src/insights/gather-changes.ts';
import { change } from './answers.ts';

it('has one entry for each operation and kind, what lasts and is worst first', () => {
  const gathered = gatherChanges([
    change({ kind: 'faster', operation: 'List', since_time: 50, significance: 99 }),
    change({ operation: 'Get', since_time: 100, until_time: 200, significance: 20 }),
    change({ kind: 'faster', operation: 'Get', since_time: 200 }),
    change({ operation: 'Get', since_time: 300, until_time: 400, significance: 30 }),
    change({ kind: 'failing', operation: 'Charge', since_time: 350, significance: 7 }),
  ]);
  expect(
    gathered.map(({ change: { kind, operation, since_time: at }, earlierTimes }) => [
      kind,
      operation,
      at,
      earlierTimes,
    ]),
  ).toEqual([
    ['failing', 'Charge', 350, []],
    ['slower', 'Get', 300, [100]],
    ['faster', 'List', 50, []],
  ]);
});

it('keeps what became better by itself', () => {
  expect(gatherChanges([change({ kind: 'recovered' })])).toHaveLength(1);
  expect(gatherChanges([])).toEqual([]);
});
