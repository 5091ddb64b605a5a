import type { ConditionOperator, ConditionValue } from '@throughline/traceql';
import { allOf, ALWAYS, exactly, NEVER, negation, type SqlCondition, UNKNOWN } from './sql-condition.ts';
import type { SqlParameters } from './sql-parameters.ts';

/*
 * Comparisons of a SQL expression of a known type with a constant, in the language's terms: typed, numbers compared by
 * their mathematical values, text by its UTF-8 bytes.
 */

type OrderOperator = Exclude<ConditionOperator, '=~' | '!~'>;

/** `expression` is a String that is valid UTF-8. */
export function compareText(
  expression: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  if (typeof value !== 'string') return NEVER;
  if (operator === '=~' || operator === '!~') return matchText(expression, operator === '!~', value, parameters);
  // Text that has no UTF-8 equals nothing that is stored.
  if (!value.isWellFormed()) return operator === '=' ? NEVER : operator === '!=' ? ALWAYS : UNKNOWN;
  return exactly(`${expression} ${operator} ${parameters.string(value)}`);
}

/** What the engine's Unicode tables and the interpreter's may see differently: case folding and named classes. */
const DEPENDS_ON_UNICODE_TABLES = /\(\?[a-zA-Z]*i|\\[pP]/;
// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\x00-\x7f]*$/;

function matchText(expression: string, negated: boolean, pattern: string, parameters: SqlParameters): SqlCondition {
  if (!pattern.isWellFormed() || pattern.includes('\0')) return UNKNOWN;
  const matches = `match(${expression}, ${parameters.string(`^(?-s:${pattern})$`)})`;
  const holds = negated ? negation(matches) : matches;
  if (!DEPENDS_ON_UNICODE_TABLES.test(pattern)) return exactly(holds);
  if (!ASCII.test(pattern)) return UNKNOWN;
  // On ASCII text there is no difference.
  const isAscii = `match(${expression}, '^[\\\\x00-\\\\x7F]*$')`;
  return { may: `(${holds} OR ${negation(isAscii)})`, must: `(${holds} AND ${isAscii})` };
}

/** `expression` is 0 or 1. */
export function compareBoolean(expression: string, operator: ConditionOperator, value: ConditionValue): SqlCondition {
  if (typeof value !== 'boolean' || (operator !== '=' && operator !== '!=')) return NEVER;
  return exactly(`${expression} = ${value === (operator === '=') ? 1 : 0}`);
}

export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
  readonly parameter: (parameters: SqlParameters, value: bigint) => string;
}

export const INT64: IntegerRange = {
  min: -(2n ** 63n),
  max: 2n ** 63n - 1n,
  parameter: (parameters, value) => parameters.int64(value),
};
export const UINT64: IntegerRange = {
  min: 0n,
  max: 2n ** 64n - 1n,
  parameter: (parameters, value) => parameters.uint64(value),
};

export function compareInteger(
  expression: string,
  range: IntegerRange,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  if (typeof value === 'bigint') return compareWithInteger(expression, range, operator, value, parameters);
  if (typeof value !== 'number' || operator === '=~' || operator === '!~') return NEVER;
  if (Number.isNaN(value)) return operator === '!=' ? ALWAYS : NEVER;
  if (Number.isInteger(value)) return compareWithInteger(expression, range, operator, BigInt(value), parameters);
  if (operator === '=') return NEVER;
  if (operator === '!=') return ALWAYS;
  if (!Number.isFinite(value)) return value > 0 === (operator === '<' || operator === '<=') ? ALWAYS : NEVER;
  return operator === '<' || operator === '<='
    ? compareWithInteger(expression, range, '<=', BigInt(Math.floor(value)), parameters)
    : compareWithInteger(expression, range, '>=', BigInt(Math.ceil(value)), parameters);
}

function compareWithInteger(
  expression: string,
  range: IntegerRange,
  operator: ConditionOperator,
  value: bigint,
  parameters: SqlParameters,
): SqlCondition {
  if (operator === '=~' || operator === '!~') return NEVER;
  if (value < range.min) return operator === '>' || operator === '>=' || operator === '!=' ? ALWAYS : NEVER;
  if (value > range.max) return operator === '<' || operator === '<=' || operator === '!=' ? ALWAYS : NEVER;
  return exactly(`${expression} ${operator} ${range.parameter(parameters, value)}`);
}

/** `expression` is a Float64. */
export function compareDouble(
  expression: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  if (operator === '=~' || operator === '!~') return NEVER;
  if (typeof value === 'number') return exactly(`${expression} ${operator} ${parameters.double(value)}`);
  if (typeof value !== 'bigint') return NEVER;
  const nearest = Number(value);
  // Beyond the doubles: only infinities lie there.
  if (!Number.isFinite(nearest)) {
    const largest = parameters.double(value > 0n ? Number.MAX_VALUE : -Number.MAX_VALUE);
    const isBeyond = value > 0n ? `${expression} > ${largest}` : `${expression} < ${largest}`;
    if (operator === '=') return NEVER;
    if (operator === '!=') return ALWAYS;
    if (value > 0n === (operator === '>' || operator === '>=')) return exactly(isBeyond);
    return allOf([exactly(`${expression} = ${expression}`), exactly(negation(isBeyond))]);
  }
  const exact = BigInt(nearest);
  if (exact === value) return exactly(`${expression} ${operator} ${parameters.double(nearest)}`);
  if (operator === '=') return NEVER;
  if (operator === '!=') return ALWAYS;
  // No double lies between the constant and the nearest one.
  return exactly(`${expression} ${besides(operator, exact > value)} ${parameters.double(nearest)}`);
}

function besides(operator: Exclude<OrderOperator, '=' | '!='>, nearestIsAbove: boolean): string {
  if (operator === '<' || operator === '<=') return nearestIsAbove ? '<' : '<=';
  return nearestIsAbove ? '>=' : '>';
}

/** Whether a constant compared with this value satisfies the comparison; for the value that stands for "none" in SQL. */
export function zeroSatisfies(operator: ConditionOperator, value: bigint | number): boolean {
  switch (operator) {
    case '=':
      return value == 0;
    case '!=':
      return value != 0;
    case '<':
      return 0 < value;
    case '<=':
      return 0 <= value;
    case '>':
      return 0 > value;
    case '>=':
      return 0 >= value;
    default:
      return false;
  }
}
