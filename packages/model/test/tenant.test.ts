import { expect, test } from 'vitest';
import { DEFAULT_TENANT, parseTenant } from '../src/index.ts';

test('a request without a tenant belongs to the default one', () => {
  expect(parseTenant(undefined)).toBe(DEFAULT_TENANT);
  expect(parseTenant('')).toBe(DEFAULT_TENANT);
});

test('150 characters are a tenant and 151 are not', () => {
  expect(parseTenant('a'.repeat(150))).toBe('a'.repeat(150));
  expect(() => parseTenant('a'.repeat(151))).toThrow(expect.objectContaining({ code: 'invalid_tenant' }));
});

test.each(['.', '..', 'a/b', 'a|b', 'a b', 'ä', 'a\n'])('%j is not a tenant', (header) => {
  expect(() => parseTenant(header)).toThrow(expect.objectContaining({ code: 'invalid_tenant' }));
});
