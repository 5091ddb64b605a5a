import { expect, it } from 'vitest';

import { logsLink, type LogsLinkValues } from '../../../src/trace/details/logs-link.ts';

const values: LogsLinkValues = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  service: 'a/b&c"d {end}',
  startUnixNano: 1_700_000_000_000_500_000n,
  endUnixNano: 1_700_000_000_001_000_001n,
};

it('fills each placeholder, encoded, with times that hold the whole span', () => {
  expect(logsLink('https://x.example/l?t={trace_id}&s={span_id}&q={service}&a={start}&b={end}', values)).toBe(
    'https://x.example/l?t=5b8efff798038103d269b633813fc60c&s=eee19b7ec3c1b174&q=a%2Fb%26c%22d%20%7Bend%7D&a=1700000000000&b=1700000000002',
  );
  expect(logsLink('http://x.example/{start_iso}/{end_iso}', values)).toBe(
    'http://x.example/2023-11-14T22%3A13%3A20.000Z/2023-11-14T22%3A13%3A20.002Z',
  );
});

it('leaves what is no placeholder alone', () => {
  expect(logsLink('https://x.example/?q={toString}', values)).toBe('https://x.example/?q={toString}');
});

it('is nothing but an address of the web', () => {
  for (const template of ['javascript:alert({trace_id})', 'data:text/html,{service}', '{service}', '//x', '']) {
    expect(logsLink(template, values), template).toBeUndefined();
  }
  // A service cannot become the scheme, the host or a path of its own.
  expect(logsLink('{service}://x.example', { ...values, service: 'javascript' })).toBeUndefined();
  expect(logsLink('https://x.example/{service}', { ...values, service: '../../evil' })).toBe(
    'https://x.example/..%2F..%2Fevil',
  );
});
