import { expect, it } from 'vitest';

import { gatherFeatures } from '../../src/insights/gather-features.ts';
import { feature } from './answers.ts';

it('gathers what as many traces have, in the order of the first', () => {
  const [version, host, route] = [
    feature({ key: 'service.version' }),
    feature({ key: 'http.route', before_count: 3 }),
    feature({ key: 'host.name' }),
  ];
  expect(gatherFeatures([version, host, route])).toEqual([
    { first: version, others: [route] },
    { first: host, others: [] },
  ]);
});
