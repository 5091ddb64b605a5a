import type { ConditionOperator, ConditionValue } from '@throughline/traceql';
import { doubleText, escapeText, RECORD_SEPARATOR, UNIT_SEPARATOR } from './canonical-text.ts';
import { compareInteger, compareText, INT64 } from './compare-scalar.ts';
import { allOf, ALWAYS, anyOf, exactly, NEVER, negation, type SqlCondition } from './sql-condition.ts';
import type { SqlParameters } from './sql-parameters.ts';

/*
 * Conditions on the attributes of a resource or scope, evaluated on its canonical text (canonical-text.ts). `column` is
 * LowCardinality, so each costs once a distinct text.
 */

export function canonicalExists(column: string, key: string, parameters: SqlParameters): SqlCondition {
  if (!key.isWellFormed()) return NEVER;
  // A null has an entry but is no value.
  return exactly(
    `(${contains(column, entry(key, ''), parameters)} AND NOT ${contains(column, entry(key, `x${RECORD_SEPARATOR}`), parameters)})`,
  );
}

export function canonicalCompare(
  column: string,
  key: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  if (!key.isWellFormed()) return NEVER;
  if (operator === '=') return equals(column, key, value, parameters);
  const isArray = contains(column, entry(key, 'x2a'), parameters);
  const scalar = compareScalarEntry(column, key, operator, value, parameters);
  return anyOf([scalar, { may: isArray, must: '0' }]);
}

/** By the texts that equal values have, the array's elements included. */
function equals(column: string, key: string, value: ConditionValue, parameters: SqlParameters): SqlCondition {
  const texts = equalTexts(value);
  return anyOf(
    texts.flatMap((text) =>
      ['', 'e'].map((element) => exactly(contains(column, entry(key, element + text + RECORD_SEPARATOR), parameters))),
    ),
  );
}

function equalTexts(value: ConditionValue): readonly string[] {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? [`s${escapeText(value)}`] : [];
    case 'boolean':
      return [value ? 'b1' : 'b0'];
    case 'bigint': {
      const nearest = Number(value);
      const hasDouble = Number.isFinite(nearest) && BigInt(nearest) === value;
      return [`i${value}`, ...(hasDouble ? doubleTexts(nearest) : [])];
    }
    case 'number':
      if (Number.isNaN(value)) return [];
      return [...(Number.isInteger(value) ? [`i${BigInt(value)}`] : []), ...doubleTexts(value)];
  }
}

function doubleTexts(value: number): readonly string[] {
  return value === 0 ? ['d0', 'd-0'] : [`d${doubleText(value)}`];
}

function compareScalarEntry(
  column: string,
  key: string,
  operator: ConditionOperator,
  value: ConditionValue,
  parameters: SqlParameters,
): SqlCondition {
  const has = (type: string): SqlCondition => exactly(contains(column, entry(key, type), parameters));
  switch (typeof value) {
    case 'string': {
      const text = unescaped(extracted(column, key, 's', parameters));
      return allOf([has('s'), compareText(text, operator, value, parameters)]);
    }
    case 'boolean':
      if (operator !== '!=') return NEVER;
      return has(value ? 'b0' : 'b1');
    default: {
      const number = `toInt64OrZero(${extracted(column, key, 'i', parameters)})`;
      const isInteger = allOf([has('i'), compareInteger(number, INT64, operator, value, parameters)]);
      return anyOf([isInteger, compareDoubleEntry(column, key, operator, value, parameters)]);
    }
  }
}

function compareDoubleEntry(
  column: string,
  key: string,
  operator: ConditionOperator,
  value: bigint | number,
  parameters: SqlParameters,
): SqlCondition {
  const isDouble = contains(column, entry(key, 'd'), parameters);
  if (operator !== '!=') return { may: isDouble, must: '0' };
  const equal = equals(column, key, value, parameters);
  return allOf([exactly(isDouble), equal.may === '0' ? ALWAYS : exactly(negation(equal.may))]);
}

function entry(key: string, rest: string): string {
  return RECORD_SEPARATOR + escapeText(key) + UNIT_SEPARATOR + rest;
}

function contains(column: string, text: string, parameters: SqlParameters): string {
  return `(position(${column}, ${parameters.string(text)}) > 0)`;
}

/** The escaped text of the scalar entry with this type; `''` without one. */
function extracted(column: string, key: string, type: string, parameters: SqlParameters): string {
  const pattern = `${entry(key, type).replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}([^${RECORD_SEPARATOR}]*)`;
  return `extract(${column}, ${parameters.string(pattern)})`;
}

/** The name or version in front of a scope's text. */
export function scopeField(which: 'scopeName' | 'scopeVersion'): string {
  const pattern = which === 'scopeName' ? '^([^\\\\x1f]*)\\\\x1f' : '^[^\\\\x1f]*\\\\x1f([^\\\\x1f]*)\\\\x1f';
  return unescaped(`extract(scope, '${pattern}')`);
}

function unescaped(expression: string): string {
  return (
    `replaceAll(replaceAll(replaceAll(${expression}, ` + "'\\x1Df', '\\x1F'), '\\x1De', '\\x1E'), '\\x1Dd', '\\x1D')"
  );
}
