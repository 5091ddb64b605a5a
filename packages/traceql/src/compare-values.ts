import type { AttributeValue } from '@throughline/model';

import type { ComparisonOperator } from './syntax.ts';

export type OrderOperator = Exclude<ComparisonOperator, '=~' | '!~'>;

/**
 * `left operator right`, typed: text with text, numbers with numbers (exactly, int64 against double too), booleans with
 * booleans. Values of different types, missing ones, null, bytes and maps compare false, also with `!=`. An array
 * satisfies `!=` if all its elements do, the others if any does; two arrays compare false.
 */
export function compareValues(
  operator: OrderOperator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  if (isArrayValue(left)) {
    if (isArrayValue(right)) return false;
    const holds = (element: AttributeValue): boolean => compareScalars(operator, element, right);
    return operator === '!=' ? left.every(holds) && isComparable(right) : left.some(holds);
  }
  if (isArrayValue(right)) {
    const holds = (element: AttributeValue): boolean => compareScalars(operator, left, element);
    return operator === '!=' ? right.every(holds) && isComparable(left) : right.some(holds);
  }
  return compareScalars(operator, left, right);
}

/** `value =~ pattern` or, negated, `value !~ pattern`: for a text, or any or all texts of an array. */
export function matchValue(
  negated: boolean,
  value: AttributeValue | undefined,
  matches: (text: string) => boolean,
): boolean {
  const holds = (each: AttributeValue | undefined): boolean => typeof each === 'string' && matches(each) !== negated;
  if (!isArrayValue(value)) return holds(value);
  return negated ? value.every(holds) : value.some(holds);
}

function isArrayValue(value: AttributeValue | undefined): value is readonly AttributeValue[] {
  return Array.isArray(value);
}

function isComparable(value: AttributeValue | undefined): boolean {
  return isNumber(value) || typeof value === 'string' || typeof value === 'boolean';
}

export function isNumber(value: AttributeValue | undefined): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function compareScalars(
  operator: OrderOperator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
): boolean {
  // JavaScript compares a bigint with a number by their mathematical values.
  if (isNumber(left) && isNumber(right)) return ordered(operator, left, right);
  if (typeof left === 'string' && typeof right === 'string') {
    if (operator === '=' || operator === '!=') return (left === right) === (operator === '=');
    return ordered(operator, compareText(left, right), 0);
  }
  if (typeof left === 'boolean' && typeof right === 'boolean') {
    if (operator === '=') return left === right;
    return operator === '!=' && left !== right;
  }
  return false;
}

function ordered(operator: OrderOperator, left: bigint | number, right: bigint | number): boolean {
  switch (operator) {
    case '=':
      return left == right;
    case '!=':
      return left != right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** The order of the UTF-8 bytes, which is that of the code points (JavaScript's own is that of UTF-16 units). */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let offset = 0;
  while (offset < length && left.charCodeAt(offset) === right.charCodeAt(offset)) offset++;
  if (offset === length) return left.length - right.length;
  return byteOrder(left.charCodeAt(offset)) - byteOrder(right.charCodeAt(offset));
}

/** Moves surrogates, which stand for the highest code points, behind the units above them. */
function byteOrder(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
