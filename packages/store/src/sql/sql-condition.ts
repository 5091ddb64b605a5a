/**
 * A condition on a row as two SQL expressions around the truth: `may` holds wherever the condition does (and maybe
 * elsewhere), `must` only where it does (and maybe not everywhere). They are the same text where the SQL is exact.
 */
export interface SqlCondition {
  readonly may: string;
  readonly must: string;
}

export const ALWAYS: SqlCondition = { may: '1', must: '1' };
export const NEVER: SqlCondition = { may: '0', must: '0' };
/** Nothing is known. */
export const UNKNOWN: SqlCondition = { may: '1', must: '0' };

export function exactly(sql: string): SqlCondition {
  return { may: sql, must: sql };
}

export function isExact(condition: SqlCondition): boolean {
  return condition.may === condition.must;
}

export function allOf(conditions: readonly SqlCondition[]): SqlCondition {
  return {
    may: conjunction(conditions.map(({ may }) => may)),
    must: conjunction(conditions.map(({ must }) => must)),
  };
}

export function anyOf(conditions: readonly SqlCondition[]): SqlCondition {
  return {
    may: disjunction(conditions.map(({ may }) => may)),
    must: disjunction(conditions.map(({ must }) => must)),
  };
}

/** Constants are folded, so that '0' and '1' can be told by their text. */
export function conjunction(operands: readonly string[]): string {
  if (operands.includes('0')) return '0';
  const rest = operands.filter((operand) => operand !== '1');
  if (rest.length === 0) return '1';
  return rest.length === 1 ? rest.join('') : `(${rest.join(' AND ')})`;
}

export function disjunction(operands: readonly string[]): string {
  if (operands.includes('1')) return '1';
  const rest = operands.filter((operand) => operand !== '0');
  if (rest.length === 0) return '0';
  return rest.length === 1 ? rest.join('') : `(${rest.join(' OR ')})`;
}

export function negation(operand: string): string {
  if (operand === '0') return '1';
  return operand === '1' ? '0' : `NOT (${operand})`;
}
