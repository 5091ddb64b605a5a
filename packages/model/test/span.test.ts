import { describe, expect, test } from 'vitest';
import {
  type AttributeValue,
  durationNano,
  isErrorSpan,
  serviceName,
  StatusCode,
  UNKNOWN_SERVICE,
} from '../src/index.ts';

test('durationNano is never negative', () => {
  expect(durationNano({ startTimeUnixNano: 5n, endTimeUnixNano: 7n })).toBe(2n);
  expect(durationNano({ startTimeUnixNano: 5n, endTimeUnixNano: 5n })).toBe(0n);
  expect(durationNano({ startTimeUnixNano: 5n, endTimeUnixNano: 4n })).toBe(0n);
  expect(durationNano({ startTimeUnixNano: 2n ** 64n - 1n, endTimeUnixNano: 0n })).toBe(0n);
  expect(durationNano({ startTimeUnixNano: 0n, endTimeUnixNano: 2n ** 64n - 1n })).toBe(2n ** 64n - 1n);
});

test.each<[AttributeValue | undefined, string]>([
  ['cart', 'cart'],
  ['', UNKNOWN_SERVICE],
  [1n, UNKNOWN_SERVICE],
  [null, UNKNOWN_SERVICE],
  [undefined, UNKNOWN_SERVICE],
])('the service of a resource with service.name %s is %s', (value, expected) => {
  const attributes = new Map(value === undefined ? [] : [['service.name', value]]);
  expect(serviceName({ attributes, droppedAttributesCount: 0, schemaUrl: '' })).toBe(expected);
});

describe('isErrorSpan', () => {
  test.each<[StatusCode, AttributeValue | undefined, boolean]>([
    [StatusCode.UNSET, undefined, false],
    [StatusCode.OK, undefined, false],
    [StatusCode.ERROR, undefined, true],
    [StatusCode.ERROR, false, true],
    [StatusCode.UNSET, true, true],
    [StatusCode.UNSET, false, false],
    [StatusCode.UNSET, 'true', true],
    [StatusCode.UNSET, 'false', false],
    [StatusCode.UNSET, '', true],
    [StatusCode.UNSET, 'connection refused', true],
  ])('status %d with the attribute error=%s: %s', (code, error, expected) => {
    const attributes = new Map(error === undefined ? [] : [['error', error]]);
    expect(isErrorSpan({ status: { code, message: '' }, attributes })).toBe(expected);
  });
});
