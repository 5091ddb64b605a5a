import { expect, it } from 'vitest';

import { lossesOf } from '../../src/status/losses.ts';
import { nameInWords, quantityText, settingText } from '../../src/status/setting-text.ts';

it('a number is told by the unit in its name', () => {
  expect(quantityText('query_timeout_ms', 30_000)).toBe('30.0 s');
  expect(quantityText('max_body_bytes', 2 ** 24)).toBe('16 MiB');
  expect(quantityText('max_candidates', 20_000)).toBe('20,000');
  expect(nameInWords('max_search_limit')).toBe('max search limit');
  expect(nameInWords('query_timeout_ms')).toBe('query timeout');
});

it('every kind of setting has a text', () => {
  expect(
    [null, 1024, true, false, '', 'memory:', [], ['a', 'b']].map((value) =>
      settingText({ name: 'limits.max_body_bytes', value }),
    ),
  ).toEqual(['not set', '1 KiB', 'yes', 'no', 'empty', 'memory:', 'none', 'a, b']);
});

it('what is not stored is told by reason, most first; what did not happen is not', () => {
  const losses = lossesOf({
    spans_per_second: 0,
    spans_received: 10,
    spans_stored: 1,
    refused: [{ reason: 'too_large', count: 2 }],
    rejected: [
      { reason: 'invalid', count: 0 },
      { reason: 'old', count: 3 },
    ],
    dropped: [{ reason: 'evicted', count: 4 }],
  });
  expect(losses.map(({ kind, reason, count }) => `${kind} ${reason} ${count}`)).toEqual([
    'dropped evicted 4',
    'rejected old 3',
    'refused too_large 2',
  ]);
});
