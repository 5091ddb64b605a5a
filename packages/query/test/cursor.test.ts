import { describe, expect, it } from 'vitest';
import { type Cursor, decodeCursor, encodeCursor } from '../src/cursor.ts';
import { EPOCH_UNIX_NANO, traceIdOf } from './spans.ts';

const cursor: Cursor = {
  order: 'newest',
  window: { fromUnixNano: 0n, toUnixNano: 0xffff_ffff_ffff_ffffn },
  key: EPOCH_UNIX_NANO + 123n,
  traceId: traceIdOf(7),
};

function json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

describe('cursor', () => {
  it('comes back as it was, with a window and without', () => {
    expect(decodeCursor(encodeCursor(cursor, 'search'), 'search')).toEqual(cursor);
    const open = { ...cursor, window: undefined };
    expect(decodeCursor(encodeCursor(open, 'search'), 'search')).toEqual(open);
  });

  it('fits into an address without escaping', () => {
    expect(encodeCursor(cursor, 'search')).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('belongs to one search', () => {
    expect(() => decodeCursor(encodeCursor(cursor, 'search'), 'another')).toThrow(
      expect.objectContaining({ code: 'invalid_cursor' }),
    );
  });

  it.each([
    '',
    'x',
    '%%%',
    json(null),
    json([]),
    json({}),
    json({ o: 'newest', k: '1', t: 'zz', f: '' }),
    json({ o: 'newest', k: 'one', t: traceIdOf(1), f: '' }),
    json({ o: 'oldest', k: '1', t: traceIdOf(1), f: '' }),
    json({ o: 'newest', k: '9'.repeat(100), t: traceIdOf(1), f: '' }),
    'a'.repeat(100_000),
  ])('refuses %s', (text) => {
    expect(() => decodeCursor(text, 'search')).toThrow(expect.objectContaining({ code: 'invalid_cursor' }));
  });
});
