import { expect, it } from 'vitest';

import { routeOf } from '../../src/navigation/routes.ts';
import { NAVIGATION, pageOfKey } from '../../src/shell/navigation-entries.ts';

it('every entry leads to its page, by a letter of its own', () => {
  for (const { page, key } of NAVIGATION) {
    expect(routeOf(`/${page}`, '').page).toBe(page);
    expect(pageOfKey(NAVIGATION, key)).toBe(page);
  }
});
