import { expect, test } from 'vitest';

import { lineLogger } from '../../src/start/diag-logger.ts';

function logged(...values: [string, ...unknown[]]): string {
  const lines: string[] = [];
  lineLogger((line) => lines.push(line)).warn(...values);
  return lines.join('');
}

test.each([
  [['plain', 1, true], 'plain 1 true'],
  [['two\nlines\u001b[31m'], 'two lines [31m'],
  [['failed:', new TypeError('no')], 'failed: TypeError: no'],
  [['POST https://me:pw@host/path'], 'POST https://[redacted]@host/path'],
  [['authorization: Bearer abc.def next'], 'authorization: [redacted] next'],
  [['x-api-key=abc'], 'x-api-key=[redacted]'],
  [['{"password":"abc"}'], '{"password":[redacted]'],
  [['headers', { authorization: 'abc' }], 'headers'],
] as const)('%j', (values, expected) => {
  const [message, ...rest] = values;
  expect(logged(message, ...rest)).toBe(`throughline warn: ${expected}\n`);
});

test('a line has an end, and a stream that is gone breaks nothing', () => {
  expect(logged('x'.repeat(1_000_000)).length).toBeLessThan(3000);
  const logger = lineLogger(() => {
    throw new Error('EPIPE');
  });
  expect(() => logger.error('x')).not.toThrow();
});
