import { expect, it } from 'vitest';

import { toggleTicked } from '../../src/search/ticked-traces.ts';

it('ticks in order, takes ticks away, and forgets the first when a third comes', () => {
  const both = toggleTicked(toggleTicked([], 'a'), 'b');
  expect(both).toEqual(['a', 'b']);
  expect(toggleTicked(both, 'a')).toEqual(['b']);
  expect(toggleTicked(both, 'c')).toEqual(['b', 'c']);
});
