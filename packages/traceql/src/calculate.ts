import type { AttributeValue } from '@throughline/model';

import { isNumber } from './compare-values.ts';
import type { ArithmeticOperator } from './syntax.ts';

/**
 * `left operator right` on numbers; undefined where an operand is none, or an integer is divided by zero. Integers stay
 * integers as long as the result fits into an int64 (division rounds towards zero, as in Tempo), else it is a float.
 * With `asFloats`, division is that of floats: a duration divided by another is a ratio.
 */
export function calculate(
  operator: ArithmeticOperator,
  left: AttributeValue | undefined,
  right: AttributeValue | undefined,
  asFloats: boolean,
): bigint | number | undefined {
  if (!isNumber(left) || !isNumber(right)) return undefined;
  if (typeof left === 'number' || typeof right === 'number' || (asFloats && operator === '/')) {
    return calculateFloats(operator, Number(left), Number(right));
  }
  if ((operator === '/' || operator === '%') && right === 0n) return undefined;
  if (operator === '^') return powerOfIntegers(left, right);
  const result = calculateIntegers(operator, left, right);
  return BigInt.asIntN(64, result) === result ? result : Number(result);
}

function calculateIntegers(operator: Exclude<ArithmeticOperator, '^'>, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

function powerOfIntegers(base: bigint, exponent: bigint): bigint | number {
  // Beyond 63 only powers of -1, 0 and 1 fit into an int64, and the others would take for ever.
  if (exponent < 0n || (exponent > 63n && base * base > 1n)) return Math.pow(Number(base), Number(exponent));
  const result = base ** (exponent > 63n ? 62n + (exponent % 2n) : exponent);
  return BigInt.asIntN(64, result) === result ? result : Number(result);
}

function calculateFloats(operator: ArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '^':
      return Math.pow(left, right);
  }
}

/** `-value`; undefined where it is no number. */
export function negate(value: AttributeValue | undefined): bigint | number | undefined {
  if (!isNumber(value)) return undefined;
  // A bigint has no -0n; the smallest int64 becomes a float, as in `calculate`.
  return typeof value === 'bigint' ? calculate('-', 0n, value, false) : -value;
}
