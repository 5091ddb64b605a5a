import { expect, it } from 'vitest';

import { formatBytes } from '../../src/format/bytes.ts';

it('sizes have three digits at most', () => {
  expect([0, 512, 1023, 1024, 1536, 20_000, 492_003_328, 2 ** 40, 2 ** 70, -1, Number.NaN].map(formatBytes)).toEqual([
    '0 B',
    '512 B',
    '1023 B',
    '1 KiB',
    '1.5 KiB',
    '19.5 KiB',
    '469 MiB',
    '1 TiB',
    '1048576 PiB',
    '–',
    '–',
  ]);
});
